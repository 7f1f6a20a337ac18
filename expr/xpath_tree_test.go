package expr_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// xmlCase is a document with the string-value of what "//v | //@v" selects, or
// a part of the error.
type xmlCase struct{ doc, want string }

func xmlCases() []xmlCase {
	return []xmlCase{
		{`<v>x</v>`, `"x"`},
		{"\uFEFF<v>x</v>", `"x"`},
		{"\uFEFF<?xml version='1.0' encoding='utf-8'?>\r\n<v>a\r\nb</v>\n", `"a\nb"`},
		{`<?xml version="1.0" encoding="US-ASCII" standalone="yes"?><v>x</v>`, `"x"`},
		{`<?xml version="1.0" encoding="ISO-8859-1"?><v>é</v>`, `"é"`},
		{`<v>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</v>`, `"<\u0026>\"'AB"`},
		{`<v>a<![CDATA[<&]]>b</v>`, `"a<\u0026b"`},
		{`<v><![CDATA[]]></v>`, `""`},
		{"<a v=\"a\tb\r\nc&#9;d&#10;&quot;'&lt;>\"/>", `"a b c\td\n\"'<>"`},
		{`<a v = 'x"y' />`, `"x\"y"`},
		{`<a x="v='1'" v='='>t</a>`, `"="`},
		{`<v xmlns="" xmlns:p="u" p:v="1">x</v>`, `"x"`},
		{`<größe v="1"/>`, `"1"`},
		{`<v>` + strings.Repeat("<b>", 998) + "x" + strings.Repeat("</b>", 998) + `</v>`, `"x"`},

		{``, "not XML"},
		{`plain`, "not XML"},
		{`{"a":1}`, "not XML"},
		{`<!-- only -->`, "not XML"},
		{`<v>x`, "not closed"},
		{`<v>x</w>`, "closes no open element"},
		{`</v>`, "closes no open element"},
		{`<v/><v/>`, "second outermost"},
		{`<v/>x`, "text outside"},
		{`<v/><![CDATA[x]]>`, "text outside"},
		{`<v/><![CDATA[]]>`, "text outside"},
		{` <?xml version="1.0"?><v/>`, "not at the start"},
		{`<v><?xml version="1.0"?></v>`, "not at the start"},
		{`<?xml version="1.1"?><v/>`, "line 1"},
		{"\xFE\xFF\x00<", "UTF-16"},
		{"\xFF\xFE<\x00", "UTF-16"},
		{"<v>\xE4</v>", "not valid UTF-8"},
		{"<v>\n\x01</v>", "line 2: a character"},
		{"<v>\uFFFE</v>", "a character"},
		{"<v><!-- \x02 --></v>", "a character"},
		{`<v>&#0;</v>`, "line 1"},
		{`<a v="&#0;"/>`, "line 1"},
		{`<a v="&#xD800;"/>`, "line 1"},
		{`<v>&secret;</v>`, "predefined entities"},
		{`<a v="&secret;"/>`, "predefined entities"},
		{`<v>&</v>`, "predefined entities"},
		{`<!DOCTYPE v [<!ENTITY e "x">]><v>&e;</v>`, "document type declaration"},
		{`<!DOCTYPE v SYSTEM "file:///etc/passwd"><v/>`, "document type declaration"},
		{`<!DOCTYPE v[<!ENTITY e "x">]><v>&e;</v>`, "document type declaration"},
		{`<!ENTITY e><v/>`, "document type declaration"},
		{`<v><!ELEMENT v ANY></v>`, "document type declaration"},
		{`<a v="1" v="2"/>`, "stands twice"},
		{`<a xmlns:p="u" xmlns:q="u" p:v="1" q:v="2"/>`, "stands twice"},
		{`<a xmlns:p="u" xmlns:p="w"/>`, "stands twice"},
		{`<a xmlns="u" xmlns="w"/>`, "stands twice"},
		{`<p:v/>`, `prefix "p" is not declared`},
		{`<v p:a="1"/>`, `prefix "p" is not declared`},
		{`<v><a xmlns:p="u"/><p:b/></v>`, `prefix "p" is not declared`},
		{`<v xmlns:p=""/>`, "without a namespace"},
		{`<v xmlns:xmlns="u"/>`, "reserved"},
		{`<v xmlns:xml="u"/>`, "reserved"},
		{`<v xmlns="http://www.w3.org/XML/1998/namespace"/>`, "reserved"},
		{`<a:b:c xmlns:a="u"/>`, "line 1"},
		{`<:v/>`, "line 1"},
		{`<v a="1"b="2"/>`, "white space"},
		{`<v a=b/>`, "line 1"},
		{`<v a/>`, "line 1"},
		{`<v a="<"/>`, "line 1"},
		{`<v a="x/>`, "line 1"},
		{`<1v/>`, "line 1"},
		{`<v>]]></v>`, "line 1"},
		{`<v><!-- a -- b --></v>`, "line 1"},
		{`<v><![CDATA[x</v>`, "line 1"},
		{`<v><`, "line 1"},
		{`<v><?p:q x?></v>`, "colon"},
		{strings.Repeat("<b>", 1001) + strings.Repeat("</b>", 1001), "nested deeper than 1000"},
		{"<v>" + strings.Repeat("<b/>", 1<<19) + "</v>", "more than 524288 nodes"},
	}
}

func TestXMLDocuments(t *testing.T) {
	for _, c := range xmlCases() {
		shown := c.doc
		if len(shown) > 60 {
			shown = shown[:60]
		}
		got, err := selectXPath(xpathCase{"xpath-10", "string(//v | //@v)", ""}, c.doc)
		if strings.HasPrefix(c.want, `"`) {
			if err != nil || got != c.want {
				t.Errorf("%q: %s, %v; want %s", shown, got, err, c.want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %s, %v; want an error with %q", shown, got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error repeats data: %v", shown, err)
		}
	}
}

func TestXPathReplacement(t *testing.T) {
	for _, c := range []struct {
		doc, xpath string
		value      any
		want       string // or "error: " and a part of the message
	}{
		{`<a><b>x</b></a>`, "/a/b", "y", `<a><b>y</b></a>`},
		{`<a><b>x</b></a>`, "/a/b", number("12345678901234567890"), `<a><b>12345678901234567890</b></a>`},
		{`<a><b>x</b></a>`, "/a/b", true, `<a><b>true</b></a>`},
		{`<a><b>x</b></a>`, "/a/b", "", `<a><b></b></a>`},
		{`<a><b>x</b></a>`, "/a/b", `<c>&"' ]]>`, `<a><b>&lt;c&gt;&amp;"' ]]&gt;</b></a>`},
		{`<a><b/><p:b xmlns:p="u" /></a>`, "//*[local-name()='b']", "y", `<a><b>y</b><p:b xmlns:p="u" >y</p:b></a>`},
		{`<a  b = 'x'   c="x"><!-- kept --></a >`, "/a/@b", `"1'<` + "\n", `<a  b = '"1&apos;&lt;&#10;'   c="x"><!-- kept --></a >`},
		{`<a b="x"/>`, "/a/@b", `"'`, `<a b="&quot;'"/>`},
		{`<a><b>x</b><b n="1">x</b></a>`, "//b", "y", `<a><b>y</b><b n="1">y</b></a>`},
		{`<a><b n="1">x<c m="2">z</c></b><c>z</c></a>`, "//b | //c | //@*", "y", `<a><b n="y">y</b><c>y</c></a>`},
		{`<a b="1" c="2"/>`, "/a | /a/@*", "y", `<a b="y" c="y">y</a>`},
		{"<?xml version='1.0'?>\r\n<a>\r\n <b>x<i>1</i>z</b>\r\n</a>\r\n", "/a/b/text()[2]", "y", "<?xml version='1.0'?>\r\n<a>\r\n <b>x<i>1</i>y</b>\r\n</a>\r\n"},
		{"\uFEFF<a>ä<b>x</b></a>", "/a/b", "ü", "\uFEFF<a>ä<b>ü</b></a>"},
		{`<a>x<![CDATA[y]]>z</a>`, "/a/text()", "n", `<a>n</a>`},
		{`<a>x</a>`, "/a", "1\r\n2\t", "<a>1&#13;\n2\t</a>"},
		{`<s:E xmlns:s="u"><s:B><x xmlns="w">1</x></s:B></s:E>`, "/s:E/s:B/*[local-name()='x']", "2", `<s:E xmlns:s="u"><s:B><x xmlns="w">2</x></s:B></s:E>`},

		{`<a/>`, "/b", "y", "error: the target does not exist"},
		{`<a/>`, "/", "y", "error: no element, attribute or text"},
		{`<a><!--x--></a>`, "/a/comment()", "y", "error: no element, attribute or text"},
		{`<a/>`, "count(/a)", "y", "error: computes a number"},
		{`<a/>`, "/a", nil, "error: null"},
		{`<a/>`, "/a", []any{}, "error: object or array"},
		{`<a/>`, "/a", map[string]any{}, "error: object or array"},
		{`<a/>`, "/a", "\x01", "error: a character"},
		{`<a>`, "/a", "x", "error: not closed"},
	} {
		selector, _, err := expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Selector: c.xpath}, expr.Options{Version: v11})
		if err != nil {
			t.Errorf("%s: %v", c.xpath, err)
			continue
		}
		got, err := selector.Replace(nil, c.doc, c.value)
		if message, fails := strings.CutPrefix(c.want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s on %s: %v, %v; want an error with %q", c.xpath, c.doc, got, err, message)
			}
			continue
		}
		if err != nil || got != any(c.want) {
			t.Errorf("%s on %s:\n%q, %v; want\n%q", c.xpath, c.doc, got, err, c.want)
		}
	}
}

func TestXPathReplacementNeedsText(t *testing.T) {
	selector, _, err := expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Selector: "/a"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := selector.Replace(nil, map[string]any{"a": "x"}, "y"); err == nil {
		t.Error("an object was taken for XML")
	}
}

// Work that grows without measure is refused, not done.
func TestXPathWorkIsBounded(t *testing.T) {
	wide := "<r>" + strings.Repeat("<a>1</a>", 20000) + "</r>"
	deep := strings.Repeat("<a>", 900) + strings.Repeat("</a>", 900)
	for _, c := range []struct{ xpath, doc string }{
		{"//a[following::a[following::a = 2]]", wide},
		{"//a[count(//a) = 0]", wide},
		{"//a/preceding-sibling::a/following-sibling::a[. = 2]", wide},
		{"//a[.//a[.//a[.//a = 1]]]", deep},
	} {
		if got, err := selectXPath(xpathCase{"xpath-10", c.xpath, ""}, c.doc); err == nil || !strings.Contains(err.Error(), "too many steps") {
			t.Errorf("%s: %.60s, %v", c.xpath, got, err)
		}
	}
}
