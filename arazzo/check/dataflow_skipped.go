package check

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// skipped reports outputs that a step uses though the steps they come from need
// not have run.
func (f *dataFlow) skipped(s *stepPlan, c *course) {
	if !c.reached[s.index] {
		return
	}
	for _, p := range s.step.Parameters {
		if p = f.plan.document.ResolveParameter(p); p != nil {
			f.skippedIn(p.Value, s, c)
		}
	}
	if s.step.RequestBody != nil {
		f.skippedIn(s.step.RequestBody.Payload, s, c)
		for _, r := range s.step.RequestBody.Replacements {
			f.skippedIn(r.Value, s, c)
		}
	}
}

func (f *dataFlow) skippedIn(v arazzo.Value, s *stepPlan, c *course) {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		if !strings.Contains(text, "$steps.") {
			return
		}
		t := f.plan.template(text)
		if t == nil {
			return
		}
		for e := range t.Expressions() {
			f.skippedOutput(v.Origin, text, e, s, c)
		}
	case arazzo.Array:
		for _, e := range v.Elements() {
			f.skippedIn(e, s, c)
		}
	case arazzo.Object:
		for _, m := range v.Members() {
			f.skippedIn(m, s, c)
		}
	case arazzo.Absent, arazzo.Null, arazzo.Bool, arazzo.Number:
	}
}

func (f *dataFlow) skippedOutput(place arazzo.Origin, text string, e *expr.Expression, s *stepPlan, c *course) {
	if e.Root != expr.RootSteps {
		return
	}
	from, known := f.plan.index[e.Name]
	if !known || from == s.index || from > s.index && !c.reached[from] || c.before[s.index][from] {
		return
	}
	i := max(0, strings.Index(text, e.Source()))
	f.add(diag.Diagnostic{
		Rule: "skipped-step-output", Range: place.At(i, i+len(e.Source())), Pointer: place.Pointer(),
		Message: fmt.Sprintf("step %q uses the output %q of step %q, which need not have run", shown(s.step.StepID), shown(e.Output), shown(e.Name)),
		Hint:    "the value is absent where the workflow goes around that step; give each branch a step of its own",
	})
}
