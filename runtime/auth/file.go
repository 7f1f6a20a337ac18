package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// The rules about files of credentials.
const (
	// RuleCredentialsFile is about a file that cannot be read or is not of the
	// form that it must have.
	RuleCredentialsFile = "credentials-file"
	// RuleCredentialsFileMode warns of a file that others may read.
	RuleCredentialsFileMode = "credentials-file-mode"
)

// maxFile bounds a file of credentials, in bytes.
const maxFile = 1 << 20

// File is a [Source] that was read from a file in YAML or JSON:
//
//	sources:
//	  pets:
//	    schemes:
//	      apiKey: ${PETS_KEY}
//	      oauth: {clientId: me, clientSecret: "${PETS_SECRET}", scopes: [read]}
//
// A text alone is the [FieldValue]. In the text of a scheme ${NAME} is replaced by the
// environment variable of that name when the credential is needed, and $${ by
// ${. Files that are named are looked for beside the file itself. The JSON
// Schema of the form is specs/schemas/arazzo.credentials.1.json.
type File struct {
	name    string
	lookup  func(string) string
	sources map[string]map[string]entry
}

// entry is what a file says of one scheme, before variables are replaced.
type entry struct {
	texts  map[Field]string
	scopes []string
	hosts  []string
	line   int
}

// ReadFile reads a file of credentials. The function returns the value of an
// environment variable, "" for one that is not set; nil: none is set. The list
// holds a warning if others than the owner may read the file.
func ReadFile(name string, lookup func(string) string) (*File, diag.List) {
	refuse := func(err error) (*File, diag.List) {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, diag.List{{
			Rule: RuleCredentialsFile, Message: fmt.Sprintf("the credentials file %q cannot be read: %v", name, err),
		}}
	}
	f, err := os.Open(name)
	if err != nil {
		return refuse(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return refuse(err)
	}
	if info.IsDir() {
		return refuse(errors.New("it is a folder"))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return refuse(err)
	}
	var found diag.List
	if mode := info.Mode(); mode.IsRegular() && mode.Perm()&0o077 != 0 && goruntime.GOOS != "windows" {
		found.Add(diag.Diagnostic{
			Rule: RuleCredentialsFileMode, Severity: diag.Warning,
			Message: fmt.Sprintf("others than its owner may use the credentials file %q", name),
			Hint:    "take their permissions away: chmod 600 " + name,
		})
	}
	file, problems := ParseFile(name, data, lookup)
	found.Add(problems...)
	return file, found
}

// ParseFile is [ReadFile] for the content of a file. The name is for messages,
// and its folder is where files that are named are looked for.
func ParseFile(name string, data []byte, lookup func(string) string) (*File, diag.List) {
	r := &fileReader{file: &File{name: name, lookup: lookup, sources: make(map[string]map[string]entry)}}
	r.read(data)
	if r.found.HasErrors() {
		return nil, r.found
	}
	return r.file, r.found
}

// Credential returns what the file says of the scheme.
func (f *File) Credential(_ context.Context, source, scheme string) (*Credential, error) {
	e, ok := f.sources[source][scheme]
	if !ok {
		return nil, nil
	}
	c := &Credential{Scopes: slices.Clone(e.scopes), Hosts: slices.Clone(e.hosts), Origin: fmt.Sprintf("%s:%d", f.name, e.line)}
	for _, field := range append(fields(), FieldTokenURL, FieldHeader) {
		text, given := e.texts[field]
		if !given {
			continue
		}
		text, err := f.expand(text)
		if err != nil {
			return nil, fmt.Errorf("the credentials file %s:%d %w", f.name, e.line, err)
		}
		switch field {
		case FieldCert, FieldKey, FieldCA:
			if text != "" && !filepath.IsAbs(text) {
				text = filepath.Join(filepath.Dir(f.name), text)
			}
		default:
		}
		c.set(field, text)
	}
	return c, nil
}

// expand replaces variables. The error says which one is not set.
func (f *File) expand(text string) (string, error) {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		if !found {
			out.WriteString(text)
			return out.String(), nil
		}
		if escaped, ok := strings.CutSuffix(before, "$"); ok {
			out.WriteString(escaped + "${")
			text = after
			continue
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed || !isVariableName(name) {
			return "", errors.New("holds ${ without the name of a variable and }")
		}
		value := ""
		if f.lookup != nil {
			value = f.lookup(name)
		}
		if value == "" {
			return "", fmt.Errorf("names the environment variable %s, which is not set", name)
		}
		out.WriteString(before + value)
		text = rest
	}
}

func isVariableName(name string) bool {
	for i, c := range []byte(name) {
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// fileReader reads a file of credentials. No message holds a value of the file.
type fileReader struct {
	file  *File
	found diag.List
}

func (r *fileReader) refuse(n *yaml.Node, hint, format string, args ...any) {
	d := diag.Diagnostic{
		Rule: RuleCredentialsFile, Message: fmt.Sprintf(format, args...), Hint: hint,
		Range: diag.Range{File: r.file.name},
	}
	if n != nil {
		d.Range.Start = diag.Position{Line: n.Line, Column: n.Column}
	}
	r.found.Add(d)
}

func (r *fileReader) read(data []byte) {
	const form = "it holds: sources: {SOURCE: {schemes: {SCHEME: VALUE}}}"
	if len(data) > maxFile {
		r.refuse(nil, "", "the credentials file is larger than %d bytes", maxFile)
		return
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	root := jsonTree(data)
	if root == nil {
		var document yaml.Node
		if err := yaml.Unmarshal(data, &document); err != nil {
			// What the parser says may quote the line.
			r.refuse(nil, "check it with a YAML tool", "the credentials file is neither YAML nor JSON")
			return
		}
		if len(document.Content) != 1 {
			r.refuse(nil, form, "the credentials file is empty")
			return
		}
		root = document.Content[0]
	}
	for name, value := range r.members(root, "the credentials file", form) {
		if name.Value != "sources" {
			r.unknown(name, "the credentials file", []string{"sources"})
			continue
		}
		for source, value := range r.members(value, `"sources"`, form) {
			r.source(source, value)
		}
	}
}

func (r *fileReader) source(name, value *yaml.Node) {
	schemes := make(map[string]entry)
	r.file.sources[name.Value] = schemes
	var hosts []string
	what := fmt.Sprintf("the source %q", name.Value)
	for key, value := range r.members(value, what, "it holds schemes, and perhaps tls and hosts") {
		switch key.Value {
		case "schemes":
			for scheme, value := range r.members(value, what, "") {
				if scheme.Value == "" {
					r.refuse(scheme, "", "%s names a scheme without a name", what)
					continue
				}
				schemes[scheme.Value] = r.scheme(scheme, value)
			}
		case "tls":
			e := r.fields(key, value, fmt.Sprintf("tls of %s", what), FieldCert, FieldKey, FieldCA)
			if e.texts[FieldCert] == "" && !r.found.HasErrors() {
				r.refuse(key, "name the file of the client certificate: {cert: client.pem, key: client.key}", "tls of %s names no certificate", what)
			}
			schemes[""] = e
		case "hosts":
			hosts = r.list(value, fmt.Sprintf("hosts of %s", what))
			if len(hosts) == 0 {
				r.refuse(value, "leave hosts out to admit the servers of the source", "hosts of %s are none", what)
			}
		default:
			r.unknown(key, what, []string{"schemes", "tls", "hosts"})
		}
	}
	for scheme, e := range schemes {
		e.hosts = hosts
		schemes[scheme] = e
	}
}

func (r *fileReader) scheme(name, value *yaml.Node) entry {
	if text, ok := textOf(value); ok {
		return entry{line: name.Line, texts: map[Field]string{FieldValue: text}}
	}
	return r.fields(name, value, fmt.Sprintf("the scheme %q", name.Value), append(fields(), FieldTokenURL, FieldHeader)...)
}

// fields reads the fields of a scheme.
func (r *fileReader) fields(name, value *yaml.Node, what string, known ...Field) entry {
	e := entry{line: name.Line, texts: make(map[Field]string)}
	for key, value := range r.members(value, what, "it is a text, or an object such as {clientId: …, clientSecret: …}") {
		field := Field(key.Value)
		if !slices.Contains(known, field) {
			var names []string
			for _, f := range known {
				names = append(names, string(f))
			}
			r.unknown(key, what, names)
			continue
		}
		if field == FieldScopes {
			e.scopes = r.list(value, "scopes of "+what)
			continue
		}
		text, ok := textOf(value)
		if !ok {
			r.refuse(value, "", "%q of %s is not a text", key.Value, what)
			continue
		}
		e.texts[field] = text
	}
	return e
}

// list reads a list of texts, or one text that spaces divide.
func (r *fileReader) list(value *yaml.Node, what string) []string {
	if text, ok := textOf(value); ok {
		return strings.Fields(text)
	}
	if value.Kind != yaml.SequenceNode {
		r.refuse(value, "", "%s are not a list of texts", what)
		return nil
	}
	var out []string
	for _, item := range value.Content {
		text, ok := textOf(item)
		if !ok {
			r.refuse(item, "", "%s are not a list of texts", what)
			continue
		}
		out = append(out, text)
	}
	return out
}

// members ranges over the members of an object. Anything else is refused, and a
// name that stands twice.
func (r *fileReader) members(n *yaml.Node, what, hint string) func(func(name, value *yaml.Node) bool) {
	return func(yield func(name, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			r.refuse(n, hint, "%s is not an object", what)
			return
		}
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i]
			if name.Kind != yaml.ScalarNode || seen[name.Value] {
				r.refuse(name, "", "a name in %s is no text or stands twice", what)
				continue
			}
			seen[name.Value] = true
			if !yield(name, n.Content[i+1]) {
				return
			}
		}
	}
}

func (r *fileReader) unknown(name *yaml.Node, what string, known []string) {
	hint := "it knows " + strings.Join(known, ", ")
	if meant := nearest.Find(name.Value, known); len(meant) > 0 {
		hint = fmt.Sprintf("did you mean %q?", meant[0])
	}
	r.refuse(name, hint, "%s has an unknown member %q", what, name.Value)
}

// textOf returns the text of a scalar as it is written: a number keeps its
// digits. It is false for null and for what is no scalar.
func textOf(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return "", false
	}
	return n.Value, true
}
