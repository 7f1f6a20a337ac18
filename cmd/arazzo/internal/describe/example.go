package describe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// exampleInput is an input with a value that its schema admits.
type exampleInput struct {
	Input
	schema arazzo.Value
	value  any
}

// examples returns the inputs of a workflow with values, those that are required
// first.
func examples(w *arazzo.Workflow) []exampleInput {
	schema := w.InputSchema()
	whole, ok := schema.Annotated()
	if !ok {
		return nil
	}
	values, _ := sample.Value(sample.FromJSON(whole), "", sample.Options{Optional: true, Side: sample.Request}).(map[string]any)
	var out []exampleInput
	for i := range schema.Properties {
		p := &schema.Properties[i]
		in := exampleInput{Input: newInput(p), schema: p.Schema}
		v, known := values[p.Name]
		switch {
		case in.Default != nil:
			in.value = *in.Default
		case known:
			in.value = v
		default:
			in.value = "example"
		}
		out = append(out, in)
	}
	slices.SortStableFunc(out, func(a, b exampleInput) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		default:
			return 1
		}
	})
	return out
}

// ExampleInputs writes a file of inputs of a workflow to fill in, in YAML: what is
// required with a value that the schema admits, what is not as a comment. The
// command that takes it is named at the top.
func ExampleInputs(w *arazzo.Workflow, command string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(comment(fmt.Sprintf("Inputs of the workflow %q, for:", w.WorkflowID)))
	b.WriteString("# " + plainText(command) + "\n")
	required := true
	list := examples(w)
	for _, in := range list {
		if required && !in.Required {
			required = false
			b.WriteString("\n" + comment("What follows can be left out."))
		}
		b.WriteByte('\n')
		entry, err := in.yaml()
		if err != nil {
			return nil, err
		}
		b.WriteString(comment(in.about()))
		if !in.Required {
			entry = commentedOut(entry)
		}
		b.WriteString(entry)
	}
	if len(list) == 0 {
		b.WriteString("\n" + comment("The workflow has no inputs."))
	}
	return b.Bytes(), nil
}

// ExampleInputsJSON writes the inputs of a workflow as JSON, which has no
// comments: those that are required, and those that have a default or an example.
func ExampleInputsJSON(w *arazzo.Workflow) ([]byte, error) {
	values := make(map[string]any)
	for _, in := range examples(w) {
		if in.Required || in.Default != nil || in.schema.Member("examples").Len() > 0 || in.schema.Member("example").Exists() {
			values[in.Name] = in.value
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(values)
	return b.Bytes(), err //nolint:wrapcheck // values of a document can be written
}

// about is what a comment says of an input.
func (in *exampleInput) about() string {
	text := strings.Join(in.Types, " or ")
	if text == "" {
		text = "any type"
	}
	if in.Format != "" && !in.Secret {
		text += ", " + in.Format
	}
	if in.Secret {
		text += ", secret: -i " + in.Name + "=@FILE keeps it out of here"
	}
	if len(in.Enum) > 0 {
		var values []string
		for _, v := range in.Enum {
			values = append(values, compact(v))
		}
		text += ", one of " + strings.Join(values, ", ")
	}
	for _, bound := range []struct{ keyword, text string }{
		{"minimum", "at least"},
		{"exclusiveMinimum", "more than"},
		{"maximum", "at most"},
		{"exclusiveMaximum", "less than"},
		{"minLength", "characters: at least"},
		{"maxLength", "characters: at most"},
		{"minItems", "elements: at least"},
		{"maxItems", "elements: at most"},
		{"pattern", "matching"},
	} {
		if v := in.schema.Member(bound.keyword); v.Kind() == arazzo.Number || v.Kind() == arazzo.String {
			text += ", " + bound.text + " " + compact(v.JSON())
		}
	}
	if in.Default != nil {
		text += ", default " + compact(*in.Default)
	}
	if in.Description != "" {
		text += "\n" + in.Description
	}
	return text
}

// compact writes a value in one line: texts as they are, all else as JSON.
func compact(v any) string {
	if text, ok := v.(string); ok && text != "" {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "?"
	}
	return strings.TrimSpace(b.String())
}

// commentWidth is how long the lines of comments may be.
const commentWidth = 78

// comment writes a text as comment lines.
func comment(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for _, part := range Wrap(strings.TrimRight(line, "\r\n"), commentWidth-2) {
			b.WriteString(strings.TrimRight("# "+plainText(part), " ") + "\n")
		}
	}
	return b.String()
}

// plainText leaves out what YAML does not admit in a comment.
func plainText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
}

func commentedOut(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("#" + line)
	}
	return b.String()
}

// Wrap breaks a text into lines of at most width characters, as far as its words
// allow. Blanks at its start stay.
func Wrap(text string, width int) []string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var lines []string
	line := indent
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// yaml writes the input as a member of a mapping. Members of objects inside have
// their descriptions as comments.
func (in *exampleInput) yaml() (string, error) {
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: in.Name}
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, node(in.value, in.schema, 0)}}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return "", fmt.Errorf("input %q: %w", in.Name, err)
	}
	return b.String(), nil
}

// node makes a YAML node of a value that a schema describes.
func node(v any, schema arazzo.Value, depth int) *yaml.Node {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, name := range memberOrder(v, schema) {
			member := schema.Member("properties").Member(name)
			key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
			if text, ok := member.Member("description").Text(); ok && depth < 3 {
				key.HeadComment = strings.TrimRight(comment(text), "\n")
			}
			n.Content = append(n.Content, key, node(v[name], member, depth+1))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			n.Content = append(n.Content, node(item, schema.Member("items"), depth+1))
		}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(v.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: v.String()}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(v)}
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
}

// memberOrder sorts the members of an object: as the schema lists them, then by
// name.
func memberOrder(v map[string]any, schema arazzo.Value) []string {
	var names []string
	for name := range schema.Member("properties").Members() {
		if _, ok := v[name]; ok {
			names = append(names, name)
		}
	}
	var rest []string
	for name := range v {
		if !slices.Contains(names, name) {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	return append(names, rest...)
}
