package arazzo

import (
	"errors"
	"iter"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// Spec is the criterion as package expr compiles it.
func (c *Criterion) Spec() expr.CriterionSpec {
	spec := expr.CriterionSpec{Context: c.Context, Condition: c.Condition}
	if c.Type != nil {
		spec.Type, spec.Version = c.Type.Type, c.Type.Version
	}
	return spec
}

// template checks a text that may hold expressions. The result is nil if it
// is not well-formed.
func (wc *workflowChecker) template(place Origin, text string, at scope) *expr.Template {
	if text == "" || strings.IndexByte(text, '$') < 0 {
		// Most texts are constant; they need no more than this.
		t, _, err := expr.ParseTemplate(text, wc.options(at))
		if err != nil {
			wc.syntaxError(place, "invalid-expression", err)
			return nil
		}
		return t
	}
	wc.fixes.visit(place)
	t, notes, err := expr.ParseTemplate(text, wc.options(at))
	if err != nil {
		wc.syntaxError(place, "invalid-expression", err, wc.mendTemplate(place, text, at))
		return nil
	}
	wc.notes(notes, func(string) Origin { return place })
	wc.references(t.Expressions(), []part{{place, text}}, at)
	return t
}

// syntaxError reports an error of package expr at its place within a text. mend
// attaches its fix; it may be left out.
func (wc *workflowChecker) syntaxError(place Origin, rule string, err error, mend ...func(*diag.Diagnostic)) {
	d := diag.Diagnostic{Rule: rule, Message: err.Error(), Range: place.Range(), Pointer: place.Pointer()}
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) {
		d.Message, d.Hint = syntax.Message, syntax.Hint
		d.Range = place.At(syntax.Offset, syntax.End)
	}
	for _, attach := range mend {
		attach(&d)
	}
	wc.add(d)
}

// notes turns the notes of package expr into warnings.
func (wc *workflowChecker) notes(notes []expr.Note, place func(field string) Origin) {
	for _, n := range notes {
		at := place(n.Field)
		hint := n.Hint
		if hint == "" && n.Fix != "" {
			hint = "write " + shown(n.Fix)
		}
		d := diag.Diagnostic{
			Rule: n.Rule, Severity: diag.Warning, Message: n.Message, Hint: hint, NoFix: n.NoFix,
			Range: at.At(n.Offset, n.End), Pointer: at.Pointer(),
		}
		if n.Fix != "" {
			wc.fixes.attach(&d, "write "+shown(n.Fix), n.Caveat, replacePart(at, n.Offset, n.End, n.Fix))
		}
		if n.Rule == expr.RuleSpacedIdentifier {
			wc.fixes.misnamed(d, wc.named(at, n))
		}
		wc.add(d)
	}
}

// memberName warns of an expression in the name of a member of a payload.
func (wc *workflowChecker) memberName(name string, member Value, at scope) {
	_, notes, _ := expr.ParseMemberName(name, wc.options(at))
	for _, n := range notes {
		wc.add(diag.Diagnostic{
			Rule: n.Rule, Severity: diag.Warning, Message: n.Message, Hint: n.Hint, NoFix: n.NoFix,
			Range: member.NameRange(), Pointer: member.Pointer(),
		})
	}
}

// criteria checks a list of criteria.
func (wc *workflowChecker) criteria(list []*Criterion, at scope) {
	for _, cr := range list {
		if wc.full() {
			return
		}
		wc.criterion(cr, at)
	}
}

func (wc *workflowChecker) criterion(cr *Criterion, at scope) {
	if !cr.Has("condition") || cr.Field("condition").node.kind != String {
		return // reported when the document was parsed
	}
	wc.visitCriterion(cr)
	if !wc.criterionType(cr) {
		return
	}
	spec := cr.Spec()
	if spec.Type != "" && spec.Type != "simple" && !cr.Has("context") {
		// Arazzo 1.1.0, Criterion Object: if type is specified, context MUST be provided.
		wc.errorAt(cr.Field("type"), "missing-field", "add context: $response.body, or whatever the condition is about",
			"a criterion of type %q needs the field \"context\"", shown(spec.Type))
		return
	}
	compiled, notes, err := expr.CompileCriterion(spec, wc.options(at))
	if err != nil {
		wc.criterionError(cr, spec, err, at)
		return
	}
	wc.criterionNotes(cr, spec, notes, at)
	wc.references(compiled.Expressions(), []part{{cr.Field("context"), cr.Context}, {cr.Field("condition"), cr.Condition}}, at)
}

func (wc *workflowChecker) criterionError(cr *Criterion, spec expr.CriterionSpec, err error, at scope) {
	field := "condition"
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) && syntax.Field != "" {
		field = syntax.Field
	}
	rule := "invalid-condition"
	switch {
	case field == "context":
		rule = "invalid-expression"
	case field != "condition":
		rule = "invalid-value"
	case spec.Type == "jsonpath":
		rule = "invalid-jsonpath"
	case spec.Type == "regex":
		rule = "invalid-regex"
	case spec.Type == "xpath":
		rule = "invalid-xpath"
	}
	wc.syntaxError(cr.Field(field), rule, err, wc.mendCriterion(cr, spec, at))
}

// criterionType checks the language of a criterion.
//
// Arazzo 1.1.0, Criterion Object and Expression Type Object.
func (wc *workflowChecker) criterionType(cr *Criterion) bool {
	if cr.Type == nil {
		return true
	}
	t := cr.Type
	if t.node.kind == Object {
		if !t.Has("type") || !t.Has("version") {
			return false // reported when the document was parsed
		}
		if !wc.oneOf(t.Field("type"), "expression type of a criterion", t.Type, []string{"jsonpath", "xpath"}) {
			return false
		}
	} else if !wc.oneOf(t.Origin, "type of a criterion", t.Type, []string{"simple", "regex", "jsonpath", "xpath"}) {
		return false
	}
	if cr.Has("version") {
		d := diag.Diagnostic{
			Rule: "flat-criterion-version", Severity: diag.Warning, Range: cr.FieldNameRange("version"), Pointer: cr.Pointer(),
			Message: "the version of an expression type stands beside it",
			Hint:    "write type: {type: " + shown(t.Type) + ", version: " + shown(t.Version) + "}",
		}
		if t.node.kind == String && wc.fixes != nil {
			place := cr.Field("type")
			edit, err := place.ReplaceValue(Member{"type", t.Type}, Member{"version", t.Version})
			wc.fixes.attach(&d, d.Hint, "", append(remove(cr.Origin, "version"), change{place, edit, err})...)
		}
		wc.add(d)
	}
	if t.Version == "" {
		return true
	}
	place := cr.Field("version")
	if t.Has("version") {
		place = t.Field("version")
	}
	return wc.oneOf(place, "version of "+shown(t.Type), t.Version, wc.expressionVersions(t.Type))
}

// expressionVersions lists the versions that an Expression Type Object may name.
func (wc *workflowChecker) expressionVersions(language string) []string {
	later := wc.document.minor >= 1 || !wc.strict
	switch language {
	case "jsonpath":
		versions := []string{"draft-goessner-dispatch-jsonpath-00"}
		if later {
			versions = append(versions, "rfc9535")
		}
		return versions
	case "xpath":
		versions := []string{"xpath-30", "xpath-20", "xpath-10"}
		if later {
			versions = append(versions, "xpath-31")
		}
		return versions
	case "jsonpointer":
		return []string{"rfc6901"}
	default:
		return nil
	}
}

// part is a text of the document in which expressions stand.
type part struct {
	place Origin
	text  string
}

// references checks what the expressions of a text refer to.
func (wc *workflowChecker) references(expressions iter.Seq[*expr.Expression], parts []part, at scope) {
	current, offset := 0, 0
	for e := range expressions {
		place, start, end := parts[0].place, 0, 0
		for i := current; i < len(parts); i++ {
			from := 0
			if i == current {
				from = offset
			}
			found := strings.Index(parts[i].text[min(from, len(parts[i].text)):], e.Source())
			if found < 0 {
				continue
			}
			place, start = parts[i].place, from+found
			end = start + len(e.Source())
			current, offset = i, start
			break
		}
		wc.reference(e, reference{place: place, start: start, end: end}, at)
	}
}
