package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"gopkg.in/yaml.v3"
)

// Expectation is the content of a file expect.yaml: what a conformant tool does
// with the documents of the case.
type Expectation struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Checklist names the requirements that the case is about; see checklist.yaml.
	Checklist []string `yaml:"checklist"`
	// Arazzo is the version that the entry document states.
	Arazzo string `yaml:"arazzo"`
	// Valid is false if the description must be rejected before any request.
	Valid *bool `yaml:"valid"`
	// Detect says whether the official JSON Schema finds what makes the
	// description invalid: "schema" or "semantic".
	Detect string `yaml:"detect"`
	// Workflow is to be run, with its dependencies.
	Workflow string `yaml:"workflow"`
	// Outcome is Success or Failure.
	Outcome Ending `yaml:"outcome"`
	// Outputs are the exact outputs of the workflow. Nil: they do not matter.
	Outputs map[string]Value `yaml:"outputs"`
	// Requests mirrors the exchanges of server.yaml for readers.
	Requests []Mirror `yaml:"requests"`
	// PathAlternatives are other acceptable spellings of a request path.
	PathAlternatives []string `yaml:"pathAlternatives"`
	// MaxDurationMs bounds the whole run. Zero: the bound that all cases have.
	MaxDurationMs int `yaml:"maxDurationMs"`
	// Alternatives are other conformant results.
	Alternatives []Alternative `yaml:"alternatives"`
	// Provide names documents that the tool is given besides the entry document.
	Provide []string `yaml:"provide"`
	// Force asks a tool that refuses what it cannot evaluate to start all the same.
	Force bool `yaml:"force"`
	// Ambiguous marks a case about which the specification is silent: what is
	// expected is a recommendation.
	Ambiguous bool `yaml:"ambiguous"`
	// Level is SHOULD if the specification only recommends the behaviour.
	Level string `yaml:"level"`
	// SchemaBug names the known fault of the official JSON Schema that makes it
	// reject the document although it is valid.
	SchemaBug string `yaml:"schemaBug"`
	// Versions says where the rule holds if that is less than the document's version.
	Versions Text `yaml:"versions"`
	// Why is the reason, in a sentence or two.
	Why string `yaml:"why"`
}

// Mirror is an exchange as the readers of an expectation see it. Only its
// method and path are compared with server.yaml.
type Mirror struct {
	Method string `yaml:"method"`
	Path   string `yaml:"path"`
	// Rest are the other keys of the exchange.
	Rest map[string]Value `yaml:",inline"`
}

// Alternative is another result that conforms. What it does not give is as in
// the Expectation.
type Alternative struct {
	// Valid is false if a tool may reject the description.
	Valid   *bool            `yaml:"valid"`
	Outcome Ending           `yaml:"outcome"`
	Outputs map[string]Value `yaml:"outputs"`
	// Requests are the exchanges of server.yaml that take place, from the first.
	Requests []Mirror `yaml:"requests"`
	Why      string   `yaml:"why"`
}

// Ending is how a run comes out.
type Ending string

// The endings of a run.
const (
	// Success: the workflow ended without a failure that nothing handled.
	Success Ending = "success"
	// Failure: it failed, or was refused because of its inputs.
	Failure Ending = "failure"
	// Invalid: the description was rejected before any request.
	Invalid Ending = "invalid"
)

func (e Ending) known() bool { return e == Success || e == Failure || e == Invalid }

// ending is the outcome that the case expects in the first place.
func (e *Expectation) ending() Ending {
	if !*e.Valid {
		return Invalid
	}
	return e.Outcome
}

// parseExpectation reads a file expect.yaml and says what is wrong with it.
func parseExpectation(data []byte) (*Expectation, error) {
	var e Expectation
	if err := decodeStrictly(data, &e); err != nil {
		return nil, err
	}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if e.ID == "" || e.Title == "" || e.Why == "" || len(e.Checklist) == 0 {
		fault("id, title, checklist and why are required")
	}
	if e.Valid == nil {
		fault("valid is required")
		return nil, errors.Join(faults...)
	}
	switch {
	case !*e.Valid && (e.Outcome != "" || e.Outputs != nil || e.Requests != nil):
		fault("a description that is not valid has neither outcome nor outputs nor requests")
	case !*e.Valid && e.Detect != "schema" && e.Detect != "semantic":
		fault("detect is %q instead of schema or semantic", e.Detect)
	case *e.Valid && e.Detect != "":
		fault("detect is for descriptions that are not valid")
	case *e.Valid && e.Workflow == "":
		fault("workflow is required")
	case *e.Valid && e.Outcome != Success && e.Outcome != Failure:
		fault("outcome is %q instead of success or failure", e.Outcome)
	}
	if !slices.Contains([]string{"", "MUST", "SHOULD", "MAY"}, e.Level) {
		fault("level %q is not known", e.Level)
	}
	for _, a := range e.Alternatives {
		if a.Outcome != "" && !a.Outcome.known() {
			fault("outcome of an alternative is %q", a.Outcome)
		}
	}
	return &e, errors.Join(faults...)
}

// decodeStrictly reads one YAML document. A key that the target has no place
// for is an error.
func decodeStrictly(data []byte, target any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(target); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("the file holds more than one document")
	}
	return nil
}
