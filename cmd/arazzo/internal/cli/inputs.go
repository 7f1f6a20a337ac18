package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxInputBytes bounds a file that is read for inputs.
const maxInputBytes = 64 << 20

// given is what one -i flag said.
type given struct {
	// name is that of NAME=VALUE; text is the value as it was written.
	name, text string
	// values are the inputs of a file or of a JSON object on the command line.
	values map[string]any
	// file is where text or values were read from, if they were.
	file string
	// binary is the content of a file of a value, which may be no text. It is nil
	// for everything else.
	binary *expr.Binary
	// isText is set if text is the content of the file.
	isText bool
}

// readInputs takes the values of the -i flags apart and reads the files that
// they name. All problems are reported together.
func (a *app) readInputs(flags []string) ([]given, error) {
	var out []given
	var problems []*problem
	for _, flag := range flags {
		g, p := a.readInput(flag)
		if p != nil {
			problems = append(problems, p)
			continue
		}
		out = append(out, g)
	}
	return out, joinProblems(problems)
}

// joinProblems returns nil for an empty list, else one error that shows all.
// A mistake in the call counts more than one of the machine.
func joinProblems(list []*problem) error {
	if len(list) == 0 {
		return nil
	}
	first := *list[0]
	first.more = list[1:]
	for _, p := range first.more {
		first.code = min(first.code, p.code)
	}
	return &first
}

func (a *app) readInput(flag string) (given, *problem) {
	trimmed := strings.TrimSpace(flag)
	if strings.HasPrefix(trimmed, "{") {
		values, p := parseObject("the value of --input", "", []byte(trimmed))
		return given{values: values}, p
	}
	name, text, assigned := splitAssignment(flag)
	if !assigned {
		data, p := a.readInputFile(flag)
		if p != nil {
			return given{}, p
		}
		values, p := parseObject(fmt.Sprintf("inputs file %q", flag), flag, data)
		return given{values: values, file: flag}, p
	}
	path, fromFile := strings.CutPrefix(text, "@")
	switch {
	case !fromFile:
		return given{name: name, text: text}, nil
	case strings.HasPrefix(path, "@"):
		return given{name: name, text: path}, nil
	case path == "":
		return given{}, usagef("input %q names no file after \"@\"", name).
			withHint("for a value that begins with \"@\" write %s=@@…", name)
	}
	g, p := a.readFileOfInput(name, path)
	if p != nil && p.code == exitHost {
		p.hint = fmt.Sprintf("for a value that begins with \"@\" write %s=@@…", name)
	}
	return g, p
}

// splitAssignment tells NAME=VALUE from the name of a file: a file whose name
// has a "=" is given with its folder, as in ./a=b.json.
func splitAssignment(flag string) (name, value string, ok bool) {
	for _, prefix := range []string{"./", "../", "/", ".\\", "..\\"} {
		if strings.HasPrefix(flag, prefix) {
			return "", "", false
		}
	}
	name, value, ok = strings.Cut(flag, "=")
	return name, value, ok && name != ""
}

// withoutFinalBreak removes the line break that editors leave at the end of a
// file of one line. A text of several lines is kept as it is.
func withoutFinalBreak(text string) string {
	line, rest, _ := strings.Cut(text, "\n")
	if rest != "" {
		return text
	}
	return strings.TrimSuffix(line, "\r")
}

// readInputFile reads a file, or standard input for "-".
func (a *app) readInputFile(path string) ([]byte, *problem) {
	if path == "-" {
		return a.readStdin("inputs")
	}
	f, err := os.Open(path)
	if err != nil {
		p := hostf(err, "inputs file %q cannot be read: %s", path, reason(err))
		if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(path, "./\\") {
			p.hint = fmt.Sprintf("to give the input %q a value write -i %s=VALUE", path, path)
		}
		return nil, p
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, hostf(nil, "inputs file %q is a directory", path)
	}
	return readBounded(f, fmt.Sprintf("inputs file %q", path))
}

// readStdin reads standard input, which only one thing can be read from.
func (a *app) readStdin(purpose string) ([]byte, *problem) {
	if a.stdinUsed != "" {
		return nil, usagef("standard input cannot be both %s and %s", a.stdinUsed, purpose)
	}
	a.stdinUsed = purpose
	return readBounded(a.stdin, "standard input")
}

func readBounded(r io.Reader, what string) ([]byte, *problem) {
	data, err := io.ReadAll(io.LimitReader(r, maxInputBytes+1))
	switch {
	case err != nil:
		return nil, hostf(err, "%s cannot be read: %s", what, reason(err))
	case len(data) > maxInputBytes:
		return nil, hostf(nil, "%s is larger than %d MiB", what, maxInputBytes>>20)
	}
	return data, nil
}

// reason is the cause of a file error without the operation and the path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "it does not exist"
	}
	return err.Error()
}

// parseObject reads an object in JSON or YAML. The file decides in doubt; an
// empty one means JSON only.
func parseObject(what, file string, data []byte) (map[string]any, *problem) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(data) {
		return nil, usagef("%s is not UTF-8 text", what)
	}
	text := bytes.TrimSpace(data)
	if len(text) == 0 {
		return nil, usagef("%s is empty", what).withHint("it must hold an object with a member for each input")
	}
	if file != "" && onlyComments(string(text)) {
		// As "arazzo describe --example-inputs" writes them for a workflow that needs
		// nothing.
		return map[string]any{}, nil
	}
	value, err := parseJSON(data)
	if err != nil && file != "" && (text[0] != '{' || !strings.HasSuffix(strings.ToLower(file), ".json")) {
		fromYAML, yamlErr := parseYAML(data)
		if yamlErr == nil || text[0] != '{' {
			value, err = fromYAML, yamlErr
		}
	}
	if err != nil {
		return nil, usagef("%s cannot be read: %v", what, err)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, usagef("%s holds %s, not an object", what, describeType(value)).
			withHint("it must hold an object with a member for each input")
	}
	return object, nil
}

// onlyComments reports whether a YAML text holds nothing but comments.
func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// bindInputs turns what was given into the inputs of a workflow: a value of
// NAME=VALUE is read as the type that the input declares, and later flags win.
func bindInputs(list []given, declared []runtime.Input) map[string]any {
	out := make(map[string]any)
	for _, g := range list {
		for name, value := range g.values {
			out[name] = value
		}
		if g.values != nil {
			continue
		}
		input := runtime.Input{Name: g.name}
		if i := slices.IndexFunc(declared, func(in runtime.Input) bool { return in.Name == g.name }); i >= 0 {
			input = declared[i]
		}
		out[g.name] = parseValue(g, input)
	}
	return out
}

// parseValue reads a value as one of the types that the input admits. Text
// that is none of them stays text, so that the check against the schema names
// the input and the type it wants. A file is bytes if it is no text, or if the
// workflow sends it as a file.
func parseValue(g given, in runtime.Input) any {
	types := in.Types
	if len(types) == 0 {
		types = typesOf(in.Enum)
	}
	if g.binary != nil && (!g.isText || in.File && (len(types) == 0 || slices.Contains(types, "string"))) {
		return g.binary
	}
	text := strings.TrimSpace(g.text)
	if len(types) == 0 {
		if value, err := parseJSON([]byte(text)); err == nil {
			return value
		}
		return g.text
	}
	if slices.Equal(types, []string{"string"}) {
		return g.text
	}
	value, err := parseJSON([]byte(text))
	if err != nil && g.file != "" && (slices.Contains(types, "object") || slices.Contains(types, "array")) {
		if fromYAML, yamlErr := parseYAML([]byte(g.text)); yamlErr == nil {
			value, err = fromYAML, nil
		}
	}
	if err != nil {
		return g.text
	}
	if admits(types, value) {
		return value
	}
	if slices.Contains(types, "string") {
		return g.text
	}
	return value
}

// admits reports whether a JSON value is of one of the JSON Schema types.
func admits(types []string, value any) bool {
	kind := typeOf(value)
	return slices.Contains(types, kind) || kind == "number" && slices.Contains(types, "integer")
}

func typesOf(values []any) []string {
	var out []string
	for _, v := range values {
		if t := typeOf(v); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return "value"
	}
}

func describeType(value any) string {
	switch t := typeOf(value); t {
	case "null":
		return "null"
	case "array", "object":
		return "an " + t
	default:
		return "a " + t
	}
}
