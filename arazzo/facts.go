package arazzo

import (
	"mime"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// knowledge implements [expr.Values] for the texts of a workflow: what the
// schemas of its inputs and of the responses say.
type knowledge struct {
	bundle   *Bundle
	workflow *Workflow
	// step is the one in which the text stands, or nil.
	step *Step
	// depth counts the outputs that were followed.
	depth int
}

// maxOutputs bounds how far outputs that are outputs of other steps are followed.
const maxOutputs = 8

// Describe returns what is known of an expression.
func (k knowledge) Describe(e *expr.Expression) expr.Facts {
	switch e.Root {
	case expr.RootInputs:
		return k.input(e)
	case expr.RootSteps:
		return k.output(e)
	case expr.RootResponse:
		switch {
		case e.Part == expr.PartHeader:
			return expr.Facts{Types: expr.TypeString}
		case e.Part == expr.PartBody && k.step != nil:
			return k.response(e)
		}
	case expr.RootStatusCode:
		return expr.Facts{Types: expr.TypeNumber}
	case expr.RootURL, expr.RootMethod, expr.RootSelf:
		return expr.Facts{Types: expr.TypeString}
	case expr.RootRequest, expr.RootMessage, expr.RootOutputs, expr.RootWorkflows, expr.RootSourceDescriptions, expr.RootComponents:
	}
	return expr.Facts{}
}

func (k knowledge) input(e *expr.Expression) expr.Facts {
	if e.Whole {
		return expr.Facts{Types: expr.TypeObject, Present: true}
	}
	if k.workflow == nil || k.workflow.document == nil {
		return expr.Facts{}
	}
	for _, p := range k.workflow.InputSchema().Properties {
		if p.Name != e.Name || p.at.node == nil {
			continue
		}
		at := behindReferences(p.at)
		// Defaults are filled in at the top level.
		present := p.Required || at.node.member("default") != nil
		return schemaFacts(at, e.Pointer, present)
	}
	return expr.Facts{}
}

// schemaFacts is what a schema of the document says of a part of its value.
func schemaFacts(at schemaAt, pointer expr.Pointer, present bool) expr.Facts {
	for _, token := range pointer {
		properties := at.node.member("properties")
		if next := properties.member(token); next != nil {
			present = present && requires(at.node, token)
			at = behindReferences(schemaAt{at.file, next})
			continue
		}
		items := at.node.member("items")
		if items == nil || strings.Trim(token, "0123456789") != "" {
			return expr.Facts{}
		}
		present = false
		at = behindReferences(schemaAt{at.file, items})
	}
	required := at.node.member("required")
	return expr.Facts{
		Types: declaredTypes(at.node), Present: present, Declared: true, Texts: declaredTexts(at.node),
		Filled: required != nil && len(required.children) > 0,
	}
}

// declaredTexts are the texts that a schema of the document lists, if it lists
// texts only.
func declaredTexts(schema *node) []string {
	var texts []string
	if enum := schema.member("enum"); enum != nil {
		for _, c := range enum.children {
			if c.kind != String {
				return nil
			}
			texts = append(texts, c.text)
		}
	}
	return texts
}

func requires(schema *node, name string) bool {
	required := schema.member("required")
	return required != nil && slices.ContainsFunc(required.children, func(n *node) bool { return n.kind == String && n.text == name })
}

// declaredTypes are the types that a schema of the document lists.
func declaredTypes(schema *node) expr.Types {
	declared := schema.member("type")
	if declared == nil {
		return 0
	}
	if declared.kind == String {
		return typesOf([]string{declared.text})
	}
	var names []string
	for _, c := range declared.children {
		names = append(names, c.text)
	}
	return typesOf(names)
}

// typesOf turns the names of types of JSON Schema into a set.
func typesOf(names []string) expr.Types {
	var types expr.Types
	for _, name := range names {
		switch name {
		case "null":
			types |= expr.TypeNull
		case "boolean":
			types |= expr.TypeBoolean
		case "integer", "number":
			types |= expr.TypeNumber
		case "string":
			types |= expr.TypeString
		case "array":
			types |= expr.TypeArray
		case "object":
			types |= expr.TypeObject
		default:
			return 0
		}
	}
	return types
}

// output follows the output of a step to where it comes from. A step may not
// have run, so that nothing is ever known to be there.
func (k knowledge) output(e *expr.Expression) expr.Facts {
	if k.workflow == nil || k.depth >= maxOutputs {
		return expr.Facts{}
	}
	step := k.workflow.Step(e.Name)
	if step == nil {
		return expr.Facts{}
	}
	output, ok := step.Output(e.Output)
	if !ok {
		return expr.Facts{}
	}
	text, ok := output.Value.Text()
	if !ok {
		return expr.Facts{}
	}
	t, _, err := expr.ParseTemplate(text, expr.Options{Version: k.workflow.document.Version(), Names: k.workflow.Names()})
	if err != nil {
		return expr.Facts{}
	}
	source, whole := t.Whole()
	if !whole {
		if e.HasPointer {
			return expr.Facts{}
		}
		return expr.Facts{Types: expr.TypeString}
	}
	part := *source
	part.Pointer = slices.Concat(source.Pointer, e.Pointer)
	part.HasPointer = source.HasPointer || e.HasPointer
	facts := knowledge{bundle: k.bundle, workflow: k.workflow, step: step, depth: k.depth + 1}.Describe(&part)
	facts.Present = false
	return facts
}

// response is what the description says of the body of a successful response.
func (k knowledge) response(e *expr.Expression) expr.Facts {
	if k.bundle == nil || e.Dynamic() {
		return expr.Facts{}
	}
	op, _, _ := k.bundle.Operation(k.step)
	if op == nil {
		return expr.Facts{}
	}
	var merged expr.Facts
	found := false
	for i := range op.Responses {
		r := &op.Responses[i]
		if len(r.Status) != 3 || r.Status[0] != '2' {
			continue
		}
		schema := jsonSchemaOf(r.Content)
		if schema == nil {
			if len(r.Content) > 0 {
				return expr.Facts{}
			}
			continue
		}
		facts := responseFacts(schema, e.Pointer)
		if !found {
			merged, found = facts, true
			continue
		}
		if merged.Types == 0 || facts.Types == 0 {
			merged.Types, facts.Types = 0, 0
		}
		merged.Types |= facts.Types
		merged.Filled = merged.Filled && facts.Filled
		merged.Declared = merged.Declared && facts.Declared
		if merged.Texts = slices.Concat(merged.Texts, facts.Texts); facts.Texts == nil {
			merged.Texts = nil
		}
	}
	return merged
}

// jsonSchemaOf returns the schema of the JSON among the media types of a
// response, or nil if there is other content, too.
func jsonSchemaOf(content []openapi.MediaType) *openapi.Schema {
	var schema *openapi.Schema
	for i := range content {
		name, _, err := mime.ParseMediaType(content[i].Name)
		if err != nil || name != "application/json" && !strings.HasSuffix(name, "+json") && !strings.HasPrefix(name, "application/x-amz-json-") {
			return nil
		}
		if schema != nil && !schema.Equal(content[i].Schema) {
			return nil
		}
		schema = content[i].Schema
	}
	return schema
}

// responseFacts is what a schema of a description says of a part of its value. A
// reply may always be empty, so that nothing is known to be there.
func responseFacts(schema *openapi.Schema, pointer expr.Pointer) expr.Facts {
	for _, token := range pointer {
		next := schema.Property(token)
		if next == nil && strings.Trim(token, "0123456789") == "" {
			next = schema.Items()
		}
		if next == nil {
			return expr.Facts{}
		}
		schema = next
	}
	facts := expr.Facts{Types: typesOfSchema(schema, 0), Declared: true, Filled: len(schema.Required()) > 0}
	for _, v := range schema.Enum() {
		text, isText := v.(string)
		if !isText {
			facts.Texts = nil
			break
		}
		facts.Texts = append(facts.Texts, text)
	}
	return facts
}

// typesOfSchema are the types that a schema admits. One that only describes
// members or elements is meant for objects or arrays.
func typesOfSchema(schema *openapi.Schema, depth int) expr.Types {
	const deepest = 4
	if names := schema.Types(); names != nil {
		return typesOf(names)
	}
	switch {
	case len(schema.Properties()) > 0:
		return expr.TypeObject
	case schema.Items() != nil:
		return expr.TypeArray
	case depth >= deepest:
		return 0
	}
	lists := schema.Alternatives()
	if len(lists) == 0 {
		return 0
	}
	// Each list holds for itself, so that one of them says enough.
	var types expr.Types
	for _, s := range lists[0] {
		one := typesOfSchema(s, depth+1)
		if one == 0 {
			return 0
		}
		types |= one
	}
	return types
}
