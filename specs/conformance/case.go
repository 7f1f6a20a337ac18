// Package conformance is a test suite for tools that run Arazzo documents.
//
// A case is a folder of data: documents, inputs, the requests that a conformant
// tool sends with the replies that it gets, and the outcome. The suite serves
// the replies, lets a [Runner] run the workflow, and says precisely what was
// not as expected. It knows nothing about any tool.
package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	expectationFile = "expect.yaml"
	exchangesFile   = "server.yaml"
	inputsFile      = "inputs.json"
	// portToken stands in any file of a case for the port of the mock server.
	portToken = "PORT"
)

// Case is one case of the suite. It does not change once it is loaded, and may
// be used concurrently.
type Case struct {
	Expectation
	// Exchanges is the script of the mock server.
	Exchanges []Exchange
	// Entry names the entry document.
	Entry string
	// files holds what the tool gets to see and what the server sends, by
	// slash-separated names.
	files map[string][]byte
}

// LoadAll reads the cases in the folders at the root of a file system, in the
// order of their names. The error lists all that is wrong with any of them.
func LoadAll(fsys fs.FS) ([]*Case, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var cases []*Case
	var faults []error
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		c, err := Load(fsys, entry.Name())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		cases = append(cases, c)
	}
	return cases, errors.Join(faults...)
}

// Load reads the case in a folder. The error lists all that is wrong with it.
func Load(fsys fs.FS, folder string) (*Case, error) {
	c, err := load(fsys, folder)
	if err != nil {
		return nil, fmt.Errorf("case %q: %w", folder, err)
	}
	return c, nil
}

func load(fsys fs.FS, folder string) (*Case, error) {
	c := &Case{files: map[string][]byte{}}
	err := fs.WalkDir(fsys, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		c.files[strings.TrimPrefix(name, folder+"/")] = data
		return err
	})
	if err != nil {
		return nil, err
	}
	data, ok := c.files[expectationFile]
	if !ok {
		return nil, fmt.Errorf("there is no %s", expectationFile)
	}
	expectation, err := parseExpectation(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expectationFile, err)
	}
	c.Expectation = *expectation
	if data, ok := c.files[exchangesFile]; ok {
		if c.Exchanges, err = parseExchanges(data); err != nil {
			return nil, fmt.Errorf("%s: %w", exchangesFile, err)
		}
	}
	return c, c.check(folder)
}

// check says what does not fit together in a case, and completes it.
func (c *Case) check(folder string) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.ID != folder {
		fault("the id is %q", c.ID)
	}
	for _, name := range []string{"arazzo.yaml", "arazzo.json"} {
		if _, ok := c.files[name]; ok {
			c.Entry = name
			break
		}
	}
	if c.Entry == "" {
		fault("there is no entry document arazzo.yaml or arazzo.json")
	}
	if data, ok := c.files[inputsFile]; ok {
		if _, err := DecodeJSON(data); err != nil {
			fault("%s: %w", inputsFile, err)
		}
	}
	for _, name := range c.Provide {
		if _, ok := c.files[name]; !ok {
			fault("provided document %q does not exist", name)
		}
	}
	for i := range c.Exchanges {
		x := &c.Exchanges[i]
		if x.BodyFile == "" {
			continue
		}
		if _, ok := c.files[x.BodyFile]; !ok {
			fault("exchange %d: file %q does not exist", i+1, x.BodyFile)
		}
	}
	if sequence := c.sequence(); *c.Valid && !mirrors(c.Requests, sequence) {
		fault("the requests in %s are not those of %s", expectationFile, exchangesFile)
	} else {
		for i, a := range c.Alternatives {
			if a.Requests != nil && !mirrors(a.Requests, sequence[:min(len(a.Requests), len(sequence))]) {
				fault("the requests of alternative %d are not the first of %s", i+1, exchangesFile)
			}
		}
	}
	return errors.Join(faults...)
}

// sequence returns the exchanges that are expected to take place.
func (c *Case) sequence() []*Exchange {
	var sequence []*Exchange
	for i := range c.Exchanges {
		if x := &c.Exchanges[i]; !x.Document {
			sequence = append(sequence, x)
		}
	}
	return sequence
}

func mirrors(requests []Mirror, sequence []*Exchange) bool {
	return slices.EqualFunc(requests, sequence, func(m Mirror, x *Exchange) bool {
		return m.Method == x.Method && m.Path == x.Path
	})
}

// Paced reports whether the case is about time, and so takes a while.
func (c *Case) Paced() bool {
	return slices.ContainsFunc(c.Exchanges, func(x Exchange) bool { return x.DelayMs > 0 || x.MinGapMs > 0 })
}

// Lay writes the files that the tool may see into a folder, with the port of
// the mock server in its place, and returns what the tool is asked to do.
func (c *Case) Lay(dir string, port int) (Job, error) {
	job := Job{
		Case:     c.ID,
		Dir:      dir,
		Entry:    filepath.Join(dir, c.Entry),
		Workflow: c.Workflow,
		Force:    c.Force,
	}
	for name := range c.files {
		if name == expectationFile || name == exchangesFile {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return Job{}, err
		}
		if err := os.WriteFile(file, c.file(name, port), 0o600); err != nil {
			return Job{}, err
		}
		if name == inputsFile {
			job.Inputs = file
		}
	}
	if job.Workflow == "" {
		job.Workflow = c.firstWorkflow()
	}
	for _, name := range c.Provide {
		job.Provide = append(job.Provide, filepath.Join(dir, filepath.FromSlash(path.Clean(name))))
	}
	return job, nil
}

// firstWorkflow returns the id of the first workflow in the entry document, as
// far as one can be made out: the document may have any fault.
func (c *Case) firstWorkflow() string {
	var document struct {
		Workflows []struct {
			ID string `yaml:"workflowId"`
		}
	}
	if err := yaml.Unmarshal(c.files[c.Entry], &document); err != nil || len(document.Workflows) == 0 {
		return ""
	}
	return document.Workflows[0].ID
}

// at returns the case with the port of the mock server in its place.
func (c *Case) at(port int) (*Case, error) {
	placed := *c
	expectation, err := parseExpectation(c.file(expectationFile, port))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expectationFile, err)
	}
	placed.Expectation = *expectation
	if placed.Exchanges, err = parseExchanges(c.file(exchangesFile, port)); err != nil {
		return nil, fmt.Errorf("%s: %w", exchangesFile, err)
	}
	return &placed, nil
}

// file returns a file of the case with the port of the mock server in it.
func (c *Case) file(name string, port int) []byte {
	return bytes.ReplaceAll(c.files[name], []byte(portToken), []byte(strconv.Itoa(port)))
}
