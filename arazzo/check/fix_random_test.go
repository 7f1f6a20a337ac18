package check_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// The texts of which random documents are made: forms of the dialect and, beside
// them, what looks like them and is sound.
func randomConditions() []string {
	return []string{
		"$.status == 'done'", `$.status == "it's"`, "$.status != 'a' && $.count > 3", "$.pets.length > 0", "$.pets.length == 0",
		"$.next == null || $.next == ''", "!($.count <= 3)", "$.pets[?(@.name == '$inputs.name')]", "$.pets[?(@.id == $inputs.count)].length == 1",
		"$.pets[0] empty false", "$.status == '$inputs.name'", "$.count >= $inputs.count", "$[?@.status == 'x']", "$.pets[*].name", "$[?$.count > 3]",
		"$.status == 'x-$inputs.name-y'", "$.pets[?@.name == \"a: b #c\"].length > 0", "$.a['b c'] == 1", "count($.pets[*]) == 3",
	}
}

func randomSimple() []string {
	return []string{
		"$statusCode == 200", `$response.body#/status == "it's ""quoted"""`, "$response.headers.etag != null", "$response.body['pets'][0].id == 1",
		"$response.body#status == 'x'", "$inputs.name == 'a' || !$response.header.etag", "$steps.s0.outputs.id == 1", "$inputs.odd name == 'x'",
	}
}

func randomValues() []string {
	return []string{
		"Bearer $inputs.name", "$inputs.name", "{$inputs.name}", "a $inputs.name: $inputs.count #x", "{$inputs.name} = '$inputs.name'", "plain",
		"refs/$inputs.name.", "'$inputs.name'", "\"$inputs.name\"", "$inputs.pet.name", "x $inputs.pet.name y", "- $inputs.name", "? $inputs.name",
		"line $inputs.name\nand $inputs.name\n", "\ttab $inputs.name", "é😀 $inputs.name", "$inputs.odd name", "say $inputs.odd name", "$5", "[$inputs.name]",
		"$steps.s0.outputs.id", "id-$steps.s0.outputs.id", "#$inputs.name", "%$inputs.name", "@$inputs.name", "a \\ $inputs.name",
	}
}

func randomOutputs() []string {
	return []string{
		"$response.headers.etag", "$response.body.pets[0].id", "$response.body#status", "$response.body#/pets/0", "$response.body",
		"id {$response.body#/pets/0/id}", "$response.body#/pets/$inputs.name",
	}
}

// randomWriter writes a document in which each text is in a style of its own.
type randomWriter struct {
	random *rand.Rand
	b      strings.Builder
}

func (w *randomWriter) pick(from []string) string { return from[w.random.IntN(len(from))] }

func (w *randomWriter) line(indent int, format string, args ...any) {
	fmt.Fprintf(&w.b, "%s%s", strings.Repeat(" ", indent), fmt.Sprintf(format, args...))
	if w.random.IntN(8) == 0 {
		fmt.Fprintf(&w.b, " # comment %d", w.random.IntN(1000))
	}
	w.b.WriteByte('\n')
	if w.random.IntN(12) == 0 {
		fmt.Fprintf(&w.b, "%s# above %d\n", strings.Repeat(" ", indent), w.random.IntN(1000))
	}
}

// text writes a string in one of the styles that can hold it.
func (w *randomWriter) text(text string, indent int) string {
	quoted, _ := json.Marshal(text)
	switch w.random.IntN(4) {
	case 0:
		if reads(text) == text {
			return text
		}
	case 1:
		if single := "'" + strings.ReplaceAll(text, "'", "''") + "'"; reads(single) == text {
			return single
		}
	case 2:
		block := "|-\n"
		if strings.HasSuffix(text, "\n") {
			block = "|\n"
		}
		for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			block += strings.Repeat(" ", indent+2) + line + "\n"
		}
		if block = strings.TrimSuffix(block, "\n"); reads(block) == text {
			return block
		}
	}
	return string(quoted)
}

// reads is the string that a spelling stands for, or something else.
func reads(spelling string) string {
	doc, list := arazzo.Parse("x.yaml", []byte("arazzo: 1.0.1\nx-text: "+spelling+"\n"))
	if !doc.Exists() {
		return fmt.Sprint(list)
	}
	text, _ := (arazzo.Value{Origin: doc.Origin}).Member("x-text").Text()
	return text
}

func (w *randomWriter) entry(indent int, dash, name, value string) {
	text := w.text(value, indent+2)
	lead := "  "
	if dash == "-" {
		lead = "- "
	}
	if strings.Contains(text, "\n") || strings.HasPrefix(text, "|") {
		fmt.Fprintf(&w.b, "%s%s%s: %s\n", strings.Repeat(" ", indent), lead, name, text)
		return
	}
	w.line(indent, "%s%s: %s", lead, name, text)
}

func (w *randomWriter) criterion(indent int) {
	switch w.random.IntN(4) {
	case 0:
		w.entry(indent, "-", "condition", w.pick(randomSimple()))
	case 1:
		quote := func(s string) string { q, _ := json.Marshal(s); return string(q) }
		w.line(indent, "- {context: $response.body, %s: jsonpath, condition: %s}", w.pick([]string{"type", `"type"`}), quote(w.pick(randomConditions())))
	default:
		first, second := "context", "type"
		values := map[string]string{"context": "$response.body", "type": "jsonpath"}
		condition := w.pick(randomConditions())
		if w.random.IntN(4) == 0 {
			values["context"] = "$inputs"
			condition = w.pick([]string{"$.name == 'x'", "$.count != null", "$.name == null || $.count > 3", "$.count == 3"})
		}
		if w.random.IntN(2) == 0 {
			first, second = second, first
		}
		w.entry(indent, "-", first, values[first])
		w.entry(indent, " ", "condition", condition)
		w.entry(indent, " ", second, values[second])
	}
}

func randomDocument(seed uint64) string {
	w := &randomWriter{random: rand.New(rand.NewPCG(seed, 1))}
	w.line(0, "arazzo: 1.%d.0", w.random.IntN(2))
	w.line(0, "info: {title: t, version: '1'}")
	w.line(0, "sourceDescriptions:")
	w.line(0, "- {name: pets, url: pets.yaml}")
	if w.random.IntN(2) == 0 {
		w.line(0, "- {name: shops, url: shops.yaml}")
	}
	w.line(0, "workflows:")
	w.line(0, "- workflowId: %s", w.pick([]string{"w", "\"my flow\"", "the flow"}))
	w.line(2, "inputs: {type: object, required: [name], properties: {name: {type: string}, count: {type: integer}, pet: {type: object}, 'odd name': {type: string}}}")
	w.line(2, "steps:")
	for i := range 1 + w.random.IntN(4) {
		w.line(2, "- stepId: s%d", i)
		w.entry(2, " ", "operationId", "listPets")
		w.line(4, "parameters:")
		for range w.random.IntN(3) {
			w.line(4, "- name: tag%d", w.random.IntN(1000))
			w.line(6, "in: header")
			w.entry(4, " ", "value", w.pick(randomValues()))
		}
		w.line(4, "- {name: tag, in: query, value: x}")
		w.line(4, "successCriteria:")
		w.line(4, "- condition: $statusCode == 200")
		for range w.random.IntN(3) {
			w.criterion(4)
		}
		w.line(4, "onSuccess:")
		w.line(4, "- name: go")
		w.line(6, "type: end")
		w.line(6, "criteria:")
		w.criterion(6)
		if w.random.IntN(3) == 0 {
			w.line(4, "- name: wait")
			w.line(6, "type: retry")
			w.line(6, "retryAfter: 1")
			w.line(6, "criteria:")
			w.criterion(6)
		}
		w.line(4, "outputs:")
		w.line(6, "id: $response.body#/pets/0/id")
		for k := range w.random.IntN(3) {
			w.entry(4, " ", fmt.Sprintf("o%d", k), w.pick(randomOutputs()))
		}
	}
	return w.b.String()
}

// fixRandom mends a random document and checks what must hold of any.
func fixRandom(t *testing.T, seed uint64) {
	t.Helper()
	const file = "testdata/fix/random.yaml"
	text := randomDocument(seed)
	fixed := fixFile(t, file, []byte(text), check.FixOptions{})
	if fixed.Errors != nil {
		t.Fatalf("seed %d: no document: %v\n%s", seed, fixed.Errors, text)
	}
	if again := fixFile(t, file, fixed.After, check.FixOptions{}); again.Changed() {
		t.Errorf("seed %d: a second time changes more", seed)
	}
	left := map[int]bool{}
	for _, d := range fixed.Left {
		left[d.Range.Start.Line] = true
	}
	for _, strict := range []bool{false, true} {
		var loader arazzo.Loader
		b, loaded := loader.LoadBytes(t.Context(), file, fixed.After)
		loaded.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: strict})...)
		for i := range loaded {
			d := &loaded[i]
			if (d.Severity == diag.Error && d.Rule != "forward-reference" || check.IsDialect(d.Rule)) && !left[d.Range.Start.Line] {
				t.Errorf("seed %d, strict %t: %s\n%s", seed, strict, d.Error(), strings.Split(string(fixed.After), "\n")[d.Range.Start.Line-1])
			}
		}
	}
	if slices.ContainsFunc(fixed.Applied, func(d diag.Diagnostic) bool { return strings.HasSuffix(d.Fix.Message, "of type simple") }) {
		return // a line goes with its comment
	}
	before, after := comments(t, []byte(text)), strings.Join(comments(t, fixed.After), "\n")
	for _, c := range before {
		for _, line := range strings.Split(c, "\n") {
			if !strings.Contains(after, line) {
				t.Errorf("seed %d: the comment %q is lost", seed, line)
			}
		}
	}
}

func TestFixOfRandomDocuments(t *testing.T) {
	n := uint64(300)
	if testing.Short() {
		n = 50
	}
	for seed := range n {
		fixRandom(t, seed)
	}
}

func FuzzFixOfRandomDocuments(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { fixRandom(t, seed) })
}
