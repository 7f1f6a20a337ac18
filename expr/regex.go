package expr

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is the compiled condition of a regex criterion: an RE2 expression
// that is searched for anywhere in the context, with regard to case.
//
// Arazzo 1.1.0, Criterion Object: type regex. The dialect of the regular
// expressions is left open; RE2 answers in linear time.
type pattern struct {
	re *sizedRegexp
	// parts are set instead of re if values are inserted.
	parts []templatePart
	// quoted marks parts whose value is inserted as literal text.
	quoted []bool
}

func compilePattern(text string, o Options) (*pattern, []Note, *SyntaxError) {
	if len(text) > maxRegexp {
		return nil, nil, syntaxErrorf(0, len(text), "", "the regular expression is longer than %d bytes", maxRegexp)
	}
	s := templateScanner{text: text, o: o, unbraced: !o.Strict && o.Names != nil}
	s.scan()
	for i := range s.notes {
		if s.notes[i].Rule == RuleUnbracedExpression {
			s.notes[i].Caveat = "a character of the value that means something in a regular expression, such as \".\", means it then"
		}
	}
	if !s.found {
		re, err := compileRegexp(text)
		if err != nil {
			return nil, nil, patternError(text, err)
		}
		return &pattern{re: re}, s.notes, nil
	}
	p := &pattern{parts: s.parts, quoted: make([]bool, len(s.parts))}
	at := 0
	var sample strings.Builder
	for i := range s.parts {
		part := &s.parts[i]
		if part.expr == nil {
			sample.WriteString(part.text)
			at += len(part.text)
			continue
		}
		sample.WriteString("x")
		p.quoted[i] = text[at] != '{'
		at += len(part.expr.Source()) + len(part.suffix)
		if !p.quoted[i] {
			at += len("{}")
		}
	}
	if _, err := regexp.Compile(sample.String()); err != nil {
		return nil, nil, patternError(text, err)
	}
	return p, s.notes, nil
}

// patternError explains why a regular expression does not compile.
func patternError(text string, err error) *SyntaxError {
	at, end := 0, len(text)
	hint := ""
	message := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	if se := (*syntax.Error)(nil); errors.As(err, &se) {
		if found := strings.Index(text, se.Expr); found >= 0 && se.Expr != "" {
			at, end = found, found+len(se.Expr)
		}
		switch {
		case strings.HasPrefix(se.Expr, "(?=") || strings.HasPrefix(se.Expr, "(?!") || strings.HasPrefix(se.Expr, "(?<"):
			hint = "regular expressions are RE2, which has no look-around; write two criteria instead"
		case se.Code == syntax.ErrInvalidEscape:
			hint = "regular expressions are RE2, which has no back-references"
		case se.Code == syntax.ErrInvalidRepeatSize:
			hint = "RE2 repeats at most 1000 times"
		}
		message = se.Code.String() + ": " + shorten(se.Expr)
	}
	return syntaxErrorf(at, end, hint, "the regular expression is not valid: %s", message)
}

// matches reports whether the pattern occurs in the text.
func (p *pattern) matches(env Environment, text string) (bool, error) {
	if p.re != nil {
		return p.re.matches(text)
	}
	condition, err := p.text(env)
	if err != nil {
		return false, err
	}
	re, err := compileRegexp(condition)
	if err != nil {
		// The text of the error would repeat the values, which may be secret.
		return false, errors.New("the regular expression with its values inserted is not valid")
	}
	return re.matches(text)
}

// text returns the regular expression with its values inserted.
func (p *pattern) text(env Environment) (string, error) {
	if p.re != nil {
		return p.re.re.String(), nil
	}
	var b strings.Builder
	for i := range p.parts {
		part := &p.parts[i]
		if part.expr == nil {
			b.WriteString(part.text)
			continue
		}
		v, suffix, ok := part.evaluate(env)
		if !ok {
			return "", fmt.Errorf("%s has no value", shorten(part.expr.Source()))
		}
		inserted := Text(v) + suffix
		if p.quoted[i] {
			inserted = regexp.QuoteMeta(inserted)
		}
		b.WriteString(inserted)
		if b.Len() > maxRegexp {
			return "", fmt.Errorf("the regular expression with its values inserted is longer than %d bytes", maxRegexp)
		}
	}
	return b.String(), nil
}

func (p *pattern) expressions() iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		for i := range p.parts {
			if e := p.parts[i].expr; e != nil && !e.yieldWithInner(yield) {
				return
			}
		}
	}
}
