package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
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

// errAliasBomb means that the aliases of a file stand for far more than the file
// holds.
var errAliasBomb = errors.New("the aliases of the file stand for more than a million values")

// maxExpanded bounds the values that aliases stand for.
const maxExpanded = 1_000_000

// checkAliases refuses a file whose aliases expand beyond reason, or that holds
// an alias inside what it stands for. It visits every node once.
func checkAliases(root *yaml.Node) error {
	sizes := make(map[*yaml.Node]int) // of anchored nodes; -1 while they are open
	var size func(n *yaml.Node, depth int) (int, error)
	size = func(n *yaml.Node, depth int) (int, error) {
		if depth > maxDepth {
			return 0, errTooDeep
		}
		if n.Kind == yaml.AliasNode {
			if n.Alias == nil {
				return 1, nil
			}
			known, ok := sizes[n.Alias]
			if !ok || known < 0 {
				return 0, errAliasCircle
			}
			return known, nil
		}
		if n.Anchor != "" {
			sizes[n] = -1
		}
		total := 1
		for _, c := range n.Content {
			part, err := size(c, depth+1)
			if err != nil {
				return 0, err
			}
			if c.Kind == yaml.AliasNode && part > maxExpanded || total > math.MaxInt32 {
				return 0, errAliasBomb
			}
			total += part
		}
		if n.Anchor != "" {
			sizes[n] = total
		}
		return total, nil
	}
	total, err := size(root, 0)
	if err == nil && total > maxExpanded+countNodes(root) {
		err = errAliasBomb
	}
	return err
}

// errAliasCircle means that an alias stands inside the value it stands for.
var errAliasCircle = errors.New("an alias stands inside the value that it stands for")

func countNodes(n *yaml.Node) int {
	total := 1
	for _, c := range n.Content {
		total += countNodes(c)
	}
	return total
}

// nodeFields is value.fields for a parsed mapping. What a merge key adds comes
// first, so that the members of the mapping itself count.
func (t *tree) nodeFields(n *yaml.Node, yield func(field) bool) bool {
	if n.Kind != yaml.MappingNode {
		return true
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) && !t.mergedFields(n.Content[i+1], yield) {
			return false
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if isMerge(key) {
			continue
		}
		name := t.nodeValue(key).node
		if !yield(field{name: name.Value, key: key, value: t.nodeValue(n.Content[i+1])}) {
			return false
		}
	}
	return true
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" }

// mergedFields yields the members of the mapping or mappings of a merge key, of
// which the first counts most.
func (t *tree) mergedFields(n *yaml.Node, yield func(field) bool) bool {
	n = t.nodeValue(n).node
	if n.Kind != yaml.SequenceNode {
		return t.nodeFields(n, yield)
	}
	for i := len(n.Content) - 1; i >= 0; i-- {
		if !t.nodeFields(t.nodeValue(n.Content[i]).node, yield) {
			return false
		}
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
