package wire_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	stduritemplate "github.com/std-uritemplate/std-uritemplate/go/v2"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// write serialises a parameter in its location.
func write(p *openapi.Parameter, v any, o *wire.Order) (string, error) {
	switch p.In {
	case "path":
		b, err := wire.AppendPath(nil, p, v, o, false)
		return string(b), err
	case "query":
		b, err := wire.AppendQuery(nil, p, v, o)
		return string(b), err
	case "cookie":
		b, err := wire.AppendCookie(nil, p, v, o)
		return string(b), err
	default:
		return wire.HeaderValue(p, v, o)
	}
}

func colours() ([]any, map[string]any, *wire.Order) {
	return []any{"blue", "black", "brown"},
		map[string]any{"R": json.Number("100"), "G": json.Number("200"), "B": json.Number("150")},
		&wire.Order{Names: []string{"R", "G", "B"}}
}

// TestStyleExamples holds the tables "Style Examples" of OpenAPI 3.0.4, 3.1.1
// and 3.2.0. Cells that are "n/a" there are what this package chose; they are
// marked. The tables of 3.0.0 to 3.0.3 and of 3.1.0 differ in two points, where
// the later ones are followed: label without explode joins by commas, as RFC
// 6570 has it, and brackets and bars are percent-encoded.
func TestStyleExamples(t *testing.T) {
	array, object, order := colours()
	const (
		empty = iota
		text
		list
		members
	)
	values := []any{"", "blue", array, object}
	tests := []struct {
		in, style string
		explode   bool
		want      [4]string
		chosen    string // the columns that the tables leave open
	}{
		{"path", "matrix", false, [4]string{";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"}, ""},
		{"path", "matrix", true, [4]string{";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"}, ""},
		{"path", "label", false, [4]string{".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"}, ""},
		{"path", "label", true, [4]string{".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"}, ""},
		{"path", "simple", false, [4]string{"", "blue", "blue,black,brown", "R,100,G,200,B,150"}, ""},
		{"path", "simple", true, [4]string{"", "blue", "blue,black,brown", "R=100,G=200,B=150"}, ""},
		{"header", "simple", false, [4]string{"", "blue", "blue,black,brown", "R,100,G,200,B,150"}, ""},
		{"header", "simple", true, [4]string{"", "blue", "blue,black,brown", "R=100,G=200,B=150"}, ""},
		{"query", "form", false, [4]string{"color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"}, ""},
		{"query", "form", true, [4]string{"color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"}, ""},
		{"query", "spaceDelimited", false, [4]string{"color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"}, "empty text"},
		{"query", "spaceDelimited", true, [4]string{"color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"}, "all"},
		{"query", "pipeDelimited", false, [4]string{"color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"}, "empty text"},
		{"query", "pipeDelimited", true, [4]string{"color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"}, "all"},
		{"query", "deepObject", false, [4]string{"color=", "color=blue", "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"}, "all"},
		{"query", "deepObject", true, [4]string{"color=", "color=blue", "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"}, "empty text list"},
		{"cookie", "form", false, [4]string{"color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"}, ""},
		{"cookie", "form", true, [4]string{"color=", "color=blue", "color=blue,black,brown", "R=100; G=200; B=150"}, "list members"},
		{"cookie", "cookie", false, [4]string{"color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"}, ""},
		{"cookie", "cookie", true, [4]string{"color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"}, ""},
	}
	for _, test := range tests {
		p := &openapi.Parameter{Name: "color", In: test.in, Style: test.style, Explode: test.explode}
		for column := empty; column <= members; column++ {
			got, err := write(p, values[column], order)
			if err != nil || got != test.want[column] {
				t.Errorf("%s %s explode=%t: %v is written %q (%v), want %q", test.in, test.style, test.explode, values[column], got, err, test.want[column])
			}
		}
	}
}

// expansions are the styles that RFC 6570 defines, with its templates for them.
func expansions() []struct {
	p        openapi.Parameter
	template string
} {
	return []struct {
		p        openapi.Parameter
		template string
	}{
		{openapi.Parameter{In: "path", Style: "simple"}, "{v}"},
		{openapi.Parameter{In: "path", Style: "simple", Explode: true}, "{v*}"},
		{openapi.Parameter{In: "path", Style: "label"}, "{.v}"},
		{openapi.Parameter{In: "path", Style: "label", Explode: true}, "{.v*}"},
		{openapi.Parameter{In: "path", Style: "matrix"}, "{;v}"},
		{openapi.Parameter{In: "path", Style: "matrix", Explode: true}, "{;v*}"},
		{openapi.Parameter{In: "query", Style: "form"}, "{?v}"},
		{openapi.Parameter{In: "query", Style: "form", Explode: true}, "{?v*}"},
	}
}

func checkExpansion(t *testing.T, a, b, c string) {
	t.Helper()
	values := []any{
		a, []any{a}, []any{a, b, c}, map[string]any{"k": a}, map[string]any{"a b": a, "b;": b, "cü": c},
	}
	for _, e := range expansions() {
		e.p.Name = "v"
		for i, v := range values {
			if i > 0 && e.p.Style == "matrix" && (a == "" || b == "" || c == "") {
				continue // the other implementation departs from RFC 6570, 3.2.1 here
			}
			want := strings.TrimPrefix(expand(t, e.template, v), "?")
			got, err := write(&e.p, v, nil)
			if err != nil || got != want {
				t.Errorf("%s of %q: got %q (%v), RFC 6570 has %q", e.template, v, got, err, want)
			}
		}
	}
}

func expand(t *testing.T, template string, v any) string {
	t.Helper()
	text, err := stduritemplate.Expand(template, stduritemplate.Substitutions{"v": v})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func texts() [][3]string {
	return [][3]string{
		{"", "", ""},
		{"blue", "black", "brown"},
		{"", "x", ""},
		{"a,b", "c;d", "e.f"},
		{"a b", "ü€😀", "100%"},
		{"100%25%zz%2", "#/?[]@!$&'()*+,;=", "-._~"},
		{"%41", "\x00\r\n", "\"<>\\^`{|}"},
	}
}

func TestStylesAgreeWithRFC6570(t *testing.T) {
	for _, v := range texts() {
		checkExpansion(t, v[0], v[1], v[2])
	}
}

// FuzzStyles compares the styles with an implementation of RFC 6570, and what is
// written as a query with net/url.
func FuzzStyles(f *testing.F) {
	for _, v := range texts() {
		f.Add(v[0], v[1], v[2])
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if !utf8.ValidString(a + "|" + b + "|" + c) {
			return
		}
		checkExpansion(t, a, b, c)
		p := &openapi.Parameter{Name: a, In: "query", Style: "deepObject"}
		query, err := write(p, map[string]any{b: c, "deep": map[string]any{a: []any{b, c}, "l": []any{map[string]any{"x": c}}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		read, err := url.ParseQuery(query)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		if b != "deep" && read.Get(a+"["+b+"]") != c || len(read[a+"[deep]["+a+"][]"]) != 2 && a != "l" || read.Get(a+"[deep][l][0][x]") != c && a != "l" {
			t.Errorf("%q is read as %v", query, read)
		}
	})
}

// schema reads a schema in YAML in one line.
func schema(t *testing.T, text string) *openapi.Schema {
	t.Helper()
	return declared(t, "3.1.0", "{application/json: {schema: "+text+"}}", "")[0].Schema
}

func TestScalars(t *testing.T) {
	tests := []struct {
		name  string
		p     openapi.Parameter
		value any
		want  string
	}{
		{"null", openapi.Parameter{In: "query", Style: "form"}, nil, "p=null"},
		{"true", openapi.Parameter{In: "query", Style: "form"}, true, "p=true"},
		{"a big integer", openapi.Parameter{In: "query", Style: "form"}, json.Number("123456789012345678901234567890"), "p=123456789012345678901234567890"},
		{"digits as they were", openapi.Parameter{In: "path", Style: "simple"}, json.Number("-1.500"), "-1.500"},
		{"an empty array", openapi.Parameter{In: "query", Style: "form", Explode: true}, []any{}, ""},
		{"an empty object", openapi.Parameter{In: "query", Style: "deepObject"}, map[string]any{}, ""},
		{"an empty array in a path", openapi.Parameter{In: "path", Style: "matrix", Explode: true}, []any{}, ";p"},
		{"an empty array in a header", openapi.Parameter{In: "header", Style: "simple"}, []any{}, ""},
		{"an empty cookie list", openapi.Parameter{In: "cookie", Style: "form"}, []any{}, ""},
		{"null among others", openapi.Parameter{In: "query", Style: "form"}, []any{nil, "a"}, "p=null,a"},
		{"an array in an array", openapi.Parameter{In: "query", Style: "form", Explode: true}, []any{[]any{"a", json.Number("1")}, "b"}, "p=%5B%22a%22%2C1%5D&p=b"},
		{"an object in an object", openapi.Parameter{In: "query", Style: "form", Explode: true}, map[string]any{"o": map[string]any{"b": "<", "a": nil}}, "o=%7B%22a%22%3Anull%2C%22b%22%3A%22%3C%22%7D"},
		{"an object in a header", openapi.Parameter{In: "header", Style: "simple"}, []any{map[string]any{"a": "b c"}}, `{"a":"b c"}`},
		{"deep, arrays of scalars", openapi.Parameter{In: "query", Style: "deepObject"}, map[string]any{"t": []any{"a", "b"}, "e": []any{}, "n": nil}, "p%5Bn%5D=null&p%5Bt%5D%5B%5D=a&p%5Bt%5D%5B%5D=b"},
		{"deep, arrays of objects", openapi.Parameter{In: "query", Style: "deepObject"}, []any{map[string]any{"a": []any{"x"}, "b": map[string]any{}}, "s"}, "p%5B0%5D%5Ba%5D%5B%5D=x&p%5B1%5D=s"},
		{"a name to escape", openapi.Parameter{Name: "a[b]&=ü +", In: "query", Style: "form"}, "x", "a%5Bb%5D%26%3D%C3%BC%20%2B=x"},
		{"content", openapi.Parameter{In: "query", ContentType: "application/json"}, map[string]any{"a": "<&>"}, "p=%7B%22a%22%3A%22%3C%26%3E%22%7D"},
		{"content, reserved", openapi.Parameter{In: "query", ContentType: "application/json", AllowReserved: true}, []any{"a/b"}, "p=[%22a/b%22]"},
		{"content of a text", openapi.Parameter{In: "query", ContentType: "application/json"}, "a", "p=%22a%22"},
		{"content of JSON that is written out", openapi.Parameter{In: "query", ContentType: "application/json", Schema: schema(t, "{type: object}")}, `{"a": 1}`, "p=%7B%22a%22%3A%201%7D"},
		{"content of a text that is JSON", openapi.Parameter{In: "query", ContentType: "application/json", Schema: schema(t, "{type: [object, string]}")}, `1`, "p=%221%22"},
		{"content of XML", openapi.Parameter{In: "header", ContentType: "application/xml", Schema: schema(t, "{xml: {name: r}}")}, map[string]any{"a": "b"}, prolog + "<r><a>b</a></r>"},
		{"content of a scalar", openapi.Parameter{In: "query", ContentType: "text/csv"}, json.Number("1"), "p=1"},
		{"content, plain", openapi.Parameter{In: "query", ContentType: "text/plain"}, "a b", "p=a%20b"},
		{"content, a form", openapi.Parameter{In: "query", ContentType: "application/x-www-form-urlencoded"}, map[string]any{"a": "b c", "d": "e"}, "p=a%3Db%2Bc%26d%3De"},
		{"content in a path", openapi.Parameter{In: "path", ContentType: "application/json"}, []any{"a/b"}, "%5B%22a%2Fb%22%5D"},
		{"content in a header", openapi.Parameter{In: "header", ContentType: "application/json"}, []any{"a", json.Number("1")}, `["a",1]`},
		{"content in a cookie", openapi.Parameter{In: "cookie", ContentType: "application/json"}, []any{"a;"}, "p=%5B%22a%3B%22%5D"},
		{"reserved", openapi.Parameter{In: "query", Style: "form", AllowReserved: true}, "/a:b?c@d;e,f$g!h(i)*#%41%", "p=/a:b?c@d;e,f$g!h(i)*%23%41%25"},
		{"reserved in a path", openapi.Parameter{In: "path", Style: "simple", AllowReserved: true}, "a/b?c#d:e@f;g=h[i]", "a%2Fb%3Fc%23d:e@f;g=h%5Bi%5D"},
		{"reserved in a cookie", openapi.Parameter{In: "cookie", Style: "form", AllowReserved: true}, "a=b;c/d", "p=a=b%3Bc/d"},
		{"a cookie", openapi.Parameter{In: "cookie", Style: "form"}, "a b;c,d=\"e\"", "p=a%20b%3Bc%2Cd%3D%22e%22"},
		{"a raw cookie", openapi.Parameter{In: "cookie", Style: "cookie"}, "a b%20,=\"c\"", "p=a b%20,=\"c\""},
		{"bars in a path", openapi.Parameter{In: "path", Style: "pipeDelimited"}, []any{"a", "b"}, "a%7Cb"},
		{"tabs in a header", openapi.Parameter{In: "header", Style: "tabDelimited"}, []any{"a", "b"}, "a\tb"},
		{"spaces in a header", openapi.Parameter{In: "header", Style: "spaceDelimited"}, map[string]any{"a": "b"}, "a b"},
		{"tabs", openapi.Parameter{In: "query", Style: "tabDelimited"}, []any{"a", "b"}, "p=a%09b"},
	}
	for _, test := range tests {
		if test.p.Name == "" {
			test.p.Name = "p"
		}
		if got, err := write(&test.p, test.value, nil); err != nil || got != test.want {
			t.Errorf("%s: got %q (%v), want %q", test.name, got, err, test.want)
		}
	}
}

func TestCookiesThatCannotBeSent(t *testing.T) {
	tests := []struct {
		name  string
		value any
	}{
		{"p", "a; admin=1"},
		{"p", "a;b"},
		{"p", "a\r\nSet-Cookie: b"},
		{"p", "ü"},
		{"p q", "a"},
		{"p=1; q", "a"},
		{"p", []any{"a", "b; c=d"}},
		{"p", map[string]any{"a": "b; c=d"}},
		{"p", map[string]any{"a; b": "c"}},
	}
	for _, test := range tests {
		p := &openapi.Parameter{Name: test.name, In: "cookie", Style: "cookie", Explode: true}
		if got, err := write(p, test.value, nil); err == nil {
			t.Errorf("%q: %v is written %q", test.name, test.value, got)
		}
		// Percent-encoding makes one cookie of anything.
		p.Style, p.Explode = "form", false
		got, err := write(p, test.value, nil)
		if err != nil || strings.ContainsAny(got, "; \r\n") {
			t.Errorf("%q: %v is written %q, %v", test.name, test.value, got, err)
		}
	}
}

func TestPairsFollowOneAnother(t *testing.T) {
	var query, cookies []byte
	var err error
	for _, v := range []any{"a&", []any{}, map[string]any{"b": "c&"}, "d"} {
		p := &openapi.Parameter{Name: "p", In: "query", Style: "deepObject", AllowReserved: true}
		if query, err = wire.AppendQuery(query, p, v, nil); err != nil {
			t.Fatal(err)
		}
		p.Style = "form"
		if cookies, err = wire.AppendCookie(cookies, p, v, nil); err != nil {
			t.Fatal(err)
		}
	}
	if want := "p=a&&p%5Bb%5D=c&&p=d"; string(query) != want {
		t.Errorf("query is %q, want %q", query, want)
	}
	if want := "p=a&; p=b,c&; p=d"; string(cookies) != want {
		t.Errorf("cookies are %q, want %q", cookies, want)
	}
}

func TestGreedyPlaceholders(t *testing.T) {
	p := &openapi.Parameter{Name: "k", In: "path", Style: "simple"}
	got, err := wire.AppendPath(nil, p, "a/b c/ü+?#%41", nil, true)
	if want := "a/b%20c/%C3%BC%2B%3F%23%2541"; err != nil || string(got) != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestQueryString(t *testing.T) {
	tests := []struct {
		contentType string
		value       any
		want        string
	}{
		{"", "filter=active&sort=desc", "filter=active&sort=desc"},
		{"", "a=b c&d=%41%&e=[1]#f", "a=b%20c&d=%41%25&e=%5B1%5D%23f"},
		{"application/json", `{"a":[1]}`, "%7B%22a%22:%5B1%5D%7D"},
		{"application/json", map[string]any{"a": "x&y"}, "%7B%22a%22%3A%22x%26y%22%7D"},
		{"application/x-www-form-urlencoded", map[string]any{"a": "x&y z", "b": []any{"1", "2"}}, "a=x%26y+z&b=1&b=2"},
	}
	for _, test := range tests {
		got, err := wire.QueryString(&openapi.Parameter{In: "querystring", ContentType: test.contentType}, test.value, nil)
		if err != nil || got != test.want {
			t.Errorf("%v: got %q (%v), want %q", test.value, got, err, test.want)
		}
	}
}

func TestHeadersThatCannotBeSent(t *testing.T) {
	tests := []struct {
		name, value string
		ascii, sent bool
	}{
		{"X-A", "plain\ttext", true, true},
		{"X-A", "", true, true},
		{"X-A", "München", false, true},
		{"X-A", "a\r\nX-B: c", true, false},
		{"X-A", "a\nb", true, false},
		{"X-A", "a\x00b", true, false},
		{"X-A", "a\x7fb", true, false},
		{"X-A", strings.Repeat("a", 1<<20), true, true},
		{"X-A", strings.Repeat("a", 1<<20+1), true, false},
		{"X A", "a", true, false},
		{"X:A", "a", true, false},
		{"X-A\r\nX-B: c", "a", true, false},
		{"", "a", true, false},
	}
	for _, test := range tests {
		ascii, err := wire.CheckHeader(test.name, test.value)
		if (err == nil) != test.sent || err == nil && ascii != test.ascii {
			t.Errorf("%q: %.20q gives %v, %v", test.name, test.value, ascii, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n\x00\x7f") {
			t.Errorf("%q: the message holds control characters: %q", test.name, err)
		}
	}
}

func TestSpellingsFindSecrets(t *testing.T) {
	const secret = "s3cret/&=+\" ü%41"
	spellings := append(wire.Spellings(secret), secret)
	written := []string{}
	for _, p := range []openapi.Parameter{
		{In: "query", Style: "form"},
		{In: "query", Style: "form", AllowReserved: true},
		{In: "query", ContentType: "text/plain"},
		{In: "path", Style: "simple"},
		{In: "path", Style: "simple", AllowReserved: true},
		{In: "header"},
		{In: "cookie", Style: "form"},
	} {
		p.Name = "p"
		s, err := write(&p, secret, nil)
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, s)
	}
	greedy, _ := wire.AppendPath(nil, &openapi.Parameter{}, secret, nil, true)
	form, _ := wire.AppendForm(nil, map[string]any{"a": secret}, nil, nil)
	whole, _ := wire.QueryString(&openapi.Parameter{}, secret, nil)
	json, _ := wire.AppendJSON(nil, []any{secret}, nil)
	for _, s := range append(written, string(greedy), string(form), whole, string(json)) {
		found := false
		for _, spelling := range spellings {
			found = found || strings.Contains(s, spelling)
		}
		if !found {
			t.Errorf("the secret is not found in %q", s)
		}
	}
}
