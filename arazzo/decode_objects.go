package arazzo

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// supportedVersion matches the versions of the specification that are
// understood. The patch number changes nothing (Arazzo 1.1.0, Versions).
var supportedVersion = regexp.MustCompile(`^1\.([01])\.[0-9]+(-.+)?$`)

// document reads the root object.
func (d *decoder) document(doc *Document) {
	root := doc.node
	if root.kind != Object {
		d.report(root, "not-arazzo", fmt.Sprintf("the document must be an object, but it is %s", withArticle(root.kind)),
			"an Arazzo document begins with a line such as: arazzo: 1.0.1")
		return
	}
	if !d.declaredVersion(doc) {
		return
	}
	for _, m := range d.members(root, documentObject) {
		switch m.key {
		case "$self":
			doc.Self = d.text(m)
			if strings.Contains(doc.Self, "#") {
				// Arazzo 1.1.0, Arazzo Specification Object: $self MUST NOT contain a fragment.
				d.report(m, "invalid-value", "\"$self\" must not contain a fragment", "remove what begins with \"#\"")
			}
		case "info":
			doc.Info = d.info(m)
		case "sourceDescriptions":
			doc.SourceDescriptions = decodeList(d, m, 1, d.sourceDescription)
		case "workflows":
			doc.Workflows = decodeList(d, m, 1, func(n *node) *Workflow { return d.workflow(n, doc) })
		case "components":
			doc.Components = d.components(m)
		}
	}
}

// declaredVersion reads the version, on which the meaning of all else depends.
func (d *decoder) declaredVersion(doc *Document) bool {
	root := doc.node
	m := root.member("arazzo")
	if m == nil {
		d.notArazzo(root)
		return false
	}
	if m.kind != String {
		d.wrongType(m, "a string")
		return false
	}
	doc.Arazzo = m.text
	d.version = m.text
	match := supportedVersion.FindStringSubmatch(m.text)
	if match == nil {
		d.report(m, "unsupported-version", fmt.Sprintf("version %q of the Arazzo Specification is not supported", shown(m.text)),
			"supported are 1.0.0, 1.0.1 and 1.1.0")
		return false
	}
	if match[1] == "1" {
		d.minor, doc.minor = 1, 1
	}
	return true
}

// notArazzo says what a document without a version seems to be.
func (d *decoder) notArazzo(root *node) {
	kinds := []struct{ key, name string }{
		{"openapi", "an OpenAPI"}, {"swagger", "a Swagger"}, {"asyncapi", "an AsyncAPI"}, {"overlay", "an OpenAPI Overlay"},
	}
	for _, k := range kinds {
		if m := root.member(k.key); m != nil {
			d.add(diag.Diagnostic{
				Rule: "not-arazzo", Range: m.keyRange(d.src),
				Message: fmt.Sprintf("the file is %s %s document, not an Arazzo document", k.name, shown(m.text)),
				Hint:    "give the Arazzo document whose sourceDescriptions name this file",
			})
			return
		}
	}
	message := "the document has no field \"arazzo\""
	if root.member("workflows") == nil && root.member("sourceDescriptions") == nil {
		message = "the file is not an Arazzo document: it has no field \"arazzo\""
	}
	hint := "an Arazzo document begins with a line such as: arazzo: 1.0.1"
	for _, m := range root.children {
		if strings.EqualFold(m.key, "arazzo") || strings.EqualFold(m.key, "arazzoSpec") {
			hint = fmt.Sprintf("write \"arazzo\" instead of %q", m.key)
		}
	}
	d.add(diag.Diagnostic{Rule: "not-arazzo", Range: d.at(root).headRange(), Message: message, Hint: hint})
}

func withArticle(k Kind) string {
	switch k {
	case Array, Object:
		return "an " + k.String()
	case Null:
		return "empty"
	case Absent, Bool, Number, String:
		return "a " + k.String()
	default:
		return k.String()
	}
}

func (d *decoder) info(n *node) Info {
	info := Info{Origin: d.at(n)}
	for _, m := range d.members(n, infoObject) {
		switch m.key {
		case "title":
			info.Title = d.text(m)
		case "summary":
			info.Summary = d.text(m)
		case "description":
			info.Description = d.text(m)
		case "version":
			info.Version = d.text(m)
		}
	}
	return info
}

func (d *decoder) sourceDescription(n *node) *SourceDescription {
	s := &SourceDescription{Origin: d.at(n)}
	for _, m := range d.members(n, sourceObject) {
		switch m.key {
		case "name":
			s.Name = d.text(m)
		case "url":
			s.URL = d.text(m)
		case "type":
			s.Type = d.text(m)
		}
	}
	return s
}

func (d *decoder) workflow(n *node, doc *Document) *Workflow {
	w := &Workflow{Origin: d.at(n), document: doc}
	for _, m := range d.members(n, workflowObject) {
		switch m.key {
		case "workflowId":
			w.WorkflowID = d.text(m)
		case "summary":
			w.Summary = d.text(m)
		case "description":
			w.Description = d.text(m)
		case "inputs":
			w.Inputs = d.schema(m)
		case "dependsOn":
			w.DependsOn = d.texts(m)
		case "steps":
			w.Steps = decodeList(d, m, 1, func(n *node) *Step { return d.step(n, w) })
		case "successActions":
			w.SuccessActions = decodeList(d, m, 0, d.successAction)
		case "failureActions":
			w.FailureActions = decodeList(d, m, 0, d.failureAction)
		case "outputs":
			w.Outputs = d.outputs(m)
		case "parameters":
			w.Parameters = decodeList(d, m, 0, d.parameter)
		}
	}
	return w
}

// schema reads a JSON Schema, which is an object or a boolean.
func (d *decoder) schema(n *node) Value {
	if n.kind != Object && n.kind != Bool {
		d.wrongType(n, "a JSON Schema object")
	}
	return d.value(n)
}

func (d *decoder) step(n *node, w *Workflow) *Step {
	s := &Step{Origin: d.at(n), workflow: w}
	for _, m := range d.members(n, stepObject) {
		switch m.key {
		case "stepId":
			s.StepID = d.text(m)
		case "description":
			s.Description = d.text(m)
		case "operationId":
			s.OperationID = d.text(m)
		case "operationPath":
			s.OperationPath = d.text(m)
		case "workflowId":
			s.WorkflowID = d.text(m)
		case "channelPath":
			s.ChannelPath = d.text(m)
		case "parameters":
			s.Parameters = decodeList(d, m, 0, d.parameter)
		case "requestBody":
			s.RequestBody = d.requestBody(m)
		case "successCriteria":
			// Arazzo 1.1.0, Step Object: the list, if present, MUST hold one item at least.
			s.SuccessCriteria = decodeList(d, m, d.minor, d.criterion)
		case "onSuccess":
			s.OnSuccess = decodeList(d, m, 0, d.successAction)
		case "onFailure":
			s.OnFailure = decodeList(d, m, 0, d.failureAction)
		case "outputs":
			s.Outputs = d.outputs(m)
		case "timeout":
			s.Timeout = time.Duration(d.wholeNumber(m)) * time.Millisecond
		case "correlationId":
			s.CorrelationID = d.value(m)
		case "action":
			s.Action = d.text(m)
		case "dependsOn":
			s.DependsOn = d.texts(m)
		}
	}
	return s
}

// reusable reads a Reusable Object, which is told from what it stands for by
// its field "reference".
func (d *decoder) reusable(n *node) *Reusable {
	if n.kind != Object || n.member("reference") == nil {
		return nil
	}
	r := &Reusable{Origin: d.at(n)}
	for _, m := range d.members(n, reusableObject) {
		switch m.key {
		case "reference":
			r.Reference = d.text(m)
		case "value":
			r.Value = d.value(m)
		}
	}
	return r
}

func (d *decoder) parameter(n *node) *Parameter {
	p := &Parameter{Origin: d.at(n), Reference: d.reusable(n)}
	if p.Reference != nil {
		return p
	}
	for _, m := range d.members(n, parameterObject) {
		switch m.key {
		case "name":
			p.Name = d.text(m)
		case "in":
			p.In = d.text(m)
		case "value":
			p.Value = d.value(m)
		}
	}
	return p
}

func (d *decoder) requestBody(n *node) *RequestBody {
	b := &RequestBody{Origin: d.at(n)}
	for _, m := range d.members(n, requestBodyObject) {
		switch m.key {
		case "contentType":
			b.ContentType = d.text(m)
		case "payload":
			b.Payload = d.value(m)
		case "replacements":
			b.Replacements = decodeList(d, m, 0, d.replacement)
		}
	}
	return b
}

func (d *decoder) replacement(n *node) *PayloadReplacement {
	r := &PayloadReplacement{Origin: d.at(n)}
	for _, m := range d.members(n, replacementObject) {
		switch m.key {
		case "target":
			r.Target = d.text(m)
		case "targetSelectorType":
			r.TargetSelectorType = d.expressionType(m)
		case "value":
			r.Value = d.value(m)
		}
	}
	return r
}

// criterion reads a Criterion Object. The JSON Schema of 1.0 puts the version
// of the expression type beside the type, the text of the specification
// inside; both are read.
func (d *decoder) criterion(n *node) *Criterion {
	c := &Criterion{Origin: d.at(n)}
	var also []string
	if d.minor == 0 {
		also = []string{"version"}
	}
	version := ""
	for _, m := range d.members(n, criterionObject, also...) {
		switch m.key {
		case "context":
			c.Context = d.text(m)
		case "condition":
			c.Condition = d.text(m)
		case "type":
			c.Type = d.expressionType(m)
		case "version":
			version = d.text(m)
		}
	}
	if version != "" && c.Type != nil && c.Type.Version == "" {
		c.Type.Version = version
	}
	return c
}

// expressionType reads the name of a language or an Expression Type Object.
func (d *decoder) expressionType(n *node) *ExpressionType {
	t := &ExpressionType{Origin: d.at(n)}
	switch n.kind {
	case String:
		t.Type = n.text
	case Object:
		for _, m := range d.members(n, expressionTypeObject) {
			switch m.key {
			case "type":
				t.Type = d.text(m)
			case "version":
				t.Version = d.text(m)
			}
		}
	case Absent, Null, Bool, Number, Array:
		d.wrongType(n, "a string or an object with \"type\" and \"version\"")
	}
	return t
}

func (d *decoder) successAction(n *node) *SuccessAction {
	// A retry among the success actions is a form that documents in the wild
	// use; its own fields are read with it.
	if t := n.member("type"); t != nil && t.text == "retry" {
		return d.action(n, successActionObject, "retryAfter", "retryLimit")
	}
	return d.action(n, successActionObject)
}

func (d *decoder) failureAction(n *node) *FailureAction { return d.action(n, failureActionObject) }

func (d *decoder) action(n *node, kind objectKind, also ...string) *Action {
	// Arazzo 1.1.0, Failure Action Object: without a retryLimit a single retry is made.
	a := &Action{Origin: d.at(n), Reference: d.reusable(n), RetryLimit: 1}
	if a.Reference != nil {
		return a
	}
	for _, m := range d.members(n, kind, also...) {
		switch m.key {
		case "name":
			a.Name = d.text(m)
		case "type":
			a.Type = d.text(m)
		case "workflowId":
			a.WorkflowID = d.text(m)
		case "stepId":
			a.StepID = d.text(m)
		case "retryAfter":
			a.RetryAfter = d.seconds(m)
		case "retryLimit":
			a.RetryLimit = d.wholeNumber(m)
		case "criteria":
			a.Criteria = decodeList(d, m, 0, d.criterion)
		case "parameters":
			a.Parameters = decodeList(d, m, 0, d.parameter)
		}
	}
	return a
}

// outputs reads a map of names to expressions or, from 1.1 on, Selector Objects.
func (d *decoder) outputs(n *node) []Output {
	if n.kind != Object {
		d.wrongType(n, "an object")
		return nil
	}
	outputs := make([]Output, 0, len(n.children))
	for _, c := range n.children {
		switch {
		case c.kind == String:
		case c.kind == Object && d.minor >= 1:
			d.selectorFields(c)
		case c.kind == Object:
			d.report(c, "wrong-type", fmt.Sprintf("the output %q must be a string that holds an expression", shown(c.key)),
				fmt.Sprintf("Selector Objects exist from Arazzo 1.1.0 on; this document declares %s", shown(d.version)))
		default:
			d.wrongType(c, "a string that holds an expression")
		}
		outputs = append(outputs, Output{Origin: d.at(c), Name: c.key, Value: d.value(c)})
	}
	return outputs
}

func (d *decoder) components(n *node) *Components {
	c := &Components{Origin: d.at(n)}
	for _, m := range d.members(n, componentsObject) {
		switch m.key {
		case "inputs":
			c.Inputs = decodeMap(d, m, d.schema)
		case "parameters":
			c.Parameters = decodeMap(d, m, d.parameter)
		case "successActions":
			c.SuccessActions = decodeMap(d, m, d.successAction)
		case "failureActions":
			c.FailureActions = decodeMap(d, m, d.failureAction)
		}
	}
	return c
}
