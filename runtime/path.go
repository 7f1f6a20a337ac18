package runtime

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// pathTemplate is the key of an operation under "paths", taken apart.
type pathTemplate struct {
	parts []pathPart
	// query is what stands behind a "?" in the key. Keys have one to tell
	// operations of one path apart ("/?Action=Describe"); it is sent, but for names
	// that a step gives itself.
	query []queryPart
}

// pathPart is literal text, or a placeholder.
type pathPart struct {
	// literal is the text, with what cannot stand in a path percent-encoded.
	literal string
	// name is that of the placeholder, or empty.
	name string
	// greedy is set for a placeholder whose value may be several segments.
	greedy bool
}

// queryPart is a pair of the query of a path key.
type queryPart struct {
	// name is what stands before the "=", decoded.
	name  string
	parts []pathPart
}

// newPathTemplate takes a path key apart. What follows a "#" outside of a
// placeholder only tells operations apart and is never sent. Braces that are not
// closed are text.
func newPathTemplate(key string) *pathTemplate {
	t := &pathTemplate{}
	key, _ = cutOutside(key, '#')
	path, query := cutOutside(key, '?')
	t.parts = splitPath(path, wire.EscapePathText)
	for query != "" {
		var pair string
		pair, query = cutOutside(query, '&')
		if pair == "" {
			continue
		}
		name, _, _ := strings.Cut(pair, "=")
		t.query = append(t.query, queryPart{name: wire.Unescape(name), parts: splitPath(pair, wire.EscapeQueryText)})
	}
	return t
}

// cutOutside is strings.Cut at a character that is in no placeholder.
func cutOutside(s string, at byte) (before, after string) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case at:
			return s[:i], s[i+1:]
		case '{':
			if end := strings.IndexByte(s[i:], '}'); end > 0 {
				i += end
			}
		}
	}
	return s, ""
}

func splitPath(s string, escape func(string) string) []pathPart {
	var parts []pathPart
	for s != "" {
		open := strings.IndexByte(s, '{')
		length := -1
		if open >= 0 {
			length = strings.IndexByte(s[open:], '}')
		}
		if length < 0 {
			return append(parts, pathPart{literal: escape(s)})
		}
		if open > 0 {
			parts = append(parts, pathPart{literal: escape(s[:open])})
		}
		name, greedy := strings.CutSuffix(s[open+1:open+length], "+")
		if rest, leading := strings.CutPrefix(name, "+"); leading && !greedy {
			name, greedy = rest, true
		}
		parts = append(parts, pathPart{name: name, greedy: greedy})
		s = s[open+length+1:]
	}
	return parts
}

// fixedQuery takes the query of a server URL apart, in which nothing is to be
// filled in.
func fixedQuery(query string) []queryPart {
	var parts []queryPart
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
		name, _, _ := strings.Cut(pair, "=")
		parts = append(parts, queryPart{name: wire.Unescape(name), parts: []pathPart{{literal: wire.EscapeQueryText(pair)}}})
	}
	return parts
}

// pathValue is the value that a step gives for a placeholder.
type pathValue struct {
	parameter *parameter
	value     any
}

// fills reports whether the value is the one of a placeholder. The name of a
// greedy one may be given with its "+".
func (v pathValue) fills(p pathPart) bool {
	name := v.parameter.declared.Name
	return name == p.name || p.greedy && (name == p.name+"+" || name == "+"+p.name)
}

// appendPath appends the path with the values in the place of its placeholders.
// A value changes no other part of the path than its own: what would end its
// segment is escaped, and a segment that values make empty or a step up or down
// is refused.
func (b *requestBuilder) appendPath(dst []byte) ([]byte, *Failure) {
	// segment is where the segment under way starts; filler is the last
	// placeholder in it.
	segment, filler := len(dst), ""
	for _, part := range b.step.call.path.parts {
		if part.name != "" {
			var failure *Failure
			if dst, failure = b.appendPlaceholder(dst, part, false); failure != nil {
				return dst, failure
			}
			filler = part.name
			continue
		}
		for text := part.literal; text != ""; {
			i := strings.IndexByte(text, '/')
			if i < 0 {
				dst = append(dst, text...)
				break
			}
			dst = append(dst, text[:i]...)
			if failure := b.checkSegment(dst[segment:], filler); failure != nil {
				return dst, failure
			}
			dst, text = append(dst, '/'), text[i+1:]
			segment, filler = len(dst), ""
		}
	}
	return dst, b.checkSegment(dst[segment:], filler)
}

// checkSegment refuses what the value of a placeholder has made of a part of the
// path, if another resource would be addressed.
func (b *requestBuilder) checkSegment(segment []byte, filler string) *Failure {
	what := ""
	switch {
	case filler == "":
		return nil
	case len(segment) == 0:
		what = "is empty, and the path would name another resource"
	case wire.HasDotSegment(segment):
		what = "makes \".\" or \"..\" a part of the path, which servers resolve to another path"
	default:
		return nil
	}
	return b.fail("invalid-path-value", fmt.Sprintf("step %q cannot be sent: the value of the path parameter %q %s", b.step.id, filler, what), "give another value for it")
}

// appendPlaceholder appends the value of a placeholder.
func (b *requestBuilder) appendPlaceholder(dst []byte, part pathPart, inQuery bool) ([]byte, *Failure) {
	for _, v := range b.pathValues {
		if !v.fills(part) {
			continue
		}
		p := v.parameter
		var err error
		if inQuery {
			return append(dst, wire.EscapeQuery(wire.Text(v.value, p.order), false)...), nil
		}
		if dst, err = wire.AppendPath(dst, p.declared, v.value, p.order, part.greedy); err != nil {
			return dst, b.invalidParameter(p, err)
		}
		return dst, nil
	}
	return dst, b.fail("missing-path-parameter",
		fmt.Sprintf("step %q gives no value for %q in the path %q", b.step.id, part.name, b.step.call.operation.Path), "add a parameter with in: path")
}
