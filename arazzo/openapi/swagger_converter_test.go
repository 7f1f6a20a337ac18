package openapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// converted returns a Swagger description as the converter of kin-openapi writes
// it in OpenAPI 3.
func converted(t *testing.T, data []byte) ([]byte, error) {
	t.Helper()
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	text, err := json.Marshal(withStringKeys(tree))
	if err != nil {
		return nil, err
	}
	var old openapi2.T
	if err := json.Unmarshal(text, &old); err != nil {
		return nil, err
	}
	description, err := openapi2conv.ToV3(&old)
	if err != nil {
		return nil, err
	}
	return json.Marshal(description)
}

// withStringKeys turns maps with other keys, such as 200, into objects.
func withStringKeys(x any) any {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			x[k] = withStringKeys(v)
		}
		return x
	case map[any]any:
		out := make(map[string]any, len(x))
		for k, v := range x {
			text, err := json.Marshal(k)
			if err != nil {
				continue
			}
			out[strings.Trim(string(text), `"`)] = withStringKeys(v)
		}
		return out
	case []any:
		for i, v := range x {
			x[i] = withStringKeys(v)
		}
		return x
	default:
		return x
	}
}

// commonGround returns what both readings of an operation must have in common. It
// leaves out what the converter loses or changes:
//
//   - the order of members, and with it of media types and form fields;
//   - collectionFormat: every array becomes one of the default style;
//   - "produces" and "consumes" of the document, which it applies to bodies but not
//     to responses, and an empty "consumes" of an operation, which it ignores;
//   - media types of a form that are none, which it keeps;
//   - whether a form is required, and the examples of responses;
//   - servers, where the description names no host, and schemes of an operation,
//     which may be fewer than those of the document;
//   - x-nullable of a parameter.
func commonGround(op *openapi.Operation) []string {
	var out []string
	add := func(kind, text string) { out = append(out, kind+" "+text) }
	for i := range op.Parameters {
		add("parameter", commonParameter(&op.Parameters[i]))
	}
	if body := op.RequestBody; body != nil {
		for _, m := range body.Content {
			add("body", commonSchema(m.Schema))
		}
	}
	for _, response := range op.Responses {
		for i := range response.Headers {
			add("response "+response.Status, commonParameter(&response.Headers[i]))
		}
		for _, m := range response.Content {
			if m.Schema != nil {
				add("response "+response.Status, commonSchema(m.Schema))
			}
		}
	}
	for _, requirement := range op.Security {
		add("security", outlineSecurity(requirement))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func commonParameter(p *openapi.Parameter) string {
	q := *p
	q.Explode, q.Style = false, ""
	return strings.Replace(outlineParameter(&q), "|null", "", 1)
}

func commonSchema(s *openapi.Schema) string {
	parts := strings.Fields(describe(s, 1))
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func compareWithConverter(t *testing.T, name string, data []byte) (operations int) {
	t.Helper()
	text, err := converted(t, data)
	if err != nil {
		t.Errorf("%s: the converter refuses it: %v", name, err)
		return 0
	}
	ours, err := openapi.Open(name, data)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := openapi.Open("converted.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sorted(theirs.OperationIDs()), sorted(ours.OperationIDs())); diff != "" {
		t.Errorf("%s: operations (-converter +ours):\n%s", name, diff)
	}
	for _, id := range ours.OperationIDs() {
		a, err := theirs.OperationByID(id)
		if err != nil {
			continue // a repeated id
		}
		b := operation(t, ours, id)
		operations++
		if diff := cmp.Diff(commonGround(a), commonGround(b)); diff != "" {
			t.Errorf("%s %s (-converter +ours):\n%s", name, id, diff)
		}
		for _, s := range b.Servers {
			if !slices.ContainsFunc(a.Servers, func(other openapi.Server) bool { return other.URL == s.URL }) {
				t.Errorf("%s %s: the converter does not know the server %s", name, id, s.URL)
			}
		}
		if len(b.Warnings) > 0 {
			t.Logf("%s %s: %q", name, id, warnings(b))
		}
	}
	return operations
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestTheConverterAgreesWithOurReadingOfSwagger(t *testing.T) {
	compareWithConverter(t, "api.yaml", []byte(strings.TrimPrefix(guestHouse, "\n")))
}

func TestTheConverterAgreesOnPublishedDescriptions(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes too long")
	}
	files, err := filepath.Glob("../../../shared/corpus/*/openapi/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published descriptions are not beside this repository")
	}
	descriptions, operations := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := openapi.Open(name, data)
		if err != nil || d.Kind() != "swagger" {
			continue
		}
		descriptions++
		operations += compareWithConverter(t, name, data)
	}
	t.Logf("%d descriptions, %d operations", descriptions, operations)
}
