package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/glob"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
	"gopkg.in/yaml.v3"
)

// ConfigName is the name of a configuration file.
const ConfigName = ".arazzolint.yaml"

// ConfigRule is the id of the rule for what is wrong with a configuration.
const ConfigRule = "invalid-config"

// Config is what a configuration file says. The zero value is that of an empty
// file: it changes nothing.
type Config struct {
	// Rules says how rules are reported, by their ids.
	Rules map[string]Level
	// Ignore are patterns of documents that are not checked when a folder is. They
	// are relative to the folder of the file, as in a .gitignore file: a pattern
	// without a slash matches at any depth, "**" any number of folders.
	Ignore []string
	// Sources says where source descriptions really are: name to path or URL. Paths
	// are relative to the folder of the file.
	Sources map[string]string
	// Strict admits what the specification admits and nothing else.
	Strict bool
	// FailOn is the severity from which on a document counts as invalid.
	FailOn diag.Severity
}

// ParseConfig reads a configuration in YAML. All problems are reported at once;
// name is only used in messages. What is wrong is left out of the result, which
// is never nil.
func ParseConfig(name string, data []byte) (*Config, diag.List) {
	r := &configReader{name: name}
	config := &Config{}
	var root yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	switch err := d.Decode(&root); {
	case errors.Is(err, io.EOF):
		return config, nil
	case err != nil:
		r.syntax(err)
		return config, r.list
	}
	for key, value := range r.members(root.Content[0], "the configuration") {
		switch key.Value {
		case "rules":
			config.Rules = r.rules(value)
		case "ignore":
			config.Ignore = r.patterns(value)
		case "sources":
			config.Sources = r.sources(value)
		case "strict":
			config.Strict = r.boolean(value)
		case "fail-on":
			if r.oneOf(value, "fail-on", []string{"error", "warning"}) && value.Value == "warning" {
				config.FailOn = diag.Warning
			}
		default:
			r.unknown(key, "a configuration", "member", []string{"rules", "ignore", "sources", "strict", "fail-on"}, "")
		}
	}
	r.list.Sort()
	return config, r.list
}

// configReader collects what is wrong with a configuration.
type configReader struct {
	name string
	list diag.List
}

func (r *configReader) report(at *yaml.Node, hint, format string, args ...any) {
	place := diag.Range{File: r.name, Start: diag.Position{Line: at.Line, Column: at.Column}}
	if at.Kind == yaml.ScalarNode && at.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && at.Value != "" {
		place.End = diag.Position{Line: at.Line, Column: at.Column + len([]rune(at.Value))}
	}
	r.list.Add(diag.Diagnostic{Rule: ConfigRule, Message: fmt.Sprintf(format, args...), Hint: hint, Range: place})
}

// syntax reports what the YAML reader says. It gives the line in its text.
func (r *configReader) syntax(err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	place := diag.Range{File: r.name}
	if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(message); m != nil {
		place.Start.Line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	r.list.Add(diag.Diagnostic{Rule: ConfigRule, Message: "the configuration is no YAML: " + message, Range: place})
}

// members yields the members of an object, each key once.
func (r *configReader) members(n *yaml.Node, what string) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			if n.Tag != "!!null" {
				r.report(n, "", "%s must be an object", what)
			}
			return
		}
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch {
			case key.Kind != yaml.ScalarNode:
				r.report(key, "", "a name must be a string")
				continue
			case seen[key.Value]:
				r.report(key, "remove one of the two", "%q stands twice in %s", shown(key.Value), what)
				continue
			}
			seen[key.Value] = true
			if !yield(key, value) {
				return
			}
		}
	}
}

func (r *configReader) unknown(key *yaml.Node, owner, what string, known []string, otherwise string) {
	hint := otherwise
	if near := nearest.Find(key.Value, known); len(near) > 0 {
		hint = "did you mean " + strconv.Quote(near[0]) + "?"
	} else if hint == "" {
		hint = "the " + what + "s are " + strings.Join(known, ", ")
	}
	r.report(key, hint, "%s has no %s %q", owner, what, shown(key.Value))
}

func (r *configReader) oneOf(n *yaml.Node, what string, allowed []string) bool {
	if n.Kind == yaml.ScalarNode && slices.Contains(allowed, n.Value) {
		return true
	}
	if n.Kind != yaml.ScalarNode {
		r.report(n, "", "%q must be one of %s", what, strings.Join(allowed, ", "))
		return false
	}
	r.report(n, "use one of "+strings.Join(allowed, ", "), "%q has no value %q", what, shown(n.Value))
	return false
}

func (r *configReader) rules(n *yaml.Node) map[string]Level {
	var ids []string
	for _, rule := range Rules() {
		ids = append(ids, rule.ID)
	}
	levels := map[string]Level{}
	for key, value := range r.members(n, `"rules"`) {
		if !slices.Contains(ids, key.Value) {
			r.unknown(key, `"rules"`, "rule", ids, `"arazzo rules" lists all rules`)
			continue
		}
		// YAML 1.1 reads off as a boolean; here it is the word.
		if r.oneOf(value, key.Value, Levels()) {
			levels[key.Value], _ = ParseLevel(value.Value)
		}
	}
	return levels
}

func (r *configReader) text(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		r.report(n, "", "%s must be a text that is not empty", what)
		return "", false
	}
	return n.Value, true
}

func (r *configReader) patterns(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		r.report(n, "", `"ignore" must be a list of patterns`)
		return nil
	}
	var out []string
	for _, item := range n.Content {
		pattern, ok := r.text(item, "a pattern")
		if !ok {
			continue
		}
		if strings.HasPrefix(pattern, "!") {
			r.report(item, "name what is to be ignored only", "the pattern %q begins with \"!\", which has no meaning here", shown(pattern))
			continue
		}
		if err := glob.Valid(pattern); err != nil {
			r.report(item, "", "%s", err)
			continue
		}
		out = append(out, pattern)
	}
	return out
}

func (r *configReader) sources(n *yaml.Node) map[string]string {
	sources := map[string]string{}
	for key, value := range r.members(n, `"sources"`) {
		if location, ok := r.text(value, fmt.Sprintf("the location of source %q", shown(key.Value))); ok {
			sources[key.Value] = location
		}
	}
	return sources
}

func (r *configReader) boolean(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.report(n, "", `"strict" must be true or false`)
		return false
	}
	return n.Value == "true"
}
