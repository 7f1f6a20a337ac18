package expr

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/PaesslerAG/gval"
	"github.com/PaesslerAG/jsonpath"
)

// compileDraft compiles a condition in the JSONPath of the version
// draft-goessner-dispatch-jsonpath-00.
//
// The engine walks the path. Filters and scripts, in which it answers wrongly
// where a member is missing, compares loosely and computes with float64, are
// compiled here and handed to it as functions.
func compileDraft(text string, o Options) (node, []Note, *SyntaxError) {
	if len(text) > maxTextBytes {
		return nil, nil, syntaxErrorf(0, len(text), "", "the condition is longer than %d bytes", maxTextBytes)
	}
	trimmed := strings.TrimRight(text, " \t\r\n")
	start := len(trimmed) - len(strings.TrimLeft(trimmed, " \t\r\n"))
	trimmed = trimmed[start:]
	if strings.HasPrefix(trimmed, "$") && !(len(trimmed) > 1 && isLetter(trimmed[1])) && pathEnd(trimmed, 0) == len(trimmed) {
		path, notes, err := compileDraftPath(trimmed, o)
		if err != nil {
			return nil, nil, err.shifted(start)
		}
		return &queryNode{selector: path, text: trimmed, at: start}, shiftNotes(notes, start), nil
	}
	if o.Strict {
		end := 0
		if strings.HasPrefix(trimmed, "$") {
			end = pathEnd(trimmed, 0)
		}
		return nil, nil, syntaxErrorf(start+end, len(text), "a comparison stands in a filter: $[?(@.status == 'done')]", "the JSONPath is not valid: unexpected %q", shorten(trimmed[end:]))
	}
	n, notes, err := compileDialect(text, start, start+len(trimmed), o, compileDraftPath)
	for i := range notes {
		if notes[i].Rule == RuleJSONPathComparison {
			notes[i].Fix, notes[i].Hint = "", "write a filter, or a simple condition"
		}
	}
	return n, notes, err
}

// draftPath is a path of the draft.
type draftPath struct {
	source string
	eval   gval.Evaluable
	// several is set if the path can select any number of nodes: the engine
	// returns them as a list then.
	several bool
	// descendants is the number of descendant segments.
	descendants int
	cost        *queryCost
}

// filterError is the key of the context under which a filter leaves its error,
// since the engine takes an error for an element that does not match.
type filterError struct{}

func (d *draftPath) single() bool { return !d.several }

func (d *draftPath) nodes(sc scope) (nodes []any, err error) {
	defer recoverEngine(&err)
	// The work of the engine grows with the cube of the depth.
	if err := checkDepth(sc.root, descendantDepth(d.descendants)/10, d.source); err != nil {
		return nil, err
	}
	if err := d.cost.check(sc.root, d.source); err != nil {
		return nil, err
	}
	var inFilter error
	v, failed := d.eval(context.WithValue(context.Background(), filterError{}, &inFilter), sc.root)
	if inFilter != nil {
		return nil, inFilter
	}
	if failed != nil {
		return nil, nil // the engine reports a member that does not exist as an error
	}
	if !d.several {
		return []any{v}, nil
	}
	nodes, _ = v.([]any)
	return nodes, nil
}

func (d *draftPath) exists(sc scope) (bool, error) {
	nodes, err := d.nodes(sc)
	return len(nodes) > 0, err
}

func (d *draftPath) value(sc scope) (operand, error) {
	nodes, err := d.nodes(sc)
	return oneOf(nodes, err, d.source)
}

// absoluteQuery is a path from the root of the document inside a filter.
type absoluteQuery struct{ *query }

func (a absoluteQuery) nodes(sc scope) ([]any, error)   { return a.query.nodes(sc.atDocument()) }
func (a absoluteQuery) exists(sc scope) (bool, error)   { return a.query.exists(sc.atDocument()) }
func (a absoluteQuery) value(sc scope) (operand, error) { return a.query.value(sc.atDocument()) }

func (sc scope) atDocument() scope {
	sc.root = sc.document
	return sc
}

// draftWriter rewrites a path for the engine.
type draftWriter struct {
	text      string
	o         Options
	i         int
	out       strings.Builder
	several   bool
	searches  int // descendant segments
	functions []gval.Language
	notes     []Note
}

func compileDraftPath(text string, o Options) (selector, []Note, *SyntaxError) {
	if text == "" || text[0] != '$' && text[0] != '@' {
		return nil, nil, syntaxErrorf(0, len(text), "", "a JSONPath begins with \"$\", found %q", shorten(text))
	}
	w := draftWriter{text: text, o: o, i: 1}
	w.out.WriteByte('$')
	if err := w.path(); err != nil {
		return nil, nil, err
	}
	eval, err := w.compile()
	if err != nil {
		return nil, nil, syntaxErrorf(0, len(text), "", "the JSONPath is not valid")
	}
	return &draftPath{source: text, eval: eval, several: w.several, descendants: w.searches, cost: costOf(text)}, w.notes, nil
}

func (w *draftWriter) compile() (eval gval.Evaluable, err error) {
	defer recoverEngine(&err)
	language := append([]gval.Language{gval.Arithmetic(), jsonpath.Language()}, w.functions...)
	return gval.NewLanguage(language...).NewEvaluable(w.out.String())
}

func (w *draftWriter) path() *SyntaxError {
	for count := 0; w.i < len(w.text); count++ {
		if count > maxNesting {
			return syntaxErrorf(w.i, len(w.text), "", "the JSONPath has more than %d segments", maxNesting)
		}
		var err *SyntaxError
		switch rest := w.text[w.i:]; {
		case strings.HasPrefix(rest, "["):
			err = w.bracket()
		case strings.HasPrefix(rest, "..["):
			w.several = true
			w.searches++
			w.out.WriteString("..")
			w.i += 2
			err = w.bracket()
		case strings.HasPrefix(rest, ".."):
			w.several = true
			w.searches++
			w.out.WriteString("..")
			w.i += 2
			err = w.name()
		case strings.HasPrefix(rest, "."):
			w.i++
			err = w.name()
		default:
			err = syntaxErrorf(w.i, w.i+1, "", "the JSONPath is not valid: unexpected %q", shorten(rest))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// name writes a member name or "*" after a dot.
func (w *draftWriter) name() *SyntaxError {
	rest := w.text[w.i:]
	descendant := strings.HasSuffix(w.out.String(), "..")
	if strings.HasPrefix(rest, "*") {
		w.several = true
		w.i++
		if descendant {
			w.out.WriteByte('*')
		} else {
			w.out.WriteString(".*")
		}
		return nil
	}
	n := spanOf(rest, func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 })
	if n == 0 {
		return syntaxErrorf(w.i, min(w.i+1, len(w.text)), "", "the JSONPath is not valid: a name is missing after %q", shorten(w.text[:w.i]))
	}
	w.out.WriteString("[" + strconv.Quote(rest[:n]) + "]")
	w.i += n
	return nil
}

// bracket writes a bracket: names, indices, a slice, a filter or a script.
func (w *draftWriter) bracket() *SyntaxError {
	at := w.i
	end := bracketEnd(w.text, at)
	if end < 0 {
		return syntaxErrorf(at, at+1, "", "\"[\" is not closed by \"]\"")
	}
	inner := w.text[at+1 : end-1]
	lead := len(inner) - len(strings.TrimLeft(inner, " \t\r\n"))
	content := strings.TrimSpace(inner)
	start := at + 1 + lead
	w.i = end
	switch {
	case strings.HasPrefix(content, "?"):
		w.several = true
		return w.filter(content[1:], start+1)
	case strings.HasPrefix(content, "("):
		return w.script(content, start)
	case content == "*":
		w.several = true
		w.out.WriteString("[*]")
		return nil
	default:
		return w.keys(content, start)
	}
}

// filter compiles the condition of a filter and writes a call of it.
func (w *draftWriter) filter(text string, at int) *SyntaxError {
	p := logicParser{text: text, o: w.o, operand: dialectOperand, compilePath: compileInnerPath, exact: true, byValue: true, noFunctions: true, where: "filter"}
	n, err := p.parse()
	if err != nil {
		return err.shifted(at)
	}
	for _, note := range shiftNotes(p.notes, at) {
		if note.Rule != RuleJSONPathLength { // the draft has it
			w.notes = append(w.notes, note)
		}
	}
	if dependsOnEnvironment(n) {
		return syntaxErrorf(at, at+len(text), "declare version "+versionRFC9535, "a runtime expression cannot stand in a filter of this version of JSONPath")
	}
	w.call("?", func(current, root any) (any, error) {
		return n.test(scope{env: nothing{}, root: current, document: root})
	})
	return nil
}

// compileInnerPath compiles a path inside a filter.
func compileInnerPath(text string, o Options) (selector, []Note, *SyntaxError) {
	o.Strict = true // no filter on the root itself
	q, notes, err := compileQuery("$"+text[1:], o)
	if err != nil {
		return nil, nil, err
	}
	if text[0] == '$' {
		return absoluteQuery{q}, notes, nil
	}
	return q, notes, nil
}

func dependsOnEnvironment(n node) bool {
	found := false
	walk(n, true, func(n node, _ bool) {
		for range nodeExpressions(n) {
			found = true
		}
	})
	return found
}

// script compiles "(@.length-1)" or "(@.path)" and writes a call of it.
func (w *draftWriter) script(text string, at int) *SyntaxError {
	fail := func() *SyntaxError {
		return syntaxErrorf(at, at+len(text), "the scripts that are understood are (@.length-1) and (@.path)", "the script %s is not understood", shorten(text))
	}
	content := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "("), ")"))
	if !strings.HasSuffix(text, ")") || !strings.HasPrefix(content, "@") {
		return fail()
	}
	end := pathEnd(content, 0)
	offset := 0
	if tail := strings.ReplaceAll(content[end:], " ", ""); tail != "" {
		n, err := strconv.Atoi(tail)
		if err != nil || (tail[0] != '-' && tail[0] != '+') {
			return fail()
		}
		offset = n
	}
	p := logicParser{text: content[:end], o: w.o, operand: dialectOperand, compilePath: compileInnerPath, exact: true, noFunctions: true, where: "script"}
	n, err := p.parse()
	if err != nil {
		return err.shifted(at + strings.Index(text, content))
	}
	w.call("", func(current, _ any) (any, error) {
		o, err := n.value(scope{env: nothing{}, root: current})
		if err != nil {
			return nil, err
		}
		if !o.present {
			return nil, errNoKey
		}
		if name, is := o.value.(string); is && offset == 0 {
			return name, nil
		}
		text, ok := numeral(o.value)
		index, err := strconv.Atoi(text)
		if !ok || err != nil {
			return nil, errNoKey
		}
		return index + offset, nil
	})
	return nil
}

var errNoKey = errors.New("the script has no value")

// call writes a bracket with a call of the function, and registers it.
func (w *draftWriter) call(prefix string, f func(current, root any) (any, error)) {
	name := "arazzo" + strconv.Itoa(len(w.functions))
	w.functions = append(w.functions, gval.Function(name, func(ctx context.Context, args ...any) (any, error) {
		if len(args) != 2 {
			return nil, errNoKey
		}
		v, err := f(args[0], args[1])
		if kept, is := ctx.Value(filterError{}).(*error); is && err != nil && !errors.Is(err, errNoKey) {
			*kept = err
		}
		return v, err
	}))
	w.out.WriteString("[" + prefix + "(" + name + "(@,$))]")
}

// keys writes names, indices, unions and slices.
func (w *draftWriter) keys(content string, at int) *SyntaxError {
	w.out.WriteByte('[')
	defer w.out.WriteByte(']')
	i, want := 0, true
	for i < len(content) {
		switch c := content[i]; {
		case isSpace(c):
			i++
		case want && (c == '\'' || c == '"'):
			end := quotedEnd(content, i)
			text, bad := unescapePathString(content[i+1:end-1], c)
			if bad >= 0 {
				return badEscape(at + i + 1 + bad)
			}
			w.out.WriteString(strconv.Quote(text))
			i, want = end, false
		case want && (isDigit(c) || c == '-' && i+1 < len(content) && isDigit(content[i+1])):
			n := 1 + spanOf(content[i+1:], isDigit)
			if n > 10 {
				return syntaxErrorf(at+i, at+i+n, "", "the index %s is too large", shorten(content[i:i+n]))
			}
			w.out.WriteString(content[i : i+n])
			i, want = i+n, false
		case c == ',' && !want || c == ':':
			w.several = true
			w.out.WriteByte(c)
			i, want = i+1, true
		default:
			return syntaxErrorf(at+i, at+i+1, "", "the JSONPath is not valid: unexpected %q", shorten(content[i:]))
		}
	}
	if want && !strings.HasSuffix(content, ":") {
		return syntaxErrorf(at, at+len(content), "", "the JSONPath is not valid: a name or index is missing in [%s]", shorten(content))
	}
	return nil
}

// nothing is an environment in which no value exists.
type nothing struct{}

func (nothing) Lookup(*Expression) (any, bool) { return nil, false }
