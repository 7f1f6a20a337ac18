package conformance

import (
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"
)

// Exchange is an entry of a file server.yaml: a request that the tool is
// expected to send, and the reply that it gets.
type Exchange struct {
	// Method and Path identify the request. The path is as it stands on the
	// wire, without the query.
	Method string `yaml:"method"`
	Path   string `yaml:"path"`
	// Status, Headers and Body are the reply.
	Status  int             `yaml:"status"`
	Headers map[string]Text `yaml:"headers"`
	Body    string          `yaml:"body"`
	// BodyFile names a file of the case that is sent instead of Body.
	BodyFile string `yaml:"bodyFile"`
	// DelayMs is how long the reply is held back.
	DelayMs int `yaml:"delayMs"`
	// MinGapMs and MaxGapMs bound the time since the previous reply was sent.
	MinGapMs int `yaml:"minGapMs"`
	MaxGapMs int `yaml:"maxGapMs"`
	// Unordered names a group of neighbouring exchanges that may take place in
	// any order.
	Unordered string `yaml:"unordered"`
	// Document marks what is served any number of times, at any time, and is no
	// part of the sequence.
	Document bool `yaml:"document"`
	// Expect says more about the request. Nil: anything goes.
	Expect *RequestExpectation `yaml:"expect"`
}

// RequestExpectation says what else a request must be like. All that is given
// must hold.
type RequestExpectation struct {
	// Query is the decoded query: exactly these names, and for each these values
	// in this order. An empty map that is given stands for no query at all.
	Query map[string]Text `yaml:"query"`
	// RawQuery and RawQueryAnyOf are the query as it stands on the wire. Only the
	// case of hexadecimal digits in escapes is free.
	RawQuery      *string  `yaml:"rawQuery"`
	RawQueryAnyOf []string `yaml:"rawQueryAnyOf"`
	// QueryJSON are JSON texts in query parameters.
	QueryJSON map[string]Value `yaml:"queryJson"`
	// Headers gives for each field the values of which it must have one.
	Headers       map[string]Text `yaml:"headers"`
	HeadersAbsent []string        `yaml:"headersAbsent"`
	// Cookies must be among those that are sent.
	Cookies map[string]string `yaml:"cookies"`
	// JSON is the body as a JSON value. The zero Node: it does not matter.
	JSON yaml.Node `yaml:"json"`
	// Form is the body as a decoded form, compared like Query.
	Form map[string]Text `yaml:"form"`
	// Multipart is the body as parts by their names; exactly these.
	Multipart map[string]string `yaml:"multipart"`
	// BodyEquals, BodyAnyOf and BodyContains compare the body as text.
	BodyEquals   *string  `yaml:"bodyEquals"`
	BodyAnyOf    []string `yaml:"bodyAnyOf"`
	BodyContains Text     `yaml:"bodyContains"`
	// NoBody: there must be none.
	NoBody bool `yaml:"noBody"`
}

// Text is one text or a list of texts in a file of a case. Numbers and other
// scalars are taken as they are written.
type Text []string

// UnmarshalYAML accepts a scalar or a list of scalars.
func (t *Text) UnmarshalYAML(node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		*t = Text{node.Value}
		return nil
	case yaml.SequenceNode:
		*t = Text{}
		for _, child := range node.Content {
			if child.Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d: a text is expected", child.Line)
			}
			*t = append(*t, child.Value)
		}
		return nil
	default:
		return fmt.Errorf("line %d: a text or a list of texts is expected", node.Line)
	}
}

// parseExchanges reads a file server.yaml and says what is wrong with it.
func parseExchanges(data []byte) ([]Exchange, error) {
	var exchanges []Exchange
	if err := decodeStrictly(data, &exchanges); err != nil {
		return nil, err
	}
	var faults []error
	for i := range exchanges {
		x := &exchanges[i]
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("exchange %d: %s", i+1, fmt.Sprintf(format, args...)))
		}
		if x.Method == "" || x.Path == "" || x.Path[0] != '/' {
			fault("method and an absolute path are required")
		}
		if x.Status < 100 || x.Status > 599 {
			fault("status %d is none of HTTP", x.Status)
		}
		if x.Body != "" && x.BodyFile != "" {
			fault("body and bodyFile exclude each other")
		}
		if x.Document && (x.Unordered != "" || x.MinGapMs != 0 || x.MaxGapMs != 0) {
			fault("a document has no place in the sequence")
		}
		if x.Expect != nil && !x.Expect.JSON.IsZero() {
			if _, err := valueOf(&x.Expect.JSON); err != nil {
				fault("json: %v", err)
			}
		}
		if x.MaxGapMs != 0 && x.MaxGapMs < x.MinGapMs {
			fault("maxGapMs is less than minGapMs")
		}
	}
	return exchanges, errors.Join(faults...)
}
