package openapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// exercise reads everything that an operation can be asked for, schemas to a
// depth.
func exercise(t testing.TB, op *openapi.Operation) {
	x := &exerciser{TB: t, budget: 100}
	for i := range op.Parameters {
		p := &op.Parameters[i]
		_, _ = p.Example()
		x.schema(p.Schema, 4)
	}
	content := func(list []openapi.MediaType) {
		for i := range list {
			m := &list[i]
			_, _ = m.Example()
			x.schema(m.Schema, 4)
			x.schema(m.ItemSchema, 4)
			for _, e := range m.Encoding {
				if m.EncodingOf(e.Name) == nil {
					t.Errorf("there is no encoding %q", e.Name)
				}
			}
		}
	}
	if op.RequestBody != nil {
		content(op.RequestBody.Content)
	}
	for _, response := range op.Responses {
		content(response.Content)
		for i := range response.Headers {
			_, _ = response.Headers[i].Example()
			x.schema(response.Headers[i].Schema, 2)
		}
	}
	for _, requirement := range op.Security {
		for _, use := range requirement {
			if use.Scheme != nil {
				_ = use.Scheme.Flows
			}
		}
	}
}

// exerciser reads schemas until it has seen enough of them.
type exerciser struct {
	testing.TB
	budget int
}

func (t *exerciser) schema(s *openapi.Schema, depth int) {
	if t.budget--; s == nil || t.budget < 0 {
		return
	}
	if !s.Equal(s) || s.String() == "" {
		t.Errorf("%s is not itself", s)
	}
	_, _, _, _, _ = s.Types(), s.Enum(), s.Format(), s.Description(), s.Name()
	_, _, _, _, _ = s.ReadOnly(), s.WriteOnly(), s.XML(), s.Discriminator(), s.Range()
	_, _ = s.Default()
	_, _ = s.Example()
	for _, keyword := range []string{"maxLength", "pattern", "properties", "$ref"} {
		if x, ok := s.Keyword(keyword); ok {
			if _, err := json.Marshal(x); err != nil {
				t.Errorf("%s of %s: %v", keyword, s, err)
			}
		}
	}
	if depth == 0 {
		return
	}
	required := s.Required()
	const most = 20
	for i, p := range s.Properties() {
		if i == most {
			break
		}
		if p.Required && !strings.Contains("\x00"+strings.Join(required, "\x00")+"\x00", "\x00"+p.Name+"\x00") {
			t.Errorf("%s: %q is required and not required", s, p.Name)
		}
		if s.Property(p.Name) == nil && p.Schema != nil {
			t.Errorf("%s: %q is a property and none", s, p.Name)
		}
		t.schema(p.Schema, depth-1)
	}
	t.schema(s.Items(), depth-1)
	for i, item := range s.PrefixItems() {
		if i == most {
			break
		}
		t.schema(item, depth-1)
	}
	additional, _ := s.AdditionalProperties()
	t.schema(additional, depth-1)
	for i, list := range s.Alternatives() {
		for j, other := range list {
			if i+j < 4 {
				t.schema(other, depth-1)
			}
		}
	}
}

// outlines reads all operations of a description.
func outlines(t testing.TB, d *openapi.Document) map[string][]string {
	out := make(map[string][]string)
	for _, id := range d.OperationIDs() {
		op, err := d.OperationByID(id)
		if err != nil {
			continue
		}
		exercise(t, op)
		out[id] = outline(op)
	}
	return out
}

// replacements are values of all types, none of which is what a description has
// in most places.
func replacements() []any {
	return []any{nil, true, 7, "text", []any{}, []any{map[string]any{}}, map[string]any{}, map[string]any{"a": map[string]any{}}, map[string]any{"$ref": "#/nowhere"}, map[string]any{"$ref": []any{}}}
}

// eachReplacement calls yield with a document in which one value after the other
// is replaced, and the names that lead to it.
func eachReplacement(root map[string]any, yield func(path []string, text []byte)) {
	var visit func(path []string, set func(any), v any)
	visit = func(path []string, set func(any), v any) {
		for _, x := range replacements() {
			set(x)
			text, err := json.Marshal(root)
			if err == nil {
				yield(path, text)
			}
		}
		set(v)
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				member := v[name]
				visit(append(path[:len(path):len(path)], name), func(x any) { v[name] = x }, member)
			}
		case []any:
			for i, item := range v {
				visit(append(path[:len(path):len(path)], fmt.Sprint(i)), func(x any) { v[i] = x }, item)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(root)) {
		member := root[name]
		if name != "openapi" && name != "swagger" {
			visit([]string{name}, func(x any) { root[name] = x }, member)
		}
	}
}

func TestAValueOfTheWrongTypeHarmsOnlyWhatItBelongsTo(t *testing.T) {
	for name, text := range map[string]string{"OpenAPI": orders, "pets": petSchemas, "Swagger": guestHouse, "named": named} {
		t.Run(name, func(t *testing.T) {
			var root map[string]any
			if err := yaml.Unmarshal([]byte(text), &root); err != nil {
				t.Fatal(err)
			}
			root, _ = withStringKeys(root).(map[string]any)
			sound, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			want := outlines(t, openJSON(t, sound))
			step, count, tried := 10, 0, 0
			if testing.Short() {
				step = 50
			}
			eachReplacement(root, func(path []string, text []byte) {
				if count++; count%step != 0 {
					return
				}
				tried++
				got := outlines(t, openJSON(t, text))
				if len(path) < 3 || path[0] != "paths" || !isVerb(path[2]) {
					return
				}
				for id, was := range want {
					if was[0] == strings.ToUpper(path[2])+" "+path[1] {
						continue
					}
					if diff := cmp.Diff(was, got[id]); diff != "" {
						t.Errorf("%s is other because of %q (-want +got):\n%s", id, path, diff)
					}
				}
			})
			t.Logf("%d documents", tried)
		})
	}
}

func isVerb(name string) bool {
	switch name {
	case "get", "put", "post", "delete", "patch":
		return true
	default:
		return false
	}
}

func openJSON(t testing.TB, text []byte) *openapi.Document {
	t.Helper()
	d, err := openapi.Open("api.json", text)
	if err != nil {
		t.Fatalf("%s\n%v", bytes.TrimSpace(text), err)
	}
	return d
}

func FuzzSchemas(f *testing.F) {
	for _, text := range []string{petSchemas, guestHouse, named, orders, "openapi: 3.1.0\n" + bomb(3) + "paths: {/a: {get: {operationId: a, parameters: *a3}}}\n"} {
		f.Add([]byte(strings.TrimPrefix(text, "\n")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		d, err := openapi.Open("api.yaml", data)
		if err != nil {
			return
		}
		first := outlines(t, d)
		again, err := openapi.Open("api.yaml", data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, outlines(t, again)); diff != "" {
			t.Errorf("the same text reads in two ways:\n%s", diff)
		}
	})
}
