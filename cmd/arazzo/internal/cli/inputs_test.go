package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestInputsAreReadAsTheTypeTheyDeclare(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{
		"inputs.json":  `{"name": "from file", "big": 12345678901234567890123, "nested": {"a": [1, null, true]}}`,
		"inputs.yaml":  "name: from yaml\nbig: 12345678901234567890123\nhex: 0x1F\ndate: 2024-01-02\nyes: yes\nratio: .5\nlist: &l [1, two]\nagain: *l\n",
		"flow.yaml":    "{name: flow, n: 1}",
		"token.txt":    "s3cret\n",
		"windows.txt":  "s3cret\r\n",
		"lines.txt":    "one\ntwo\n",
		"number.txt":   " 42 \n",
		"tags.yaml":    "- a\n- b\n",
		"bom.json":     "\uFEFF{\"name\": \"bom\"}",
		"a=b.json":     `{"name": "odd"}`,
		"unknown.conf": `{"name": "json without a telling name"}`,
	})
	declared := []runtime.Input{
		{Name: "name", Types: []string{"string"}},
		{Name: "count", Types: []string{"integer"}},
		{Name: "ratio", Types: []string{"number"}},
		{Name: "flag", Types: []string{"boolean"}},
		{Name: "tags", Types: []string{"array"}},
		{Name: "object", Types: []string{"object"}},
		{Name: "maybe", Types: []string{"string", "null"}},
		{Name: "either", Types: []string{"string", "integer"}},
		{Name: "color", Enum: []any{"red", "1"}},
		{Name: "level", Enum: []any{json.Number("1"), json.Number("2")}},
		{Name: "any"},
	}
	tests := []struct {
		name  string
		flags []string
		stdin string
		want  map[string]any
	}{
		{"nothing", nil, "", map[string]any{}},
		{"string stays text", []string{"name=007"}, "", map[string]any{"name": "007"}},
		{"string that looks like JSON stays text", []string{`name={"a":1}`}, "", map[string]any{"name": `{"a":1}`}},
		{"string keeps spaces and equals signs", []string{"name= a=b "}, "", map[string]any{"name": " a=b "}},
		{"empty string", []string{"name="}, "", map[string]any{"name": ""}},
		{"true is text for a string", []string{"name=true"}, "", map[string]any{"name": "true"}},
		{"integer", []string{"count=7"}, "", map[string]any{"count": json.Number("7")}},
		{"big integer keeps its digits", []string{"count=12345678901234567890123"}, "", map[string]any{"count": json.Number("12345678901234567890123")}},
		{"no integer stays text", []string{"count=seven"}, "", map[string]any{"count": "seven"}},
		{"a fraction is left to the schema", []string{"count=1.5"}, "", map[string]any{"count": json.Number("1.5")}},
		{"leading zero is no JSON number", []string{"count=007"}, "", map[string]any{"count": "007"}},
		{"number", []string{"ratio=-1.50e3"}, "", map[string]any{"ratio": json.Number("-1.50e3")}},
		{"boolean", []string{"flag=true"}, "", map[string]any{"flag": true}},
		{"no boolean stays text", []string{"flag=yes"}, "", map[string]any{"flag": "yes"}},
		{"array", []string{`tags=["a", 1]`}, "", map[string]any{"tags": []any{"a", json.Number("1")}}},
		{"object", []string{`object={"a": {"b": null}}`}, "", map[string]any{"object": map[string]any{"a": map[string]any{"b": nil}}}},
		{"null where it is admitted", []string{"maybe=null"}, "", map[string]any{"maybe": nil}},
		{"text where null is admitted too", []string{"maybe=nil"}, "", map[string]any{"maybe": "nil"}},
		{"number before text", []string{"either=5"}, "", map[string]any{"either": json.Number("5")}},
		{"quotes force text", []string{`either="5"`}, "", map[string]any{"either": "5"}},
		{"boolean is text where only text fits", []string{"either=true"}, "", map[string]any{"either": "true"}},
		{"enumeration of texts", []string{"color=1"}, "", map[string]any{"color": "1"}},
		{"enumeration of numbers", []string{"level=1"}, "", map[string]any{"level": json.Number("1")}},
		{"no type: JSON if it is JSON", []string{"any=5", "other=[1]"}, "", map[string]any{"any": json.Number("5"), "other": []any{json.Number("1")}}},
		{"no type: else text", []string{"any=five"}, "", map[string]any{"any": "five"}},
		{"object on the command line", []string{`{"count": 3, "name": "x"}`}, "", map[string]any{"count": json.Number("3"), "name": "x"}},
		{"object with space around", []string{"  {\"count\": 3}\n"}, "", map[string]any{"count": json.Number("3")}},
		{"later wins", []string{"inputs.json", "name=flag", `{"name": "object"}`}, "", map[string]any{
			"name": "object", "big": json.Number("12345678901234567890123"),
			"nested": map[string]any{"a": []any{json.Number("1"), nil, true}},
		}},
		{"a later file wins", []string{"name=flag", "flow.yaml"}, "", map[string]any{"name": "flow", "n": json.Number("1")}},
		{"YAML file", []string{"inputs.yaml"}, "", map[string]any{
			"name": "from yaml", "big": json.Number("12345678901234567890123"), "hex": json.Number("31"), "date": "2024-01-02",
			"yes": "yes", "ratio": json.Number("0.5"), "list": []any{json.Number("1"), "two"}, "again": []any{json.Number("1"), "two"},
		}},
		{"byte order mark", []string{"bom.json"}, "", map[string]any{"name": "bom"}},
		{"a file with an equals sign", []string{"./a=b.json"}, "", map[string]any{"name": "odd"}},
		{"a file without extension", []string{"unknown.conf"}, "", map[string]any{"name": "json without a telling name"}},
		{"standard input", []string{"-"}, `{"name": "stdin"}`, map[string]any{"name": "stdin"}},
		{"standard input in YAML", []string{"-"}, "name: stdin\n", map[string]any{"name": "stdin"}},
		{"text of a file", []string{"name=@token.txt"}, "", map[string]any{"name": "s3cret"}},
		{"text of a file with CR LF", []string{"name=@windows.txt"}, "", map[string]any{"name": "s3cret"}},
		{"text of several lines is kept", []string{"name=@lines.txt"}, "", map[string]any{"name": "one\ntwo\n"}},
		{"number of a file", []string{"count=@number.txt"}, "", map[string]any{"count": json.Number("42")}},
		{"YAML of a file", []string{"tags=@tags.yaml"}, "", map[string]any{"tags": []any{"a", "b"}}},
		{"text of standard input", []string{"name=@-"}, "piped", map[string]any{"name": "piped"}},
		{"doubled at sign", []string{"name=@@home"}, "", map[string]any{"name": "@home"}},
		{"name with odd characters", []string{"$.xgafv=1"}, "", map[string]any{"$.xgafv": json.Number("1")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := &app{stdin: strings.NewReader(test.stdin)}
			list, err := a.readInputs(test.flags)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, bindInputs(list, declared)); diff != "" {
				t.Errorf("inputs differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInputsThatCannotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{
		"broken.json":  "{\n  \"a\": 1,\n  \"b\" 2\n}",
		"cut.json":     `{"a": [1,`,
		"list.json":    `[1]`,
		"empty.yaml":   " \n",
		"tab.yaml":     "a:\n\tb: 1\n",
		"twice.yaml":   "a: 1\na: 2\n",
		"twice.json":   `{"a": 1, "a": 2}`,
		"two.yaml":     "a: 1\n---\nb: 2\n",
		"merge.yaml":   "x: &x {a: 1}\ny:\n  <<: *x\n",
		"nan.yaml":     "a: .nan\n",
		"binary.bin":   "\xff\xfe\x00",
		"deep.json":    `{"a":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`,
		"bomb.yaml":    bomb(),
		"scalar.yaml":  "just text\n",
		"trailing.txt": `{"a":1} {"b":2}`,
	})
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		flags []string
		want  string
		code  int
	}{
		{"missing file", []string{"nowhere.json"}, `inputs file "nowhere.json" cannot be read: it does not exist`, exitHost},
		{"a name without value", []string{"petId"}, `inputs file "petId" cannot be read: it does not exist | to give the input "petId" a value write -i petId=VALUE`, exitHost},
		{"directory", []string{"folder"}, `inputs file "folder" is a directory`, exitHost},
		{"missing file of a value", []string{"name=@nowhere"}, `inputs file "nowhere" cannot be read: it does not exist | for a value that begins with "@" write name=@@…`, exitHost},
		{"no file of a value", []string{"name=@"}, `input "name" names no file after "@" | for a value that begins with "@" write name=@@…`, exitUsage},
		{"broken JSON", []string{"broken.json"}, `inputs file "broken.json" cannot be read: line 3, column 7: invalid character '2' after object key`, exitUsage},
		{"cut JSON", []string{"cut.json"}, `inputs file "cut.json" cannot be read: line 1, column 10: the text ends too early`, exitUsage},
		{"broken object", []string{`{"a": }`}, `the value of --input cannot be read: line 1, column 7: invalid character '}' looking for beginning of value`, exitUsage},
		{"array", []string{"list.json"}, `inputs file "list.json" holds an array, not an object | it must hold an object with a member for each input`, exitUsage},
		{"scalar", []string{"scalar.yaml"}, `inputs file "scalar.yaml" holds a string, not an object | it must hold an object with a member for each input`, exitUsage},
		{"empty", []string{"empty.yaml"}, `inputs file "empty.yaml" is empty | it must hold an object with a member for each input`, exitUsage},
		{"tab in YAML", []string{"tab.yaml"}, `inputs file "tab.yaml" cannot be read: line 2: found character that cannot start any token`, exitUsage},
		{"name twice in YAML", []string{"twice.yaml"}, `inputs file "twice.yaml" cannot be read: line 2: the name "a" stands twice`, exitUsage},
		{"name twice in JSON", []string{"twice.json"}, `inputs file "twice.json" cannot be read: line 1, column 13: the name "a" stands twice`, exitUsage},
		{"two YAML documents", []string{"two.yaml"}, `inputs file "two.yaml" cannot be read: there is more than one YAML document in it`, exitUsage},
		{"merge key", []string{"merge.yaml"}, `inputs file "merge.yaml" cannot be read: line 3: merge keys (<<) are not supported`, exitUsage},
		{"not a number", []string{"nan.yaml"}, `inputs file "nan.yaml" cannot be read: line 1: .nan has no JSON form`, exitUsage},
		{"binary", []string{"binary.bin"}, `inputs file "binary.bin" is not UTF-8 text`, exitUsage},
		{"nested too deeply", []string{"deep.json"}, `inputs file "deep.json" cannot be read: line 1, column 506: nested more than 500 levels deep`, exitUsage},
		{"alias bomb", []string{"bomb.yaml"}, `inputs file "bomb.yaml" cannot be read: line 1: aliases or nesting make it too large`, exitUsage},
		{"trailing text", []string{"trailing.txt"}, `inputs file "trailing.txt" cannot be read: line 1, column 9: there is more text after the end of the value`, exitUsage},
		{"standard input twice", []string{"-", "a=@-"}, `standard input cannot be both inputs and inputs`, exitUsage},
		{"all problems", []string{"nowhere.json", "list.json"}, `inputs file "nowhere.json" cannot be read: it does not exist` + "\n" +
			`inputs file "list.json" holds an array, not an object | it must hold an object with a member for each input`, exitUsage},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := &app{stdin: strings.NewReader("{}")}
			_, err := a.readInputs(test.flags)
			var p *problem
			if !errors.As(err, &p) {
				t.Fatalf("error is %v, want a problem", err)
			}
			if p.code != test.code {
				t.Errorf("exit code is %d, want %d", p.code, test.code)
			}
			var lines []string
			for _, p := range append([]*problem{p}, p.more...) {
				line := p.message
				if p.hint != "" {
					line += " | " + p.hint
				}
				lines = append(lines, line)
			}
			if diff := cmp.Diff(test.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
		})
	}
}

// bomb is a YAML document whose aliases stand for a thousand million values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for _, pair := range []string{"01", "12", "23", "34", "45", "56", "67", "78"} {
		from, to := pair[:1], pair[1:]
		b.WriteString("a" + to + ": &a" + to + " [" + strings.TrimSuffix(strings.Repeat("*a"+from+",", 10), ",") + "]\n")
	}
	return b.String()
}

func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzParseValue(f *testing.F) {
	for _, text := range []string{"", "1", "-0", "1e999", `"x"`, "{", "[1,", "null", "\xff", "@x", "a: b", "- 1"} {
		f.Add(text, "integer")
		f.Add(text, "string")
		f.Add(text, "array")
	}
	f.Fuzz(func(t *testing.T, text, kind string) {
		v := parseValue(given{name: "x", text: text, file: "f"}, runtime.Input{Name: "x", Types: []string{kind}})
		if kind == "string" && v != any(text) {
			t.Fatalf("text became %v", v)
		}
		if _, err := json.Marshal(v); err != nil {
			t.Fatalf("value is no JSON: %v", err)
		}
	})
}

func FuzzParseObject(f *testing.F) {
	for _, text := range []string{"", "{}", "a: 1", "a: &x [*x]", "{a: 1", `{"a": 1}`, "a: 0o17", "a: 1_000", "a: +.5", "? [a]\n: b", "a: !!binary x", "a: 0b11"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		values, p := parseObject("file", "file", data)
		if p != nil {
			return
		}
		if _, err := json.Marshal(values); err != nil {
			t.Fatalf("values are no JSON: %v", err)
		}
	})
}
