package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// parseYAML parses a YAML text as a whole and returns the root of its first
// document. Aliases stay aliases, so the cost is linear in the text.
func parseYAML(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nullNode(), nil
	case err != nil:
		return nil, err
	case doc.Kind != yaml.DocumentNode || len(doc.Content) != 1:
		return nil, errors.New("yaml: the text holds no document")
	}
	return doc.Content[0], nil
}

// mergeBudget bounds the members that merge keys add to one mapping.
const mergeBudget = 10_000

// nodeFields is value.fields for a parsed mapping. What a merge key adds comes
// first, so that the members of the mapping itself count.
func (t *tree) nodeFields(n *yaml.Node, yield func(field) bool) {
	if n.Kind != yaml.MappingNode {
		return
	}
	budget := mergeBudget
	t.mappingFields(n, yield, &budget, 0)
}

func (t *tree) mappingFields(n *yaml.Node, yield func(field) bool, budget *int, depth int) bool {
	if depth > maxDepth {
		return true
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Tag == "!!merge" || key.Value == "<<" && key.Tag == "" {
			if !t.mergedFields(n.Content[i+1], yield, budget, depth+1) {
				return false
			}
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag == "!!merge" {
			continue
		}
		if depth > 0 {
			if *budget--; *budget < 0 {
				return true
			}
		}
		name := t.nodeValue(key).node
		if !yield(field{name: name.Value, key: key, value: t.nodeValue(n.Content[i+1])}) {
			return false
		}
	}
	return true
}

// mergedFields yields the members of the mapping or mappings of a merge key, of
// which the first counts most.
func (t *tree) mergedFields(n *yaml.Node, yield func(field) bool, budget *int, depth int) bool {
	n = t.nodeValue(n).node
	if *budget <= 0 || depth > maxDepth {
		return true
	}
	switch n.Kind {
	case yaml.MappingNode:
		return t.mappingFields(n, yield, budget, depth)
	case yaml.SequenceNode:
		for i := len(n.Content) - 1; i >= 0; i-- {
			if m := t.nodeValue(n.Content[i]).node; m.Kind == yaml.MappingNode {
				if *budget--; *budget < 0 || !t.mappingFields(m, yield, budget, depth+1) {
					return *budget < 0
				}
			}
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return true
}

// yamlMessage returns what a YAML parser complains about, without the names of
// its package and with the line, if it is known.
func yamlMessage(err error) (message string, line int) {
	message = strings.TrimPrefix(err.Error(), "yaml: ")
	if n, scanErr := fmt.Sscanf(message, "line %d:", &line); n == 1 && scanErr == nil {
		if _, rest, ok := strings.Cut(message, ": "); ok {
			message = rest
		}
	} else {
		line = 0
	}
	return message, line
}
