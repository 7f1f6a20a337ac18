package wire

import (
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// AppendQuery appends the pairs of a query parameter to a query, with "&"
// before them if the query has pairs already. An array or object without
// elements has no pairs.
func AppendQuery(dst []byte, p *openapi.Parameter, v any, o *Order) ([]byte, error) {
	keep := keepNone
	if p.AllowReserved {
		keep = keepReserved
	}
	return appendPairs(dst, p, v, o, keep)
}

// appendPairs writes a parameter of a query, or a field of a form.
func appendPairs(dst []byte, p *openapi.Parameter, v any, o *Order, keep kept) ([]byte, error) {
	if isEmpty(v) && p.ContentType == "" {
		return dst, nil
	}
	s := style{between: "&", joint: delimiter(p.Style, true), named: true, ifEmpty: "=", explode: p.Explode, keep: keep}
	if p.ContentType != "" {
		content, err := contentText(p.ContentType, p.Name, p.Schema, v, o)
		if err != nil {
			return dst, err
		}
		return s.pair(ampersand(dst), p.Name, content), nil
	}
	if p.Style == "deepObject" {
		return appendDeep(dst, appendEscaped(nil, p.Name, keepNone), v, o, keep), nil
	}
	return s.appendTo(ampersand(dst), p.Name, v, o), nil
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	default:
		return false
	}
}

// appendDeep writes the members of an object as name[member]=value. OpenAPI
// defines that for one level; deeper ones are written as the servers read them
// that have such parameters: name[a][b]=value, name[]=value for the elements of
// an array, and name[0][a]=value where elements are arrays or objects. What is
// empty inside has no pair.
func appendDeep(dst, name []byte, v any, o *Order, keep kept) []byte {
	const opening, closing = "%5B", "%5D"
	name = name[:len(name):len(name)]
	switch v := v.(type) {
	case map[string]any:
		for _, member := range o.names(v) {
			child := appendEscaped(append(name, opening...), member, keepNone)
			dst = appendDeep(dst, append(child, closing...), v[member], o.member(member), keep)
		}
		return dst
	case []any:
		nested := hasNested(v)
		for i, e := range v {
			child := append(name, opening...)
			if nested {
				child = strconv.AppendInt(child, int64(i), 10)
			}
			dst = appendDeep(dst, append(child, closing...), e, o.element(i), keep)
		}
		return dst
	default:
		dst = append(ampersand(dst), name...)
		return appendEscaped(append(dst, '='), Text(v, nil), keep)
	}
}

// ampersand separates a pair from those before it.
func ampersand(dst []byte) []byte {
	if len(dst) > 0 {
		return append(dst, '&')
	}
	return dst
}

func hasNested(list []any) bool {
	for _, e := range list {
		switch e.(type) {
		case []any, map[string]any:
			return true
		}
	}
	return false
}

// QueryString returns the whole query of a parameter of the location
// "querystring". A text is the query as it is, but for what no query can hold.
//
// Arazzo 1.1.0, Parameter Object: in; OpenAPI 3.2.0, Parameter Object: content.
func QueryString(p *openapi.Parameter, v any, o *Order) (string, error) {
	if query, isText := v.(string); isText {
		return EscapeQueryText(query), nil
	}
	content, err := contentText(p.ContentType, p.Name, p.Schema, v, o)
	if err != nil || KindOf(p.ContentType) == KindForm {
		return content, err
	}
	return string(appendEscaped(nil, content, keepNone)), nil
}

// QueryNames returns the decoded names of the pairs of a query.
func QueryNames(query string) []string {
	var names []string
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "" {
			names = append(names, Unescape(strings.ReplaceAll(name, "+", " ")))
		}
	}
	return names
}
