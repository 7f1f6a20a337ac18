package arazzo

import (
	"encoding/json"
	"strconv"
	"strings"
)

// keywordKind says what the value of a keyword of JSON Schema 2020-12 is.
type keywordKind uint8

const (
	// otherKeyword is data, an assertion or not known.
	otherKeyword keywordKind = iota
	countKeyword
	annotationKeyword
	referenceKeyword
	schemaKeyword
	schemaListKeyword
	schemaMapKeyword
	// definitionsKeyword holds schemas that apply only where they are referred to.
	definitionsKeyword
)

func keywordOf(name string) keywordKind {
	switch name {
	case "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "$comment", "format",
		"$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema":
		return annotationKeyword
	case "dependencies", "additionalItems":
		// Earlier drafts had these; in 2020-12 they say nothing.
		return annotationKeyword
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains":
		return countKeyword
	case "$ref", "$dynamicRef":
		return referenceKeyword
	case "additionalProperties", "unevaluatedProperties", "propertyNames", "items", "contains", "unevaluatedItems",
		"not", "if", "then", "else":
		return schemaKeyword
	case "allOf", "anyOf", "oneOf", "prefixItems":
		return schemaListKeyword
	case "properties", "patternProperties", "dependentSchemas":
		return schemaMapKeyword
	case "$defs", "definitions":
		return definitionsKeyword
	default:
		return otherKeyword
	}
}

// schemaBundler makes a schema that needs no other one. Every schema that is
// referred to is written once, so that the result is no larger than the files
// and references in a circle do no harm.
type schemaBundler struct {
	names map[*node]string
	queue []schemaAt
	// annotated keeps annotations, those that say how a value is meant.
	annotated bool
}

func bundleSchema(root schemaAt, annotated bool) (any, bool) {
	if root.node == nil {
		return nil, false
	}
	b := schemaBundler{names: map[*node]string{}, annotated: annotated}
	return b.bundle(root), true
}

func (b *schemaBundler) bundle(root schemaAt) any {
	result := b.schema(root)
	whole, ok := result.(map[string]any)
	if !ok {
		return result
	}
	definitions := map[string]any{}
	for len(b.queue) > 0 {
		at := b.queue[0]
		b.queue = b.queue[1:]
		definitions[b.names[at.node]] = b.schema(at)
	}
	if len(definitions) > 0 {
		whole["$defs"] = definitions
	}
	return whole
}

func (b *schemaBundler) schema(at schemaAt) any {
	n := at.node
	if n.kind != Object {
		return n.value()
	}
	out := make(map[string]any, len(n.children))
	var references []any
	for _, c := range n.children {
		switch keywordOf(c.key) {
		case annotationKeyword:
			if b.annotated && !strings.HasPrefix(c.key, "$") {
				out[c.key] = c.value()
			}
		case definitionsKeyword:
		case referenceKeyword:
			if target, ok := at.file.resolve(n, c.text); ok && c.kind == String {
				references = append(references, map[string]any{"$ref": "#/$defs/" + b.name(target)})
			}
		case schemaKeyword, schemaListKeyword:
			out[c.key] = b.list(at.file, c)
		case schemaMapKeyword:
			entries := make(map[string]any, len(c.children))
			for _, entry := range c.children {
				entries[entry.key] = b.schema(schemaAt{at.file, entry})
			}
			out[c.key] = entries
		case countKeyword:
			// 1e2 and 2.0 are integers of JSON Schema.
			if count, err := strconv.ParseFloat(c.text, 64); err == nil {
				out[c.key] = json.Number(strconv.FormatFloat(count, 'f', -1, 64))
			}
		case otherKeyword:
			out[c.key] = c.value()
		}
	}
	if len(references) > 0 {
		// Part of allOf a reference means what it means beside other keywords.
		all, _ := out["allOf"].([]any)
		out["allOf"] = append(all, references...)
	}
	return out
}

// list copies a schema or an array of schemas.
func (b *schemaBundler) list(file *schemaFile, n *node) any {
	if n.kind != Array {
		return b.schema(schemaAt{file, n})
	}
	parts := make([]any, len(n.children))
	for i, c := range n.children {
		parts[i] = b.schema(schemaAt{file, c})
	}
	return parts
}

func (b *schemaBundler) name(target schemaAt) string {
	name, known := b.names[target.node]
	if !known {
		name = "ref" + strconv.Itoa(len(b.names)+1)
		b.names[target.node] = name
		b.queue = append(b.queue, target)
	}
	return name
}
