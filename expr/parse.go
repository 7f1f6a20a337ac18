package expr

import (
	"strings"
)

// ParseExpression parses a text that is one runtime expression and nothing
// else. The error is a [*SyntaxError].
//
// Arazzo 1.1.0, Runtime Expressions: the grammar of the version that the
// document declares.
func ParseExpression(text string, o Options) (*Expression, []Note, error) {
	p := expressionParser{text: text, o: o}
	e, err := p.parse()
	if err != nil {
		return nil, nil, err
	}
	return e, p.notes, nil
}

// expressionParser parses one runtime expression that spans its whole text.
type expressionParser struct {
	text string
	o    Options
	// inCondition admits ".member" and "[index]" as the operators that they are
	// in a simple condition.
	inCondition bool
	// inPointer marks an expression inside a pointer, which holds no other.
	inPointer bool

	notes []Note
	// free is set if the name holds characters that only the grammar of 1.0
	// admits, so that the text may well be something else.
	free bool
}

func (p *expressionParser) note(n Note) { p.notes = append(p.notes, n) }

func (p *expressionParser) parse() (*Expression, *SyntaxError) {
	text := p.text
	if len(text) > maxTextBytes {
		return nil, syntaxErrorf(0, len(text), "", "the expression is longer than %d bytes", maxTextBytes)
	}
	if text == "" || text[0] != '$' {
		return nil, syntaxErrorf(0, min(1, len(text)), "write for example $inputs.name", "a runtime expression begins with \"$\"")
	}
	end := rootEnd(text, 1)
	e := &Expression{source: text}
	var err *SyntaxError
	switch word := text[1:end]; word {
	case "url":
		e.Root = RootURL
		err = p.nothingAfter(end)
	case "method":
		e.Root = RootMethod
		err = p.nothingAfter(end)
	case "statusCode":
		e.Root = RootStatusCode
		err = p.nothingAfter(end)
	case "self":
		e.Root = RootSelf
		if p.o.Version == V1_0 {
			return nil, syntaxErrorf(0, end, "declare arazzo: 1.1.0", "$self exists since Arazzo 1.1")
		}
		err = p.nothingAfter(end)
	case "request":
		e.Root = RootRequest
		err = p.exchange(e, end)
	case "response":
		e.Root = RootResponse
		err = p.exchange(e, end)
	case "message":
		e.Root = RootMessage
		err = p.exchange(e, end)
	case "inputs":
		e.Root = RootInputs
		err = p.inputs(e, end)
	case "outputs":
		e.Root = RootOutputs
		if err = p.dot(end, "the name of an output"); err == nil {
			err = p.ident(e, &e.Name, end+1, nil)
		}
	case "steps":
		e.Root = RootSteps
		err = p.steps(e, end)
	case "workflows":
		e.Root = RootWorkflows
		err = p.workflows(e, end)
	case "sourceDescriptions":
		e.Root = RootSourceDescriptions
		err = p.sourceDescriptions(e, end)
	case "components":
		e.Root = RootComponents
		err = p.components(e, end)
	default:
		err = unknownRoot(text, end)
	}
	if err != nil {
		return nil, err
	}
	p.completeNotes(e)
	return e, nil
}

// completeNotes gives the notes the corrected expression as their fix.
func (p *expressionParser) completeNotes(e *Expression) {
	for i := range p.notes {
		switch p.notes[i].Rule {
		case RuleHeadersPlural, RuleDottedAccess, RulePointerWithoutSlash:
			n := &p.notes[i]
			n.Offset, n.End, n.Fix = 0, len(p.text), e.String()
			n.Hint = "write " + n.Fix
		}
	}
}

// rootEnd returns the end of the letters that begin at i.
func rootEnd(text string, i int) int {
	for i < len(text) && isLetter(text[i]) {
		i++
	}
	return i
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isStrictIdent reports whether c may stand in a step, workflow or source name.
func isStrictIdent(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' || c == '_' }

// isIdent reports whether c may stand in the name of an input or output.
func isIdent(c byte) bool { return isStrictIdent(c) || c == '.' }

func spanOf(s string, member func(byte) bool) int {
	i := 0
	for i < len(s) && member(s[i]) {
		i++
	}
	return i
}

func rootWords() []string {
	words := make([]string, 0, RootComponents)
	for r := RootURL; r <= RootComponents; r++ {
		words = append(words, r.String())
	}
	return words
}

func unknownRoot(text string, end int) *SyntaxError {
	word := text[1:end]
	if word == "" {
		return syntaxErrorf(0, min(2, len(text)), "write for example $inputs.name", "no name follows \"$\"")
	}
	hint := "an expression begins with $inputs, $steps, $response, $statusCode or another name of the specification"
	if near, ok := nearest(word, rootWords()); ok {
		hint = "did you mean $" + near + "?"
	}
	return syntaxErrorf(0, end, hint, "%q is not the beginning of a runtime expression", "$"+shorten(word))
}

func (p *expressionParser) nothingAfter(end int) *SyntaxError {
	if end == len(p.text) {
		return nil
	}
	return syntaxErrorf(end, len(p.text), "write only "+p.text[:end], "nothing can follow %s, found %q", p.text[:end], shorten(p.text[end:]))
}

// dot checks that a dot and at least one more character stand at i.
func (p *expressionParser) dot(i int, what string) *SyntaxError {
	if i < len(p.text) && p.text[i] != '.' {
		return syntaxErrorf(i, i+1, "", "%s is followed by \".\" and %s, found %q", p.text[:i], what, shorten(p.text[i:]))
	}
	if i+1 >= len(p.text) {
		return syntaxErrorf(len(p.text), len(p.text), "", "%s is followed by \".\" and %s", strings.TrimSuffix(p.text, "."), what)
	}
	return nil
}

// exchange parses what follows $request, $response and $message.
func (p *expressionParser) exchange(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "header, query, path or body"); err != nil {
		return err
	}
	i++
	end := rootEnd(p.text, i)
	word := p.text[i:end]
	switch word {
	case "header":
		e.Part = PartHeader
		return p.header(e, end)
	case "query", "path":
		e.Part = PartQuery
		if word == "path" {
			e.Part = PartPath
		}
		if end >= len(p.text) || p.text[end] != '.' {
			return p.dot(end, "the name of a parameter")
		}
		e.Name = p.text[end+1:]
		return p.checkName(end+1, len(p.text))
	case "body":
		e.Part = PartBody
		return p.tail(e, end)
	case "payload":
		e.Part = PartPayload
		if p.o.Version == V1_0 && p.o.Strict {
			return syntaxErrorf(i, end, "declare arazzo: 1.1.0", "payload exists since Arazzo 1.1")
		}
		return p.tail(e, end)
	case "headers":
		if !p.o.Strict {
			p.note(Note{Rule: RuleHeadersPlural, Message: "\"headers\" is not a part of a " + e.Root.String() + ", \"header\" is"})
			e.Part = PartHeader
			return p.header(e, end)
		}
	}
	hint := ""
	switch word {
	case "status", "statusCode", "code":
		hint = "did you mean $statusCode?"
	}
	if near, ok := nearest(word, []string{"header", "query", "path", "body", "payload"}); ok {
		hint = "did you mean " + p.text[:i] + near + "?"
	}
	return syntaxErrorf(i, max(end, min(i+1, len(p.text))), hint, "%s is followed by header, query, path or body, found %q", p.text[:i-1], shorten(p.text[i:]))
}

func (p *expressionParser) header(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "the name of a header"); err != nil {
		return err
	}
	i++
	e.Name = p.text[i:]
	if n := spanOf(e.Name, isTokenChar); n < len(e.Name) {
		return syntaxErrorf(i+n, i+n+1, "", "%q cannot stand in the name of a header", firstRune(e.Name[n:]))
	}
	return nil
}

// isTokenChar reports whether c is a tchar of RFC 7230.
func isTokenChar(c byte) bool {
	return isLetter(c) || isDigit(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// checkName refuses what no name can hold in the grammar of the version.
func (p *expressionParser) checkName(from, to int) *SyntaxError {
	for i := from; i < to; i++ {
		c := p.text[i]
		if c < 0x20 || (p.o.Version != V1_0 && (c == '{' || c == '}')) {
			return syntaxErrorf(i, i+1, "", "%q cannot stand in a name", firstRune(p.text[i:]))
		}
	}
	return nil
}

func (p *expressionParser) inputs(e *Expression, i int) *SyntaxError {
	if i == len(p.text) && !p.o.Strict {
		e.Whole = true
		p.note(Note{
			Rule: RuleBareInputsContext, Offset: 0, End: i,
			Message: "$inputs without a name is not an expression of the specification, taken as the object of all inputs",
			Hint:    "name the input that is meant, as in $inputs.name",
			NoFix:   "no expression stands for all inputs",
		})
		return nil
	}
	if err := p.dot(i, "the name of an input"); err != nil {
		return err
	}
	var names []string
	if p.o.Names != nil {
		names = p.o.Names.InputNames()
	}
	return p.ident(e, &e.Name, i+1, names)
}

func (p *expressionParser) steps(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "the id of a step"); err != nil {
		return err
	}
	i++
	e.Kind = KindOutputs
	const infix = ".outputs."
	rest := p.text[i:]
	id := ""
	if p.o.Names != nil && !p.o.Strict {
		for _, name := range p.o.Names.StepNames() {
			if len(name) > len(id) && strings.HasPrefix(rest, name) && strings.HasPrefix(rest[len(name):], infix) {
				id = name
			}
		}
	}
	if id == "" {
		at := strings.Index(rest, infix)
		if at < 0 {
			return p.noOutputs(i)
		}
		id = rest[:at]
		if err := p.checkStrictIdent(i, id, "a step"); err != nil {
			return err
		}
	} else {
		p.noteSpaced(i, id, "step")
	}
	e.Name = id
	var names []string
	if p.o.Names != nil {
		names = p.o.Names.OutputNames(id)
	}
	return p.ident(e, &e.Output, i+len(id)+len(infix), names)
}

// noOutputs explains a step expression that does not name an output.
func (p *expressionParser) noOutputs(i int) *SyntaxError {
	rest := p.text[i:]
	id, after, found := strings.Cut(rest, ".")
	hint := "write $steps." + shorten(id) + ".outputs.NAME"
	if found && after != "" && after != "outputs" {
		for _, wrong := range []string{"output.", "outputs", "Outputs."} {
			after = strings.TrimPrefix(after, wrong)
		}
		hint = "write $steps." + shorten(id) + ".outputs." + shorten(after)
	}
	return syntaxErrorf(i+len(id), len(p.text), hint, "%q does not name an output of a step", shorten(p.text))
}

// checkStrictIdent checks a step, workflow or source name as the grammar of
// the version defines it.
func (p *expressionParser) checkStrictIdent(i int, name, what string) *SyntaxError {
	if name == "" {
		return syntaxErrorf(i, i, "", "the name of %s is missing after %q", what, p.text[:i])
	}
	if p.o.Version == V1_0 {
		p.free = p.free || spanOf(name, isIdent) < len(name)
		return p.checkName(i, i+len(name))
	}
	if n := spanOf(name, isStrictIdent); n < len(name) {
		return syntaxErrorf(i+n, i+n+1, "such a name consists of letters, digits, \"-\" and \"_\"", "%q cannot stand in the name of %s", firstRune(name[n:]), what)
	}
	return nil
}

func (p *expressionParser) workflows(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "the id of a workflow"); err != nil {
		return err
	}
	i++
	rest := p.text[i:]
	in, out := strings.Index(rest, ".inputs."), strings.Index(rest, ".outputs.")
	at, infix := out, ".outputs."
	e.Kind = KindOutputs
	if in >= 0 && (out < 0 || in < out) {
		at, infix = in, ".inputs."
		e.Kind = KindInputs
	}
	if at < 0 {
		id, _, _ := strings.Cut(rest, ".")
		return syntaxErrorf(i+len(id), len(p.text), "write $workflows."+shorten(id)+".outputs.NAME or .inputs.NAME",
			"%q does not name an input or output of a workflow", shorten(p.text))
	}
	e.Name = rest[:at]
	if err := p.checkStrictIdent(i, e.Name, "a workflow"); err != nil {
		return err
	}
	return p.ident(e, &e.Output, i+at+len(infix), nil)
}

func (p *expressionParser) sourceDescriptions(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "the name of a source description"); err != nil {
		return err
	}
	i++
	name, after, found := strings.Cut(p.text[i:], ".")
	if err := p.checkStrictIdent(i, name, "a source description"); err != nil {
		return err
	}
	i += len(name)
	if !found || after == "" {
		return syntaxErrorf(i, len(p.text), "write $sourceDescriptions."+shorten(name)+".url or an operationId or workflowId",
			"nothing follows the name of the source description %q", shorten(name))
	}
	e.Name, e.Output = name, after
	return p.checkName(i+1, len(p.text))
}

func (p *expressionParser) components(e *Expression, i int) *SyntaxError {
	if err := p.dot(i, "parameters, successActions or failureActions"); err != nil {
		return err
	}
	i++
	word, name, found := strings.Cut(p.text[i:], ".")
	switch word {
	case "parameters":
		e.Kind = KindParameters
	case "successActions":
		e.Kind = KindSuccessActions
	case "failureActions":
		e.Kind = KindFailureActions
	case "inputs":
		if p.o.Version != V1_0 {
			return syntaxErrorf(i, i+len(word), "refer to it with a JSON Schema $ref: '#/components/inputs/NAME'", "inputs of the components are not referred to by an expression")
		}
		e.Kind = KindInputs
	default:
		hint := ""
		if near, ok := nearest(word, []string{"parameters", "successActions", "failureActions"}); ok {
			hint = "did you mean $components." + near + "?"
		}
		return syntaxErrorf(i, i+len(word), hint, "$components is followed by parameters, successActions or failureActions, found %q", shorten(word))
	}
	i += len(word) + 1
	if !found || name == "" {
		return syntaxErrorf(len(p.text), len(p.text), "", "the name of a component is missing after %q", strings.TrimSuffix(p.text, "."))
	}
	e.Name = name
	if n := spanOf(name, isIdent); n < len(name) {
		return syntaxErrorf(i+n, i+n+1, "the name of a component consists of letters, digits, \".\", \"-\" and \"_\"", "%q cannot stand in the name of a component", firstRune(name[n:]))
	}
	return nil
}
