package expr_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

// pets is the document of most cases.
const pets = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a list --><root xmlns:s="urn:s" xmlns:t="urn:s" xml:lang="en">
 <pets><pet id="1" kind="dog"><name>Rex</name><age>3</age></pet><pet id="2"><name>Tom</name><age>10</age></pet><pet id="3" kind="cat"><name> Bo  b </name><age>n/a</age></pet></pets>
 <empty/><s:note s:level="7" level="8">a<!-- c -->b<![CDATA[<c>]]></s:note><?go now?>
 <other xmlns="urn:d"><x xml:lang="de-AT">d</x></other><price>9.99</price><flag>false</flag>
</root><?end?>`

type xpathCase struct {
	version, xpath string
	// want is a JSON value, "absent", or "error: " and a part of the message.
	want string
}

// Every result is derived from the recommendations: XPath 1.0, and XPath 2.0
// with the function library of 3.1 where the version is empty.
func xpathCases() []xpathCase {
	const first = "xpath-10"
	both := func(cases ...[2]string) []xpathCase {
		var list []xpathCase
		for _, c := range cases {
			list = append(list, xpathCase{first, c[0], c[1]}, xpathCase{"", c[0], c[1]})
		}
		return list
	}
	in := func(version string, cases ...[2]string) []xpathCase {
		var list []xpathCase
		for _, c := range cases {
			list = append(list, xpathCase{version, c[0], c[1]})
		}
		return list
	}
	var all []xpathCase
	for _, part := range [][]xpathCase{
		// Paths and axes.
		both(
			[2]string{"/root/pets/pet[1]/name", `"Rex"`}, [2]string{"//pet/@id", `["1","2","3"]`}, [2]string{"//pet[@id='2']/name", `"Tom"`},
			[2]string{"//pet[2]/preceding-sibling::*/@id", `"1"`}, [2]string{"//pet[3]/preceding-sibling::pet[1]/@id", `"2"`},
			[2]string{"//pet[3]/preceding-sibling::pet[last()]/@id", `"1"`}, [2]string{"(//pet[3]/preceding-sibling::pet)[1]/@id", `"1"`},
			[2]string{"//pet[1]/following-sibling::pet[2]/@id", `"3"`}, [2]string{"//name/..", `["Rex3","Tom10"," Bo  b n/a"]`},
			[2]string{"//pet/name[1]", `["Rex","Tom"," Bo  b "]`}, [2]string{"(//pet/name)[1]", `"Rex"`}, [2]string{"//name[1][. = 'Tom']", `"Tom"`},
			[2]string{"//pet[position() = last()]/@id", `"3"`}, [2]string{"//pet[position() > 1][1]/@id", `"2"`}, [2]string{"//pet[@kind][2]/@id", `"3"`},
			[2]string{"//pet[2][@kind]", "absent"}, [2]string{"//pet[last() - 1]/@id", `"2"`}, [2]string{"//pet[position() mod 2 = 1]/@id", `["1","3"]`},
			[2]string{"//age/ancestor::*[2]/parent::*/price", `"9.99"`}, [2]string{"count(//age[1]/ancestor::*)", "5"}, [2]string{"count(//age[1]/ancestor::node())", "6"},
			[2]string{"count(//age[. = '10']/ancestor-or-self::*)", "4"}, [2]string{"//age[. = '10']/ancestor::*[1]/@id", `"2"`},
			[2]string{"name(//age[. = '10']/ancestor::*[last()])", `"root"`}, [2]string{"//name[. = 'Tom']/preceding::name", `"Rex"`},
			[2]string{"//name[. = 'Tom']/following::age", `["10","n/a"]`}, [2]string{"//pet[3]/preceding::age[1]", `"10"`}, [2]string{"//pet[3]/preceding::*[1]", `"10"`},
			[2]string{"//pet[3]/preceding::*[3]/@id", `"2"`}, [2]string{"count(//pet[3]/preceding::*)", "6"}, [2]string{"//@id[. = '1']/following::name", `["Rex","Tom"," Bo  b "]`},
			[2]string{"//@id[. = '2']/preceding::name", `"Rex"`}, [2]string{"//@id/@id", "absent"}, [2]string{"//@id/./@kind", "absent"}, [2]string{"count(//@id/node())", "0"},
			[2]string{"//@id[. = '2']/../name", `"Tom"`}, [2]string{"count(//@id/ancestor-or-self::node())", "9"}, [2]string{"count(//@id/following-sibling::node())", "0"},
			[2]string{"count(/)", "1"}, [2]string{"count(/..)", "0"}, [2]string{"count(/node())", "3"}, [2]string{"count(//comment())", "2"}, [2]string{"count(//processing-instruction())", "2"},
			[2]string{"//processing-instruction('go')", `"now"`}, [2]string{"name(/root/processing-instruction()[1])", `"go"`}, [2]string{"count(/processing-instruction('end'))", "1"},
			[2]string{"count(//processing-instruction('no'))", "0"}, [2]string{"/comment()", `" a list "`}, [2]string{"count(/root/node())", "11"}, [2]string{"//s:note/text()[2]", `"b<c>"`},
			[2]string{"//s:note/text()", `["a","b<c>"]`}, [2]string{"string(//s:note)", `"ab<c>"`}, [2]string{"//t:note/@level", `"8"`}, [2]string{"//s:note/@s:level", `"7"`},
			[2]string{"count(//s:*)", "1"}, [2]string{"count(//s:note/@s:*)", "1"}, [2]string{"count(//s:note/@*)", "2"}, [2]string{"name(//s:*)", `"s:note"`}, [2]string{"count(//note)", "0"},
			[2]string{"local-name(//t:note)", `"note"`}, [2]string{"namespace-uri(//s:note)", `"urn:s"`}, [2]string{"count(//x)", "0"}, [2]string{"//*[local-name() = 'x']", `"d"`},
			[2]string{"namespace-uri(//*[local-name() = 'x'])", `"urn:d"`}, [2]string{"//u:x", "error: the prefix \"u\" of the XPath is not declared"}, [2]string{"/root/@xml:lang", `"en"`},
			[2]string{"//*[lang('de')]", `"d"`}, [2]string{"count(//*[lang('EN')])", "16"}, [2]string{"//*[lang('d')]", "absent"},
			[2]string{"//name | //age[1] | //name", `["Rex","3","Tom","10"," Bo  b ","n/a"]`}, [2]string{"string((//price | //name)[1])", `"Rex"`}, [2]string{"(//age | //name)[last()]", `"n/a"`},
			[2]string{"//pet[name = 'Tom' or @kind = 'cat']/@id", `["2","3"]`}, [2]string{"//pet[not(@kind)]/@id", `"2"`}, [2]string{"//pet[count(*) = 2 and starts-with(name, 'T')]/@id", `"2"`},
			[2]string{"//pet[name[. = 'Rex']]/@id", `"1"`}, [2]string{"//pet[../pet[2]/@id = @id]/@id", `"2"`}, [2]string{"/root/pets/pet[name]/age[. = '10']/../@id", `"2"`},
			[2]string{"self::node()/root/price", `"9.99"`}, [2]string{"./root/price", `"9.99"`}, [2]string{"root//name[1]", `["Rex","Tom"," Bo  b "]`}, [2]string{"/descendant::name[1]", `"Rex"`},
			[2]string{"/descendant::name[2]", `"Tom"`}, [2]string{"//pets//name", `["Rex","Tom"," Bo  b "]`}, [2]string{"count(//*//*)", "16"}, [2]string{"count(//descendant-or-self::pet//self::pet)", "3"},
			[2]string{"/root/pets/descendant-or-self::pets/child::pet[2]/@id", `"2"`}, [2]string{"/root/descendant-or-self::pet/child::name", `["Rex","Tom"," Bo  b "]`},
			[2]string{"count(/root/descendant::age/descendant::age)", "0"}, [2]string{"count(//pet/self::pets)", "0"}, [2]string{"//text()[. = 'Tom']/../../@id", `"2"`}, [2]string{"count(//attribute::*)", "9"},
			[2]string{"//pet[true()][2]/@id", `"2"`}, [2]string{"//pet['x'][2]/@id", `"2"`}, [2]string{"//pet['']", "absent"}, [2]string{"//pet[1.5]", "absent"}, [2]string{"//pet[0]", "absent"}, [2]string{"//pet[-1]", "absent"},
			[2]string{"/root/pets/*[self::pet][3]/@id", `"3"`}, [2]string{"/root /pets\n/ pet [ 1 ] / @ id", `"1"`},
		),
		// Names that are operators, and operators that are names.
		both(
			[2]string{"count(//div)", "0"}, [2]string{"count(/and/or)", "0"}, [2]string{"6 div 2", "3"}, [2]string{"count(*)*count(*)", "1"}, [2]string{"count(//pet)*2", "6"}, [2]string{"- 3 + 4", "1"},
			[2]string{"3 - -2", "5"}, [2]string{"--3", "3"}, [2]string{"7 mod 3", "1"}, [2]string{"-7 mod 3", "-1"}, [2]string{"2 + 3 * 4", "14"}, [2]string{"(2 + 3) * 4", "20"}, [2]string{"10 - 4 - 3", "3"},
			[2]string{"1 < 2 or 1 div 0 > 1", "true"}, [2]string{"true() and false() or true()", "true"}, [2]string{"count(//pet-x)", "0"}, [2]string{"count(//pet) -1", "2"}, [2]string{"count(child::*)", "1"},
		),
		// Functions.
		both(
			[2]string{"concat('a', 1, true())", `"a1true"`}, [2]string{"starts-with('abc', 'ab')", "true"}, [2]string{"contains('abc', '')", "true"}, [2]string{"substring-before('1999/04/01', '/')", `"1999"`},
			[2]string{"substring-after('1999/04/01', '/')", `"04/01"`}, [2]string{"substring-after('abc', '')", `"abc"`}, [2]string{"substring-after('abc', 'x')", `""`}, [2]string{"substring-before('abc', 'x')", `""`},
			[2]string{"substring('12345', 2, 3)", `"234"`}, [2]string{"substring('12345', 2)", `"2345"`}, [2]string{"substring('12345', 1.5, 2.6)", `"234"`}, [2]string{"substring('12345', 0, 3)", `"12"`},
			[2]string{"substring('12345', number('x'), 3)", `""`}, [2]string{"substring('12345', 1, number('x'))", `""`}, [2]string{"substring('12345', -42, number(1) div 0)", `"12345"`},
			[2]string{"substring('12345', number(-1) div 0, number(1) div 0)", `""`}, [2]string{"substring('aüb', 2, 1)", `"ü"`}, [2]string{"string-length('aüb')", "3"}, [2]string{"normalize-space(' a \t b\n')", `"a b"`},
			[2]string{"normalize-space('\u00A0a')", "\"\u00A0a\""}, [2]string{"translate('bar','abc','AB')", `"BAr"`}, [2]string{"translate('--aaa--','abc-','ABC')", `"AAA"`}, [2]string{"translate('aa', 'aa', 'xy')", `"xx"`},
			[2]string{"normalize-space(//pet[3]/name)", `"Bo b"`}, [2]string{"//name[normalize-space() = 'Bo b']/../@id", `"3"`}, [2]string{"//name[string-length() = 3]", `["Rex","Tom"]`},
			[2]string{"floor(2.6)", "2"}, [2]string{"floor(-2.5)", "-3"}, [2]string{"ceiling(2.1)", "3"}, [2]string{"round(2.5)", "3"}, [2]string{"round(-2.5)", "-2"}, [2]string{"round(-0.4)", "0"}, [2]string{"round(0.49999999999999994)", "0"},
			[2]string{"number('12')", "12"}, [2]string{"number(' -1.5 ')", "-1.5"}, [2]string{"number('')", "error: NaN"}, [2]string{"string(number('x'))", `"NaN"`}, [2]string{"number('0x10')", "error: NaN"}, [2]string{"number('1_0')", "error: NaN"},
			[2]string{"boolean(number('x'))", "false"}, [2]string{"boolean('false')", "true"}, [2]string{"boolean(//none)", "false"}, [2]string{"not(0)", "true"}, [2]string{"not('')", "true"}, [2]string{"not(1)", "false"},
			[2]string{"string(1.0)", `"1"`}, [2]string{"string(0.5)", `"0.5"`}, [2]string{"string(-0)", `"0"`}, [2]string{"string(.5)", `"0.5"`}, [2]string{"string(1.)", `"1"`}, [2]string{"string(007)", `"7"`}, [2]string{"string(0.000001)", `"0.000001"`},
			[2]string{"sum(//pet/@id)", "6"}, [2]string{"sum(//none)", "0"}, [2]string{"string(//none)", `""`}, [2]string{"name(//none)", `""`}, [2]string{"name()", `""`}, [2]string{"string-length(name(/))", "0"}, [2]string{"last()", "1"}, [2]string{"position()", "1"},
			[2]string{"true()", "true"}, [2]string{"string(false())", `"false"`}, [2]string{"number(true())", "1"}, [2]string{"count(//pet[@id = 2 or @id = 3])", "2"}, [2]string{"'a\"b'", `"a\"b"`},
		),
		// Comparisons that all versions answer alike.
		both(
			[2]string{"//name = 'Tom'", "true"}, [2]string{"//name != 'Tom'", "true"}, [2]string{"//none = ''", "false"}, [2]string{"//none != ''", "false"}, [2]string{"not(//name = 'x')", "true"}, [2]string{"'a' = 'A'", "false"},
			[2]string{"//pet/@id > 2", "true"}, [2]string{"3 > //pet/@id", "true"}, [2]string{"//pet/@id > 3", "false"}, [2]string{"2 = //pet/@id", "true"}, [2]string{"5 = //pet/@id", "false"}, [2]string{"//price = 9.99", "true"},
			[2]string{"//pet/@id = //pet/@id", "true"}, [2]string{"//pet[1]/@id != //pet[1]/@id", "false"}, [2]string{"//pet/@id != //pet[1]/@id", "true"}, [2]string{"//pet[1]/@id = //pet[2]/@id", "false"},
			[2]string{"//none = //none", "false"}, [2]string{"number('x') = number('x')", "false"}, [2]string{"number('x') != number('x')", "true"}, [2]string{"true() > false()", "true"}, [2]string{"1 <= 1", "true"}, [2]string{"true() != false()", "true"},
		),
		in(first,
			[2]string{"name(//processing-instruction()[1])", `"go"`}, [2]string{"count(//age[. = 10]/ancestor-or-self::*)", "4"}, [2]string{"string(//price | //name)", `"Rex"`},
			[2]string{"'1' = 1", "true"}, [2]string{"'2' < '10'", "true"}, [2]string{"'a' < 'b'", "false"}, [2]string{"true() = 5", "true"}, [2]string{"true() = 'false'", "true"}, [2]string{"//flag = true()", "true"}, [2]string{"//none = false()", "true"},
			[2]string{"//none != true()", "true"}, [2]string{"//age > 5", "true"}, [2]string{"//pet/@id < //age", "true"}, [2]string{"//pet[2]/age > //pet[1]/age", "true"}, [2]string{"//age < //none", "false"}, [2]string{"not(//age < 3)", "true"},
			[2]string{"1 = 2 = false()", "true"}, [2]string{"3 > 2 > 1", "false"}, [2]string{"contains(//name, 'Re')", "true"}, [2]string{"contains(//name, 'Tom')", "false"}, [2]string{"string(//name)", `"Rex"`}, [2]string{"//age + 1", "4"},
			[2]string{"//none + 1", "error: NaN"}, [2]string{"//none + 1 != 5", "true"}, [2]string{"1 div 0", "error: Infinity"}, [2]string{"string(-1 div 0)", `"-Infinity"`}, [2]string{"0 div 0", "error: NaN"}, [2]string{"0.1 + 0.2", "0.30000000000000004"},
			[2]string{"string(1000000 * 1000000)", `"1000000000000"`}, [2]string{"string(number('1000000'))", `"1000000"`}, [2]string{"string(1 div 10000000)", `"0.0000001"`}, [2]string{"sum(//age)", "error: NaN"}, [2]string{"number('1e3')", "error: NaN"},
			[2]string{"number('+1')", "error: NaN"}, [2]string{"string-length(12)", "2"}, [2]string{"substring('abc', '2')", `"bc"`}, [2]string{"translate(123, 2, 'x')", `"1x3"`}, [2]string{"-//price", "-9.99"}, [2]string{"//pet/@id | //none", `["1","2","3"]`},
			[2]string{"-(//price | //price)", "-9.99"}, [2]string{"name(//pet/@*)", `"id"`}, [2]string{"5 mod 0", "error: NaN"}, [2]string{"number(//flag)", "error: NaN"}, [2]string{"string(0 * -1)", `"0"`}, [2]string{"5 mod 1.5", "0.5"},
		),
		in("",
			[2]string{"//comment() = ' c '", "true"}, [2]string{"//comment() = 1", "error: comment or processing instruction"}, [2]string{"/comment() + 1", "error: no number"}, [2]string{"sum(//comment())", "error: no number"},
			[2]string{"name(//processing-instruction()[1])", "error: given 2 nodes"}, [2]string{"count(//age[. = 10])", "error: no number"}, [2]string{"string(//price | //name)", "error: given 4 nodes"},
			[2]string{"'2' < '10'", "false"}, [2]string{"'a' < 'b'", "true"}, [2]string{"//flag = true()", "false"}, [2]string{"//flag = false()", "true"}, [2]string{"//none = false()", "false"}, [2]string{"//price = true()", "error: boolean"},
			[2]string{"//age > 5", "true"}, [2]string{"//age > 50", "error: no number"}, [2]string{"//pet[2]/age > //pet[1]/age", "false"}, [2]string{"contains(//name, 'Tom')", "error: given 3 nodes"}, [2]string{"string(//name)", "error: given 3 nodes"},
			[2]string{"name(//pet)", "error: given 3 nodes"}, [2]string{"//age + 1", "error: given 3 nodes"}, [2]string{"//none + 1", "absent"}, [2]string{"//none + 1 != 5", "false"}, [2]string{"-//none", "absent"}, [2]string{"floor(//none)", "absent"},
			[2]string{"1 div 0", "error: division by zero"}, [2]string{"5 mod 0", "error: division by zero"}, [2]string{"number(1) div 0", "error: INF"}, [2]string{"string(number(-1) div 0)", `"-INF"`}, [2]string{"1 div 2", "0.5"}, [2]string{"9007199254740991 + 1", "error: too large"},
			[2]string{"string(1000000 * 1000000)", `"1000000000000"`}, [2]string{"string(number('1000000'))", `"1.0E6"`}, [2]string{"string(number('1234567.5'))", `"1.2345675E6"`}, [2]string{"string(number('0.0000001'))", `"1.0E-7"`}, [2]string{"string(number('-0'))", `"-0"`},
			[2]string{"sum(//age)", "error: no number"}, [2]string{"number('1e3')", "1000"}, [2]string{"number('+1')", "1"}, [2]string{"number('INF') > 5", "true"}, [2]string{"'it''s'", `"it's"`}, [2]string{"//pet[2]/name/.[. = 'Tom']", `"Tom"`}, [2]string{"fn:count(//pet)", "3"},
			[2]string{"ends-with('abc', 'bc')", "true"}, [2]string{"exists(//pet)", "true"}, [2]string{"empty(//pet)", "false"}, [2]string{"matches((//name)[1], '^R.x$')", "true"}, [2]string{"matches('a1', '^\\w\\d$')", "true"}, [2]string{"matches('ax', '\\d')", "false"},
			[2]string{"matches('a-b', '^[a-z\\-]+$')", "true"}, [2]string{"//price * 1.5 > 14", "true"}, [2]string{"number(0.1) + 0.2", "0.30000000000000004"}, [2]string{"//pet[@id = 2]/@id + 1", "3"}, [2]string{"count(//pet) div 2", "1.5"}, [2]string{"translate('a', //none, 'b')", "error: given nothing"},
			[2]string{"substring('abc', //none)", "error: given nothing"}, [2]string{"true() > false()", "true"}, [2]string{"'B' < 'a'", "true"}, [2]string{"//flag + 1", "error: no number"}, [2]string{"5 mod number(1.5)", "0.5"},
		),
	} {
		all = append(all, part...)
	}
	return all
}

func selectXPath(c xpathCase, doc string) (string, error) {
	selector, _, err := expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Version: c.version, Selector: c.xpath}, expr.Options{Version: v11, Names: names})
	if err != nil {
		return "", err
	}
	v, ok, err := selector.Select(world(nil), doc)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "absent", nil
	}
	text, err := json.Marshal(v)
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text)), err
}

func TestXPath(t *testing.T) {
	for _, c := range xpathCases() {
		got, err := selectXPath(c, pets)
		if message, fails := strings.CutPrefix(c.want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s %s: %s, %v; want an error with %q", c.version, c.xpath, got, err, message)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s %s: %s, %v; want %s", c.version, c.xpath, got, err, c.want)
		}
	}
}

// The axes divide a document: each node is in one of five axes of any other.
func TestXPathAxesPartition(t *testing.T) {
	doc := `<a id="0"><b id="1"><c id="2"/>t<c id="3"><d id="4"/></c></b><!--x--><b id="5"/><?p q?><b id="6"><c id="7"><d id="8"/><d id="9"/></c></b></a>`
	ends := []int{9, 4, 2, 4, 4, 5, 9, 9, 8, 9} // the last in each element
	in := map[string]func(context, node int) bool{
		"self":               func(c, n int) bool { return n == c },
		"descendant":         func(c, n int) bool { return n > c && n <= ends[c] },
		"descendant-or-self": func(c, n int) bool { return n >= c && n <= ends[c] },
		"ancestor":           func(c, n int) bool { return n < c && ends[n] >= c },
		"ancestor-or-self":   func(c, n int) bool { return n <= c && ends[n] >= c },
		"following":          func(c, n int) bool { return n > ends[c] },
		"preceding":          func(c, n int) bool { return ends[n] < c },
	}
	for context := range ends {
		for axis, contains := range in {
			var want []string
			for node := range ends {
				if contains(context, node) {
					want = append(want, fmt.Sprintf("%q", fmt.Sprint(node)))
				}
			}
			expected := "[" + strings.Join(want, ",") + "]"
			switch len(want) {
			case 0:
				expected = "absent"
			case 1:
				expected = want[0]
			}
			for _, from := range []string{fmt.Sprintf("//*[@id = '%d']/", context), fmt.Sprintf("//@id[. = '%d']/../", context), fmt.Sprintf("(//*)[%d]/", context+1)} {
				c := xpathCase{"xpath-10", from + axis + "::*/@id", expected}
				if got, err := selectXPath(c, doc); err != nil || got != c.want {
					t.Errorf("%s: %s, %v; want %s", c.xpath, got, err, c.want)
				}
				// Positions count in the direction of the axis.
				for i := range want {
					at := i + 1
					if strings.HasPrefix(axis, "ancestor") || axis == "preceding" {
						at = len(want) - i
					}
					c := xpathCase{"xpath-10", fmt.Sprintf("%s%s::*[%d]/@id", from, axis, at), want[i]}
					if got, err := selectXPath(c, doc); err != nil || got != c.want {
						t.Errorf("%s: %s, %v; want %s", c.xpath, got, err, c.want)
					}
				}
			}
		}
	}
}

func TestXPathCriterion(t *testing.T) {
	w := world{
		"$response.body": pets, "$statusCode": number("200"), "$inputs.min": number("1"), "$inputs.x": `x' or '1'='1`, "$inputs.quotes": `a'b"c`,
		"$inputs.name": "Tom", "$inputs.big": number("9007199254740993"), "$inputs.field": "name", "$inputs.bad": "name]|//*[1", "$inputs.tree": decode(t, `{"a":1}`),
		"$inputs.null": nil, "$inputs.text": "plain text", "$inputs.branch": "Tom",
	}
	for _, c := range []struct {
		context, condition string
		want               bool
		fails              string
		notes              []string
	}{
		{condition: "count(/root/pets/*) > 0", want: true},
		{condition: "/root/pets/pet[@id='2']", want: true},
		{condition: "count(//pet)", want: true},
		{condition: "string(/root/pets/pet[1]/name)", want: true},
		{condition: "/root/empty", want: true},
		{condition: "string(/root/empty)"},
		{condition: "count(//pet) = 4"},
		{condition: "0"},
		{condition: "number('x')"},
		{condition: "/root/none"},
		{condition: "/root/pets/pet[@id > {$inputs.min}]", want: true},
		{condition: "/root/pets/pet[{$inputs.min}]/@id = '1'", want: true},
		{condition: "//pet/name = '{$inputs.name}'", want: true},
		{condition: "//pet/name = 'x{$inputs.name}'"},
		{condition: "//pet/name = '{$inputs.x}'"},
		{condition: "string-length('{$inputs.quotes}') = 5", want: true},
		{condition: "//pet/{$inputs.field} = 'Tom'", want: true},
		{condition: "//pet/{$inputs.bad} = 'Tom'", fails: "is not the name of an element or attribute"},
		{condition: "//pet[@id = {$inputs.name}]", fails: "is no number and stands in the XPath without quotes"},
		{condition: "//pet[@id = {$inputs.big}]", fails: "too many digits"},
		{condition: "//pet[@id = '{$inputs.big}']"},
		{condition: "//pet[@id = {$inputs.none}]", fails: "$inputs.none has no value"},
		{condition: "//pet[@id = '{$inputs.none}']", fails: "$inputs.none has no value"},
		{condition: "//pet/name = '$inputs.branch'", want: true, notes: []string{expr.RuleUnbracedExpression}},
		{condition: "//pet/@id < '2'", want: true, notes: []string{expr.RuleXPathTextOrder}},
		{context: "$inputs.tree", condition: "/a", fails: "not XML"},
		{context: "$statusCode", condition: "/a", fails: "not XML"},
		{context: "$inputs.text", condition: "/a", fails: "not XML"},
		{context: "$inputs.null", condition: "/a", fails: "is null"},
		{context: "$inputs.gone", condition: "/a", fails: "is absent"},
	} {
		if c.context == "" {
			c.context = "$response.body"
		}
		spec := expr.CriterionSpec{Type: "xpath", Context: c.context, Condition: c.condition}
		criterion, notes, err := expr.CompileCriterion(spec, expr.Options{Version: v11, Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", c.condition, diff)
		}
		got, err := criterion.Evaluate(w)
		switch {
		case c.fails == "" && err != nil, c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: error %v, want %q", c.condition, err, c.fails)
		case got != c.want:
			t.Errorf("%s on %s: %t", c.condition, c.context, got)
		}
	}
}

func TestXPathOperands(t *testing.T) {
	w := world{"$response.body": pets, "$inputs.min": number("2")}
	type operand = expr.Operand
	for condition, want := range map[string][]operand{
		"count(//pet) = 4":                        {{"count(//pet)", number("3"), true}},
		"//price > 10 and //none":                 {{"//price", "9.99", true}, {"//none", nil, false}},
		"not(contains(//pet[2]/name, 'x'))":       {{"//pet[2]/name", "Tom", true}},
		"//pet[@id > {$inputs.min}]/name = 'Rex'": {{"//pet[@id > {$inputs.min}]/name", " Bo  b ", true}, {"$inputs.min", number("2"), true}},
	} {
		criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Context: "$response.body", Condition: condition}, expr.Options{Version: v11})
		if err != nil {
			t.Errorf("%s: %v", condition, err)
			continue
		}
		if diff := cmp.Diff(want, criterion.Operands(w)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", condition, diff)
		}
		var found []string
		for e := range criterion.Expressions() {
			found = append(found, e.Source())
		}
		if want := 1 + strings.Count(condition, "{"); len(found) != want {
			t.Errorf("%s: expressions %q", condition, found)
		}
	}
}

func TestXPathConcurrently(t *testing.T) {
	criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{
		Type: "xpath", Context: "$response.body", Condition: "//pet[position() > 1][name]/@id = 3 and count(//pets/pet/ancestor::*) = 2",
	}, expr.Options{Version: v11})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if ok, err := criterion.Evaluate(world{"$response.body": pets}); !ok || err != nil {
					t.Errorf("%t, %v", ok, err)
				}
			}
		})
	}
	group.Wait()
}

func TestXPathRuntimeNotes(t *testing.T) {
	for _, c := range []struct {
		doc, condition string
		want           []string
	}{
		{`<!-- x --><a xmlns="urn:a"><b/></a>`, "not(/*[@b]/a)", []string{expr.RuleXPathDefaultNamespace}},
		{`<a xmlns="urn:a"/>`, "/*[local-name() = 'a']/@b", nil},
		{`<p:a xmlns:p="urn:a"/>`, "/a", nil},
		{`<a/>`, "/a", nil},
		{`<a`, "/a", nil},
	} {
		criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Context: "$response.body", Condition: c.condition}, expr.Options{Version: v11})
		if err != nil {
			t.Fatal(err)
		}
		notes := criterion.RuntimeNotes(world{"$response.body": c.doc})
		if diff := cmp.Diff(c.want, rules(notes)); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", c.condition, c.doc, diff)
		}
		for _, n := range notes {
			if c.condition[n.Offset:n.End] != "a" {
				t.Errorf("%s: the note is at %d to %d", c.condition, n.Offset, n.End)
			}
		}
	}
}
