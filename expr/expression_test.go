package expr_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/expr"
)

var names = declared{
	inputs: []string{"name", "a", "a.b", "branch", "branchName", "my input", "$select", "filter[status]", "tokenBudget", "x"},
	steps: map[string][]string{
		"login":     {"token", "groups", "user name"},
		"Get Token": {"My Token", "t"},
	},
}

type expressionCase struct {
	text    string
	version expr.Version
	strict  bool
	names   expr.Names
	want    expr.Expression
	// canonical is String(); empty if it is the text itself.
	canonical string
	notes     []string
}

const v10, v11 = expr.V1_0, expr.V1_1

func expressionCases() []expressionCase {
	return []expressionCase{
		{text: "$url", want: expr.Expression{Root: expr.RootURL}},
		{text: "$method", want: expr.Expression{Root: expr.RootMethod}},
		{text: "$statusCode", want: expr.Expression{Root: expr.RootStatusCode}},
		{text: "$self", version: v11, want: expr.Expression{Root: expr.RootSelf}},
		{text: "$request.header.X-Rate.Limit", want: expr.Expression{Root: expr.RootRequest, Part: expr.PartHeader, Name: "X-Rate.Limit"}},
		{text: "$request.query.a[b]", want: expr.Expression{Root: expr.RootRequest, Part: expr.PartQuery, Name: "a[b]"}},
		{text: "$request.query.", version: v11, want: expr.Expression{Root: expr.RootRequest, Part: expr.PartQuery}},
		{text: "$request.path.id", want: expr.Expression{Root: expr.RootRequest, Part: expr.PartPath, Name: "id"}},
		{text: "$request.body", want: expr.Expression{Root: expr.RootRequest, Part: expr.PartBody}},
		{text: "$response.body", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody}},
		{text: "$response.body#", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true}},
		{text: "$response.body#/", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{""}}},
		{text: "$response.body#/a~1b/~01/0", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"a/b", "~1", "0"}}},
		{text: "$response.body#/with space/ключ", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"with space", "ключ"}}},
		{text: "$response.body#/paths/{id}", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"paths", "{id}"}}},
		{text: "$message.payload#/id", version: v11, want: expr.Expression{Root: expr.RootMessage, Part: expr.PartPayload, HasPointer: true, Pointer: expr.Pointer{"id"}}},
		{text: "$message.header.X", want: expr.Expression{Root: expr.RootMessage, Part: expr.PartHeader, Name: "X"}},
		{text: "$inputs.name", want: expr.Expression{Root: expr.RootInputs, Name: "name"}},
		{text: "$inputs.a.b", strict: true, version: v11, want: expr.Expression{Root: expr.RootInputs, Name: "a.b"}},
		{text: "$inputs.o#/k", want: expr.Expression{Root: expr.RootInputs, Name: "o", HasPointer: true, Pointer: expr.Pointer{"k"}}},
		{text: "$inputs.a b", strict: true, want: expr.Expression{Root: expr.RootInputs, Name: "a b"}},
		{text: "$outputs.x.y-z", want: expr.Expression{Root: expr.RootOutputs, Name: "x.y-z"}},
		{text: "$steps.s.outputs.o", want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "s", Output: "o"}},
		{text: "$steps.s.outputs.x.y-z#/0", want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "s", Output: "x.y-z", HasPointer: true, Pointer: expr.Pointer{"0"}}},
		{text: "$steps.s.x.outputs.o", want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "s.x", Output: "o"}},
		{text: "$workflows.w.outputs.session#/token", want: expr.Expression{Root: expr.RootWorkflows, Kind: expr.KindOutputs, Name: "w", Output: "session", HasPointer: true, Pointer: expr.Pointer{"token"}}},
		{text: "$workflows.w.inputs.i", version: v11, want: expr.Expression{Root: expr.RootWorkflows, Kind: expr.KindInputs, Name: "w", Output: "i"}},
		{text: "$sourceDescriptions.api.url", want: expr.Expression{Root: expr.RootSourceDescriptions, Name: "api", Output: "url"}},
		{text: "$sourceDescriptions.api.pets.list/v1", version: v11, want: expr.Expression{Root: expr.RootSourceDescriptions, Name: "api", Output: "pets.list/v1"}},
		{text: "$components.parameters.page", want: expr.Expression{Root: expr.RootComponents, Kind: expr.KindParameters, Name: "page"}},
		{text: "$components.successActions.a.b", version: v11, want: expr.Expression{Root: expr.RootComponents, Kind: expr.KindSuccessActions, Name: "a.b"}},
		{text: "$components.failureActions.f", want: expr.Expression{Root: expr.RootComponents, Kind: expr.KindFailureActions, Name: "f"}},
		{text: "$components.inputs.i", want: expr.Expression{Root: expr.RootComponents, Kind: expr.KindInputs, Name: "i"}},

		// The dialect.
		{text: "$inputs", want: expr.Expression{Root: expr.RootInputs, Whole: true}, notes: []string{expr.RuleBareInputsContext}},
		{text: "$response.headers.etag", canonical: "$response.header.etag", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartHeader, Name: "etag"}, notes: []string{expr.RuleHeadersPlural}},
		{text: "$response.body.a.b", canonical: "$response.body#/a/b", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"a", "b"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$response.body[0]['a/b']", canonical: "$response.body#/0/a~1b", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"0", "a/b"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$message.payload.orderId", version: v11, canonical: "$message.payload#/orderId", want: expr.Expression{Root: expr.RootMessage, Part: expr.PartPayload, HasPointer: true, Pointer: expr.Pointer{"orderId"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$response.body#id/x", canonical: "$response.body#/id/x", want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"id", "x"}}, notes: []string{expr.RulePointerWithoutSlash}},
		{text: "$inputs.a.b", names: names, want: expr.Expression{Root: expr.RootInputs, Name: "a.b"}},
		{text: "$inputs.a.c.d", names: names, canonical: "$inputs.a#/c/d", want: expr.Expression{Root: expr.RootInputs, Name: "a", HasPointer: true, Pointer: expr.Pointer{"c", "d"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$inputs.a.b.c", names: names, canonical: "$inputs.a.b#/c", want: expr.Expression{Root: expr.RootInputs, Name: "a.b", HasPointer: true, Pointer: expr.Pointer{"c"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$steps.login.outputs.groups[0].id", names: names, canonical: "$steps.login.outputs.groups#/0/id", want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "login", Output: "groups", HasPointer: true, Pointer: expr.Pointer{"0", "id"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$steps.s.outputs.o[0].id", version: v11, canonical: "$steps.s.outputs.o#/0/id", want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "s", Output: "o", HasPointer: true, Pointer: expr.Pointer{"0", "id"}}, notes: []string{expr.RuleDottedAccess}},
		{text: "$steps.Get Token.outputs.My Token", version: v11, names: names, want: expr.Expression{Root: expr.RootSteps, Kind: expr.KindOutputs, Name: "Get Token", Output: "My Token"}, notes: []string{expr.RuleSpacedIdentifier, expr.RuleSpacedIdentifier}},
		{text: "$inputs.$select", version: v11, names: names, want: expr.Expression{Root: expr.RootInputs, Name: "$select"}, notes: []string{expr.RuleSpacedIdentifier}},
		{text: "$inputs.filter[status]", version: v11, names: names, want: expr.Expression{Root: expr.RootInputs, Name: "filter[status]"}, notes: []string{expr.RuleSpacedIdentifier}},
		{text: "$inputs.other[status]", names: names, want: expr.Expression{Root: expr.RootInputs, Name: "other[status]"}},
		{text: "$response.body#/properties/$inputs.name/id", names: names, want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"properties", "$inputs.name", "id"}}, notes: []string{expr.RulePointerExpression}},
		{text: "$response.body#/properties/$inputs.name/id", names: names, strict: true, want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"properties", "$inputs.name", "id"}}},
		{text: "$response.body#/$ref/$inputs.unknown", names: names, want: expr.Expression{Root: expr.RootResponse, Part: expr.PartBody, HasPointer: true, Pointer: expr.Pointer{"$ref", "$inputs.unknown"}}},
	}
}

func TestParseExpression(t *testing.T) {
	for _, c := range expressionCases() {
		t.Run(c.text, func(t *testing.T) {
			e, notes, err := expr.ParseExpression(c.text, expr.Options{Version: c.version, Strict: c.strict, Names: c.names})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, *e, cmpopts.IgnoreUnexported(expr.Expression{})); diff != "" {
				t.Errorf("expression (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			want := c.canonical
			if want == "" {
				want = c.text
			}
			if got := e.String(); got != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
			for _, n := range notes {
				if n.Offset < 0 || n.End > len(c.text) || n.Offset >= n.End {
					t.Errorf("note %s: offsets %d to %d of %d bytes", n.Rule, n.Offset, n.End, len(c.text))
				}
				if n.Fix != "" && n.Fix != want {
					t.Errorf("note %s: fix %q, want %q", n.Rule, n.Fix, want)
				}
			}
		})
	}
}

// A dialect form is refused, or means something else, under Strict.
func TestStrictRefusesDialect(t *testing.T) {
	for _, c := range expressionCases() {
		if c.strict || len(c.notes) == 0 {
			continue
		}
		for _, version := range []expr.Version{v10, v11} {
			e, notes, err := expr.ParseExpression(c.text, expr.Options{Version: version, Strict: true, Names: c.names})
			if len(notes) > 0 {
				t.Errorf("%s: notes under Strict: %v", c.text, rules(notes))
			}
			var syntax *expr.SyntaxError
			if err != nil && !errors.As(err, &syntax) {
				t.Errorf("%s: error of type %T", c.text, err)
			}
			if err == nil && version == v11 && e.String() != c.text {
				t.Errorf("%s: read as %s under Strict", c.text, e)
			}
		}
	}
}

func TestExpressionEvaluate(t *testing.T) {
	w := world{
		"$response.body":               decode(t, `{"a":[{"b":null}],"":"empty","properties":{"Name":{"id":7}},"big":9007199254740993}`),
		"$inputs.contact":              decode(t, `{"LastName":"X","address.city":"Y"}`),
		"$inputs.a.b":                  "exact",
		"$inputs.a":                    decode(t, `{"b":"navigated","c":{"d":1}}`),
		"$inputs.name":                 "Name",
		"$steps.login.outputs.groups":  decode(t, `[{"id":"g"}]`),
		"$request.header.X":            "h",
		"$workflows.w.outputs.session": decode(t, `{"token":"T"}`),
		"$inputs":                      map[string]any{"all": true},
	}
	absent := "absent"
	for _, c := range []struct {
		text string
		want any
	}{
		{"$response.body#/a/0/b", nil},
		{"$response.body#/a/1", absent},
		{"$response.body#/a/00", absent},
		{"$response.body#/a/-", absent},
		{"$response.body#/a/0/b/c", absent},
		{"$response.body#/", "empty"},
		{"$response.body#/big", decode(t, "9007199254740993")},
		{"$response.body#/properties/$inputs.name/id", decode(t, "7")},
		{"$inputs.contact.LastName", "X"},
		{"$inputs.contact.address.city", absent},
		{"$inputs.contact['address.city']", "Y"},
		{"$inputs.a.b", "exact"},
		{"$inputs.a.c.d", decode(t, "1")},
		{"$inputs.none.b", absent},
		{"$steps.login.outputs.groups[0].id", "g"},
		{"$workflows.w.outputs.session.token", "T"},
		{"$request.header.X", "h"},
		{"$inputs", map[string]any{"all": true}},
		{"$response.body.a[0].b", nil},
	} {
		e, _, err := expr.ParseExpression(c.text, expr.Options{Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got, ok := e.Evaluate(w)
		if !ok {
			got = absent
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}
