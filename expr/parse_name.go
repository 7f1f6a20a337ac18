package expr

import (
	"strings"
)

// ident parses the name of an input or output at i, and what follows it. The
// names are those that are declared, if they are known.
//
// A name may hold dots, so "$inputs.a.b" is the input "a.b". Where that does
// not exist but "a" does, it is navigation.
func (p *expressionParser) ident(e *Expression, field *string, i int, names []string) *SyntaxError {
	rest := p.text[i:]
	if rest == "" {
		return syntaxErrorf(i, i, "", "a name is missing after %q", strings.TrimSuffix(p.text, "."))
	}
	navigable := p.inCondition || !p.o.Strict
	if navigable {
		if name, ok := declaredPrefix(rest, names, navigates); ok {
			*field = name
			what := "output"
			if e.Root == RootInputs {
				what = "input"
			}
			p.noteSpaced(i, name, what)
			return p.tail(e, i+len(name))
		}
	}
	n := spanOf(rest, isIdent)
	if p.o.Version == V1_0 && !p.inCondition && n < len(rest) && rest[n] != '#' && (rest[n] != '[' || !navigable || !isIndexed(rest[n:])) {
		p.free = true
		if n = strings.IndexByte(rest, '#'); n < 0 {
			n = len(rest)
		}
		if err := p.checkName(i, i+n); err != nil {
			return err
		}
	}
	if n == 0 {
		return syntaxErrorf(i, min(i+1, len(p.text)), "", "a name is missing before %q", shorten(rest))
	}
	*field = rest[:n]
	if n < len(rest) && rest[n] != '#' && (rest[n] != '[' || !navigable) {
		return syntaxErrorf(i+n, i+n+1, "a name consists of letters, digits, \".\", \"-\" and \"_\"", "%q cannot stand in the name %q", firstRune(rest[n:]), shorten(rest))
	}
	if err := p.tail(e, i+n); err != nil {
		return err
	}
	if navigable {
		e.alternative = alternatives(e, field == &e.Name, *field)
	}
	return nil
}

// isIndexed reports whether the text begins with "[index]" or "['member']".
func isIndexed(text string) bool {
	closing := strings.IndexByte(text, ']')
	if closing < 1 {
		return false
	}
	if quote := text[1]; quote == '\'' || quote == '"' {
		return closing > 2 && text[closing-1] == quote
	}
	_, ok := arrayIndex(text[1:closing])
	return ok
}

// navigates reports whether c begins navigation into a value.
func navigates(c byte) bool { return c == '.' || c == '[' || c == '#' }

// declaredPrefix returns the longest name that the text begins with and that
// ends there or before a character that the boundary admits.
func declaredPrefix(text string, names []string, boundary func(byte) bool) (string, bool) {
	longest := ""
	for _, name := range names {
		if len(name) > len(longest) && strings.HasPrefix(text, name) &&
			(len(name) == len(text) || boundary(text[len(name)])) {
			longest = name
		}
	}
	return longest, longest != ""
}

// alternatives returns the other readings of a name with dots, longest name
// first: "a.b.c" may be member "c" of "a.b", or member "c" of member "b" of "a".
func alternatives(e *Expression, inName bool, name string) *Expression {
	const most = 16
	var first *Expression
	next := &first
	for count := 0; count < most; count++ {
		dot := strings.LastIndexByte(name, '.')
		if dot <= 0 || dot == len(name)-1 {
			break
		}
		member := name[dot+1:]
		name = name[:dot]
		a := *e
		a.alternative = nil
		if inName {
			a.Name = name
		} else {
			a.Output = name
		}
		a.HasPointer = true
		a.Pointer = append(Pointer{member}, e.Pointer...)
		if e.dynamic != nil {
			a.dynamic = append([]*Expression{nil}, e.dynamic...)
		}
		*next = &a
		next = &a.alternative
		e = &a
	}
	return first
}

// noteSpaced notes a declared name that the grammar does not admit.
func (p *expressionParser) noteSpaced(i int, name, what string) {
	if spanOf(name, isIdent) == len(name) || p.o.Strict {
		return
	}
	p.note(Note{
		Rule: RuleSpacedIdentifier, Offset: i, End: i + len(name),
		Message: "the name of the " + what + " \"" + shorten(name) + "\" holds characters that an expression cannot name safely",
		Hint:    "rename it, using letters, digits, \"-\" and \"_\" only",
	})
}

// tail parses what follows a complete name: nothing, a JSON Pointer, or
// navigation.
func (p *expressionParser) tail(e *Expression, i int) *SyntaxError {
	if i == len(p.text) {
		return nil
	}
	switch p.text[i] {
	case '#':
		return p.pointer(e, i+1)
	case '.', '[':
		return p.access(e, i)
	default:
		return syntaxErrorf(i, i+1, "", "%q cannot follow %s", firstRune(p.text[i:]), shorten(p.text[:i]))
	}
}

// access parses ".member" and "[index]".
//
// Arazzo 1.1.0, Criterion Object: Operators. Outside a condition it is a form
// of the dialect.
func (p *expressionParser) access(e *Expression, i int) *SyntaxError {
	if p.o.Strict && !p.inCondition {
		return syntaxErrorf(i, len(p.text), "use a JSON pointer: "+shorten(p.text[:i])+"#/…", "%q cannot follow %s outside a condition", shorten(p.text[i:]), shorten(p.text[:i]))
	}
	quoted := false
	for i < len(p.text) && p.text[i] != '#' {
		token, end, isQuoted, err := p.accessToken(i)
		if err != nil {
			return err
		}
		if at := strings.IndexAny(token, "{}"); at >= 0 && p.o.Version != V1_0 {
			// The pointer that this stands for could not hold it either.
			return syntaxErrorf(i, end, "", "%q cannot stand in an expression", token[at:at+1])
		}
		quoted = quoted || isQuoted
		if len(e.Pointer) >= maxNesting {
			return syntaxErrorf(i, end, "", "the expression navigates deeper than %d levels", maxNesting)
		}
		e.Pointer = append(e.Pointer, token)
		i = end
	}
	e.HasPointer = true
	if !p.inCondition || quoted && !p.o.Strict {
		p.note(Note{Rule: RuleDottedAccess, Message: "navigation by \".\" and \"[]\" is not part of a runtime expression, a JSON pointer is"})
	}
	if i < len(p.text) {
		return p.pointer(e, i+1)
	}
	return nil
}

// accessToken parses one ".member" or "[index]" that begins at i.
func (p *expressionParser) accessToken(i int) (token string, end int, quoted bool, err *SyntaxError) {
	text := p.text
	if text[i] == '.' {
		end = i + 1
		for end < len(text) && !navigates(text[end]) {
			end++
		}
		if end == i+1 {
			return "", 0, false, syntaxErrorf(i, end, "", "the name of a member is missing after %q", shorten(text[:i+1]))
		}
		return text[i+1 : end], end, false, nil
	}
	if text[i] != '[' {
		return "", 0, false, syntaxErrorf(i, i+1, "", "%q cannot follow \"]\"", firstRune(text[i:]))
	}
	if i+1 < len(text) && (text[i+1] == '\'' || text[i+1] == '"') && !p.o.Strict {
		closing := strings.IndexByte(text[i+2:], text[i+1])
		if closing >= 0 && strings.HasPrefix(text[i+2+closing+1:], "]") {
			return text[i+2 : i+2+closing], i + 2 + closing + 2, true, nil
		}
	}
	closing := strings.IndexByte(text[i:], ']')
	if closing < 0 {
		return "", 0, false, syntaxErrorf(i, i+1, "", "\"[\" is not closed by \"]\"")
	}
	end = i + closing + 1
	token = text[i+1 : end-1]
	if _, ok := arrayIndex(token); !ok {
		return "", 0, false, syntaxErrorf(i, end, "write a number from 0, and use a jsonpath criterion or selector for anything else", "%q is not an index", shorten(text[i:end]))
	}
	return token, end, false, nil
}

// pointer parses the JSON Pointer that begins at i, after "#".
func (p *expressionParser) pointer(e *Expression, i int) *SyntaxError {
	e.HasPointer = true
	text := p.text[i:]
	if text != "" && text[0] != '/' {
		if p.o.Strict {
			return syntaxErrorf(i, i+1, "write "+shorten(p.text[:i])+"/"+shorten(text), "a JSON pointer begins with \"/\", found %q", shorten(text))
		}
		p.note(Note{Rule: RulePointerWithoutSlash, Message: "a JSON pointer begins with \"/\", found \"" + shorten(text) + "\""})
		text, i = "/"+text, i-1
	}
	if p.o.Version != V1_0 {
		if at := strings.IndexAny(text, "{}"); at >= 0 {
			return syntaxErrorf(i+at, i+at+1, "", "%q cannot stand in the JSON pointer of an expression", text[at:at+1])
		}
	}
	tokens, err := parsePointer(text)
	if err != nil {
		return err.shifted(i)
	}
	before := len(e.Pointer)
	e.Pointer = append(e.Pointer, tokens...)
	if p.o.Strict || p.inPointer || p.o.Names == nil || strings.IndexByte(text, '$') < 0 {
		return nil
	}
	for n, token := range tokens {
		inner := p.tokenExpression(token)
		if inner == nil {
			continue
		}
		if e.dynamic == nil {
			e.dynamic = make([]*Expression, len(e.Pointer))
		}
		e.dynamic[before+n] = inner
		at := max(i+strings.Index(text, token), 0)
		p.note(Note{
			Rule: RulePointerExpression, Offset: at, End: at + len(token),
			Message: "an expression cannot stand in a JSON pointer, \"" + shorten(token) + "\" is replaced by its value as one token",
			Hint:    "read the value with a jsonpath criterion or selector instead",
			NoFix:   "no expression looks up a member by a name that is data; a selector of Arazzo 1.1 can",
		})
	}
	return nil
}

// tokenExpression returns the expression that a reference token consists of,
// if it names a declared input or output.
func (p *expressionParser) tokenExpression(token string) *Expression {
	if !strings.HasPrefix(token, "$inputs.") && !strings.HasPrefix(token, "$steps.") {
		return nil
	}
	inner := expressionParser{text: token, o: p.o, inPointer: true}
	e, err := inner.parse()
	if err != nil || !declares(p.o.Names, e) {
		return nil
	}
	return e
}

// declares reports whether the names hold the input or step output that the
// expression refers to.
func declares(names Names, e *Expression) bool {
	switch {
	case names == nil:
		return false
	case e.Root == RootInputs:
		return !e.Whole && names.Input(e.Name)
	default:
		return e.Root == RootSteps && names.StepOutput(e.Name, e.Output)
	}
}
