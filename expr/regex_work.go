package expr

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// maxRegexpWork bounds the work of matching a regular expression, in
// instructions of its program times bytes of the text: that is what RE2 needs at
// worst. A step of this work takes 10 to 20 ns.
const maxRegexpWork = 1_000_000_000

var errRegexpWork = errors.New("the text is too long for the regular expression")

// sizedRegexp is a regular expression that knows how large its program is.
type sizedRegexp struct {
	re   *regexp.Regexp
	size int
}

func compileRegexp(text string) (*sizedRegexp, error) {
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	return &sizedRegexp{re: re, size: len(program.Inst)}, nil
}

// work is the work of matching a text, at worst.
func (r *sizedRegexp) work(text string) int { return r.size * (len(text) + 1) }

// matches reports whether the expression occurs in a text. It refuses to look
// where that could take too long.
func (r *sizedRegexp) matches(text string) (bool, error) {
	if r.work(text) > maxRegexpWork {
		return false, errRegexpWork
	}
	return r.re.MatchString(text), nil
}

// regexpMatcher serves the functions match and search during one evaluation of a
// JSONPath. All that it does counts against one bound.
type regexpMatcher struct {
	work     int
	pattern  string
	anchored bool
	last     *sizedRegexp
}

// match applies an I-Regexp (RFC 9485). What is no string does not match. It
// panics when the work is too much, which ends the evaluation.
func (m *regexpMatcher) match(value, pattern any, anchored bool) bool {
	s, ok := value.(string)
	if !ok {
		return false
	}
	p, ok := pattern.(string)
	if !ok || len(p) > maxRegexp {
		return false
	}
	if m.last == nil || m.pattern != p || m.anchored != anchored {
		const compiling = 100 // steps for a byte of the pattern
		m.charge(compiling * (len(p) + 1))
		re, err := compileIRegexp(p, anchored)
		if err != nil {
			return false
		}
		m.last, m.pattern, m.anchored = re, p, anchored
	}
	m.charge(m.last.work(s))
	return m.last.re.MatchString(s)
}

func (m *regexpMatcher) charge(work int) {
	if m.work += work; m.work > maxRegexpWork {
		panic(errRegexpWork)
	}
}

func compileIRegexp(text string, anchored bool) (*sizedRegexp, error) {
	tree, err := syntax.Parse(text, syntax.Perl|syntax.DotNL)
	if err != nil {
		return nil, err
	}
	excludeLineEnds(tree)
	text = tree.String()
	if anchored {
		text = `\A(?:` + text + `)\z`
	}
	return compileRegexp(text)
}
