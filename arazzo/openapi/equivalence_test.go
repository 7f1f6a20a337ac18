package openapi

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// difference compares what an index says of a YAML text with what the full
// parser says of it: types, names, scalars, order and places. It returns the
// first difference, or "".
func difference(data []byte) (diff string, understood bool) {
	data = normalise(data)
	src := &source{location: "x.yaml", data: data}
	root, parseErr := parseYAML(data)
	x, err := scanYAML(data)
	if err != nil || parseErr != nil {
		// What the full parser refuses may be read in part.
		return "", err == nil
	}
	scanned := &tree{src: src, index: x}
	whole := &tree{src: src, root: root}
	budget := 200_000
	diff = compareValues("", scanned.top(), whole.top(), &budget)
	return diff, true
}

func compareValues(at string, a, b value, budget *int) string {
	if isAlias(a) {
		return ""
	}
	if *budget--; *budget < 0 {
		return ""
	}
	if a.kind() != b.kind() {
		return fmt.Sprintf("%s: %s, want %s", at, a.kind(), b.kind())
	}
	if b.node.Anchor == "" && b.node.Line > 0 && a.start() != b.start() && b.kind() != kindNull {
		return fmt.Sprintf("%s: starts at %v, want %v", at, a.start(), b.start())
	}
	switch a.kind() {
	case kindObject:
		var fa, fb []field
		a.fields(func(f field) bool { fa = append(fa, f); return true })
		b.fields(func(f field) bool { fb = append(fb, f); return true })
		if len(fa) != len(fb) {
			return fmt.Sprintf("%s: %d members, want %d", at, len(fa), len(fb))
		}
		for i := range fa {
			if fa[i].name != fb[i].name {
				return fmt.Sprintf("%s: member %q, want %q", at, fa[i].name, fb[i].name)
			}
			if fb[i].key.Anchor == "" && fa[i].keyStart() != fb[i].keyStart() {
				return fmt.Sprintf("%s: key %q at %v, want %v", at, fa[i].name, fa[i].keyStart(), fb[i].keyStart())
			}
			if d := compareValues(at+"/"+fa[i].name, fa[i].value, fb[i].value, budget); d != "" {
				return d
			}
		}
	case kindArray:
		var ia, ib []value
		a.items(func(v value) bool { ia = append(ia, v); return true })
		b.items(func(v value) bool { ib = append(ib, v); return true })
		if len(ia) != len(ib) {
			return fmt.Sprintf("%s: %d elements, want %d", at, len(ia), len(ib))
		}
		for i := range ia {
			if d := compareValues(fmt.Sprintf("%s/%d", at, i), ia[i], ib[i], budget); d != "" {
				return d
			}
		}
	default:
		ka, ta := a.scalar()
		kb, tb := b.scalar()
		if ka != kb || ta != tb {
			return fmt.Sprintf("%s: %s %q, want %s %q", at, ka, ta, kb, tb)
		}
	}
	return ""
}

// yamlTexts are texts on which the scanner and the full parser must agree where
// the scanner does not give up.
func yamlTexts() []string {
	return []string{
		"", "# only a comment\n", "a", "a:", "a: b", "a: b\n", "\n\na: b\n\n", "a: b # c\n", "a: b#c\n", "a:  \t b\n",
		"a: 1\nb: 2\nc:\n  d: 3\n  e:\n    f: 4\ng: 5\n",
		"a:\n- b\n- c\nd: e\n", "a:\n  - b\n  - c\nd: e\n", "a:\n-\n- b\n-\nc: d\n", "- a\n- b\n", "- - a\n  - b\n- - c\n",
		"a:\n- b: 1\n  c: 2\n- b: 3\n  c:\n  - 4\n  - 5\nd: 6\n", "a:\n- - - b\n    - c\n  - d\n- e\n",
		"-   a: 1\n    b: 2\n-   a: 3\n", "a:\n-   - b\n    - c\n",
		"a: |\n  b: c\n   d\n\n  e\nf: g\n", "a: >-\n  b\n  c\n\nd: e\n", "a: |2\n    b\n  c\nd: e\n", "a: |+\n  b\n\n\nc: d\n",
		"a: |-2\n   b\nc: d\n", "a:\n  b: |1\n    c\n   d\n  e: f\n", "- |\n a\n- |2\n   b\n- c\n", "a: |\nb: c\n", "a: |\n\n\n\nb: c\n",
		"a: |\n\n   \n  b\nc: d\n", "a: |\n     \n  b\nc: d\n", "a: |  # comment\n  b\nc: d\n", "a: |\n  # no comment\n# comment\nb: c\n",
		"a: |\n  \tb\nc: d\n", "a: |\n\tb\nc: d\n", "a: |\n  b\n  ", "a: >\n\n  b\n\n   c\n\n  d\n", "a: | x\n  b\n", "a: |10\n  b\n", "a: |0\n  b\n",
		"- a: |\n    x\n  b: y\n", "- - |\n   x\n  - y\n", "a:\n- |\n b\n- c\n", "a:\n- >\n b\nc: d\n",
		"a: \"b\n  c\"\nd: e\n", "a: \"b\nc: d\"\ne: f\n", "a: 'b\n\n  c'\nd: e\n", "a: 'it''s'\nb: \"say \\\"hi\\\" \\\\\"\nc: d\n",
		"\"a b\": c\n'd''e': f\n\"g\\th\": i\n", "\"a\" : b\n", "\"a\":b\n", "\"a\nb\": c\n", "a: \"b\": c\n", "a: \"b\" # c\n", "a: \"b\"c\n", "a: 'b' 'c'\n",
		"a: b\n  c\n  d\ne: f\n", "a:\n  b\n  c\nd: e\n", "a: b\n\n  c\nd: e\n", "a: b # x\n  c\nd: e\n", "a: b\n  # x\n  c\n", "a: b\n  c: d\n", "a: b\n c\nd: e\n",
		"a:\n  b # x\nc: d\n", "a:\n  \"b\"\nc: d\n", "a:\n  'b\n  c'\nd: e\n", "a:\n  |\n  b\nc: d\n", "a:\n  [b, c]\nd: e\n", "a:\n\"b\"\n",
		"a:\n - b\n  c\n - d\n", "a:\n- b\n c\n- d\n", "- a\n b\n- c\n", "a: - b\n", "a: -b\nc: --- d\n", "a: ? b\n", "? a\n: b\n", "a: ?b :c\n",
		"a: {b: c, d: [e, f]}\ng: h\n", "a: {b: c,\nd: e}\nf: g\n", "a: [\n  b, # x ]\n  'c]',\n  \"d}\"\n]\ne: f\n", "a: [it's, b]\nc: d\n", "a: [b 'c, d]\ne: f\n",
		"a: {b: 'x: {y'}\nc: d\n", "a: {\"b\":\"c}\"}\nd: e\n", "a: {b:\"c}\nd: \"}\ne: f\n", "a: {b}\nc: d\n", "a: []\nb: {}\nc:\n- []\n- {}\n", "{a: b}\n", "[a, b]\n", "{a: b}: c\n",
		"a: [b]: c\n", "a: {b: c} d\n", "a: [b\n", "a: [b}\n", "a: [?b, c]\n", "a: [b?c, d]\n", "a: [b#c, d #e\n]\n", "a: [-1, - 2]\n", "a: [*b]\nb: &b c\n", "a: [b|c, |]\n", "a: [a:b, c: d]\n",
		"a: [http://x/y?z=1]\nb: c\n", "a: [\"b\"#c\n]\n", "a: {b: [c, {d: e}], f: g}\n", "a: [\nb: c,\nd\n]\n",
		"a: &x b\nc: *x\n", "a: &x\n  b: c\nd: *x\n", "a: &x\n- b\nd: *x\n", "- &x a\n- *x\n", "- &x\n  a: b\n- *x\n", "a: [&x b, *x, {c: *x}, *x]\nd: {*x : e}\n", "a: [*x]\nb: [&x]\n", "a: [&x, *x:b]\n", "- &0:0", "a: *x:y\n", "a: &é b\n", "- &x a: b\n", "&x a: b\n", "*x : b\n", "a:\n  &x b\n", "a: &x &y b\n",
		"a: &x [b]\nc: &y |\n  d\ne: &z\nf: g\n", "x: &x {a: b}\ny:\n  <<: *x\n  c: d\n", "a: !!str 1\nb: c\n", "a: !x\n  b: c\n", "!!map\na: b\n", "- !x a\n",
		"? a\n: b: c\n  d: e\nf: g\n", "a:\n  ? b c\n  : d: e\n    f:\n    - g\n  h: i\n", "? a:b # x\n: c: d\n", "? /a/{b}\n:   c: d\n    e: f\n", "? a\n\n: b: c\n",
		"? a\n  b\n: c: d\n", "? 'a'\n: b: c\n", "? a: b\n: c: d\n", "? a\n: b\n", "? a\n: - b\n", "? a\n:\n  b: c\n", "? a\n", "? a\nb: c\n", "? a\n : b: c\n", "? a\n:\tb: c\n", "?\ta\n: b: c\n", "- ? a\n  : b: c\n",
		"? a\n: b: c\n d: e\n", "? a\n: b: c\n? d\n: e: f\n", "? a\n: <<: b\n", "? a\n: b:\n    c: d\n  e: f\n", "? &x a\n: b: c\n", "? a\n: &x b: c\n", "? [a]\n: b: c\n", "? a\r\n: b: c\r\n",
		"a:\tb\n", "a:\n\tb: c\n", "\ta: b\n", "a: b\n\t\nc: d\n", "a: b\n  \t\nc: d\n", "a: b\t# c\n", "-\ta\n", "- a\t\n", "a: b \t\n",
		"a: b\r\nc:\r\n  d: e\r\n\r\nf: |\r\n  g\r\n  h\r\ni: \"j\r\n  k\"\r\n", "a: b\rc: d\n", "a:\r\n- b\r\n- c\r\n", "a: b\r\n  c\r\nd: e\r\n",
		"---\na: b\n", "--- a\n", "---\n---\na: b\n", "a: b\n---\nc: d\n", "a: b\n...\n", "%YAML 1.2\n---\na: b\n", "# x\n---\n# y\na: b\n", "--- # x\na: b\n", "a: \"b\n---\nc\"\n", "a: ---\n", "a: b\n--- c\n", "---a: b\n", "...: a\n",
		"a: 1\na: 2\n", "a: 0x1F\nb: 010\nc: 0o10\nd: 1_000\ne: 1e3\nf: .5\ng: 1.\nh: .inf\ni: -.INF\nj: .nan\nk: +1\nl: -0\nm: 12345678901234567890123\nn: 1.10\n",
		"a: true\nb: True\nc: TRUE\nd: tRue\ne: yes\nf: on\ng: ~\nh: null\ni: Null\nj: NULL\nk: nUll\nl: ''\nm: y\nn: No\n", "a: 2024-01-02\nb: 2001-12-14t21:59:43.10-05:00\nc: 1:20\nd: =\ne: <<\nf: 0b11\ng: -0x1\n",
		"~: a\nnull: b\n200: c\ntrue: d\n1.0: e\n", "a b: c\na  : b\n'': c\n\"\": d\n", ": a\n", "a: :b\n", "a: b:\n", "a: b: c\n", "a::b: c\n", "a:b\n", "a:b: c\n", "http://x: y\n", "/#X=Y.Z: a\n", "a #b: c\n", "a#b: c\n",
		"/a/{b}: c\n", "{a}: b\n", "@a: b\n", "`a: b\n", "%a: b\n", "a: @b\n", "a: %b\n", "a: `b\n", "a: ,b\n", "a: ]\n", "a: }b\n", "a: #b\n", "a: '#b'\n", "a: !b\n", "-a: b\n", "?a: b\n", "- a: b\n  c: d\n e: f\n", "a:\n    b: c\n  d: e\n", "  a: b\n  c: d\n", " a: b\nc: d\n",
		"a:\n  b: c\n- d\n", "a: b\n- c\n", "- a\nb: c\n", "a:\n  - b\n c: d\n", "a:\n # x\n  b: c\n   # y\n  d: e\n# z\n", "a:\n  b:\n\n  c:\n\n\n    d: e\n",
		"é: ü\nb: \"é\"\nc: 'ü'\nd: é\n  ü\n", "a: b\u0085c\n", "a: b\u2028c\nd: e\n", "a: |\n  b\u2029c\n", "a: \u00a0b\n", "a: \ufeffb\n", "a: \x00\n", "a: \x01\n", "a: \xff\n", "a: \x7f\n", "a\x00: b\n",
		"a: \"\\u00e9\\x41\\n\\\n  b\"\nc: d\n", "a: \"\\q\"\n", "a: '\n", "a: \"\n", "a: '''\n", "a: 'b''\n", "\"a\": \"b\n", "a: \"b\\\"\n", "a: \"b\\\\\"\nc: d\n",
		"a: >-\n    b\n      c\n    d\n\n    e\nf: g\n", "a:\n  b: >\n\n    c\n  d: e\n", "a: |\n  b\n c\nd: e\n", "a: |\n b\n  c\n d\ne: f\n", "- a\n-\n  b: c\n-\n  - d\n", "-\n- a\n", "-\n  a\n", "-\na: b\n", "a:\n  -\n  - b\n", "-\n -\n  -\n   a\n",
		strings.Repeat("a:\n ", 3) + "b", "- " + strings.Repeat("- ", 40) + "a\n", "a: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n",
	}
}

func TestScannerAgreesWithFullParser(t *testing.T) {
	understood := 0
	for _, text := range yamlTexts() {
		diff, ok := difference([]byte(text))
		if diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
		if ok {
			understood++
		}
	}
	if understood < len(yamlTexts())/2 {
		t.Errorf("the scanner understands only %d of %d texts", understood, len(yamlTexts()))
	}
}

// largestCompared is the size of the largest file that is compared: under the
// race detector, and where time is short, the large ones take too long.
func largestCompared() int {
	if raceDetector || testing.Short() {
		return 50_000
	}
	return math.MaxInt
}

func TestScannerUnderstandsTheCommonForms(t *testing.T) {
	for _, text := range []string{
		"a:\n  b:\n    c: d\n  e: f\ng: h\n",
		"a:\n- b\n- c\nd:\n  - e\n  - f: g\n    h:\n    - i\n  -\n    j: k\nl: m\n",
		"- - a\n  - b\n- c\n",
		"---\n# comment\na: b # comment\n\n  # comment\nc: d\n",
		"a: |\n  b: c\n\n  d\ne: >-\n\n    f\ng: |2\n   h\n",
		"a: 'b\n  c'\nd: \"e\n  f\"\n'g': h\n\"i\": j\n",
		"a: b\n  c\n\n  d\ne:\n  f\n  g\n",
		"a: {b: c,\n  d: [e, 'f]']}\ng: [h, # i\n j]\n",
		"a: &x\n  b: c\nd: *x\ne:\n- &y\n  f: g\n- *y\nh: [*y]\n",
		"a: b\r\nc:\r\n- d\r\n",
		"/a/{b}: c\n/#X=Y: d\n200: e\nf g: h\nhttp://x: y\n",
		"a:\n  ? /long/{path}\n  : get: b\n    put:\n      c: d\n  e: f\n",
	} {
		if _, err := scanYAML([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff, _ := difference([]byte(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// descriptions returns the API descriptions of the shared material.
func descriptions(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../../shared/corpus/*/openapi/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published descriptions are not beside this repository")
	}
	return files
}

func TestScannerAgreesWithFullParserOnPublishedDescriptions(t *testing.T) {
	files, understood, refused := 0, 0, 0
	for _, name := range descriptions(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > largestCompared() || looksLikeJSON(data) {
			continue
		}
		files++
		if _, err := parseYAML(data); err != nil {
			refused++
			t.Logf("%s: %v", name, err)
		}
		src := newSource(name, data)
		x, err := scanYAML(src.data)
		if errors.Is(err, errNotUnderstood) {
			t.Logf("%s is left to the full parser", name)
			continue
		}
		understood++
		root, err := parseYAML(src.data)
		if err != nil {
			continue
		}
		scanned := &tree{src: src, index: x}
		budget := 1_000_000
		diff := compareValues("", scanned.top(), (&tree{src: src, root: root}).top(), &budget)
		if diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if understood*100 < files*95 {
		t.Errorf("the scanner leaves %d of %d descriptions to the full parser", files-understood, files)
	}
	t.Logf("%d YAML descriptions, %d understood by the scanner, %d refused by the full parser", files, understood, refused)
}

// isAlias reports whether a value of an index is an alias, or a flow collection
// with an alias, of which the index knows only that it is there.
func isAlias(v value) bool {
	if v.index == nil || v.index.json {
		return false
	}
	e := &v.index.entries[v.at]
	if !e.text {
		return false
	}
	switch v.index.data[e.val] {
	case '*':
		return true
	case '[', '{':
		return v.node != nil && v.node.Kind == yaml.ScalarNode
	default:
		return false
	}
}

func FuzzScannerAgreesWithFullParser(f *testing.F) {
	for _, text := range yamlTexts() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return
		}
		if diff, _ := difference(data); diff != "" {
			t.Errorf("%q: %s", data, diff)
		}
	})
}
