package runtime

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// The functions of this file write a parameter value as OpenAPI says for its
// location, style and explode (OpenAPI 3.1, 4.8.12.3 and appendix C, which
// follow RFC 6570).

// queryPairs returns the "name=value" pairs of a query parameter. An empty
// array or object has none.
func queryPairs(p *openapi.Parameter, v any) []string {
	name := escapeQuery(p.Name, false)
	esc := func(s string) string { return escapeQuery(s, p.AllowReserved) }
	if p.ContentType != "" {
		return []string{name + "=" + esc(contentText(v))}
	}
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return nil
		}
		parts := texts(v, esc)
		if !p.Explode {
			return []string{name + "=" + strings.Join(parts, escapedDelimiter(p.Style))}
		}
		for i := range parts {
			parts[i] = name + "=" + parts[i]
		}
		return parts
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		if p.Style == "deepObject" {
			return deepPairs(nil, name, v, esc)
		}
		keys := sortedKeys(v)
		if p.Explode {
			pairs := make([]string, len(keys))
			for i, k := range keys {
				pairs[i] = escapeQuery(k, false) + "=" + esc(expr.Text(v[k]))
			}
			return pairs
		}
		return []string{name + "=" + strings.Join(keyValues(v, esc), escapedDelimiter(p.Style))}
	default:
		return []string{name + "=" + esc(expr.Text(v))}
	}
}

// delimiter returns what stands between the values of a style. Swagger 2.0 has
// the delimited styles in every location, and OpenAPI 3 in the query alone.
func delimiter(style string) string {
	switch style {
	case "spaceDelimited":
		return " "
	case "pipeDelimited":
		return "|"
	case "tabDelimited":
		return "\t"
	default:
		return ","
	}
}

// escapedDelimiter returns the delimiter as it stands in a URL, where all but the
// comma are escaped.
func escapedDelimiter(style string) string {
	if d := delimiter(style); d != "," {
		return escapeQuery(d, false)
	}
	return ","
}

// deepPairs writes nested members as name[a][b]=value and the elements of
// arrays as repetitions of their name.
func deepPairs(pairs []string, name string, v any, esc func(string) string) []string {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			pairs = deepPairs(pairs, name+"["+escapeQuery(k, false)+"]", v[k], esc)
		}
	case []any:
		for _, e := range v {
			pairs = deepPairs(pairs, name, e, esc)
		}
	default:
		pairs = append(pairs, name+"="+esc(expr.Text(v)))
	}
	return pairs
}

// pathText returns the text that replaces the placeholder of a path parameter.
// A greedy placeholder keeps the slashes of its value.
func pathText(p *openapi.Parameter, v any, greedy bool) string {
	esc := func(s string) string { return escapePath(s, greedy || p.AllowReserved) }
	if p.ContentType != "" {
		return esc(contentText(v))
	}
	var parts []string
	switch v := v.(type) {
	case []any:
		parts = texts(v, esc)
		if p.Style == "matrix" && p.Explode {
			return ";" + esc(p.Name) + "=" + strings.Join(parts, ";"+esc(p.Name)+"=")
		}
	case map[string]any:
		if p.Explode {
			for _, k := range sortedKeys(v) {
				parts = append(parts, esc(k)+"="+esc(expr.Text(v[k])))
			}
			if p.Style == "matrix" {
				return ";" + strings.Join(parts, ";")
			}
		} else {
			parts = keyValues(v, esc)
		}
	default:
		parts = []string{esc(expr.Text(v))}
	}
	switch p.Style {
	case "label":
		if p.Explode {
			return "." + strings.Join(parts, ".")
		}
		return "." + strings.Join(parts, ",")
	case "matrix":
		return ";" + esc(p.Name) + "=" + strings.Join(parts, ",")
	default:
		return strings.Join(parts, escapedDelimiter(p.Style))
	}
}

// headerText returns the value of a header parameter, style simple.
func headerText(p *openapi.Parameter, v any) string {
	plain := func(s string) string { return s }
	if p.ContentType != "" {
		return contentText(v)
	}
	switch v := v.(type) {
	case []any:
		return strings.Join(texts(v, plain), delimiter(p.Style))
	case map[string]any:
		if !p.Explode {
			return strings.Join(keyValues(v, plain), delimiter(p.Style))
		}
		var parts []string
		for _, k := range sortedKeys(v) {
			parts = append(parts, k+"="+expr.Text(v[k]))
		}
		return strings.Join(parts, ",")
	default:
		return expr.Text(v)
	}
}

// cookiePairs returns the "name=value" pairs of a cookie parameter, style form.
func cookiePairs(p *openapi.Parameter, v any) []string {
	query := *p
	query.Style, query.AllowReserved = "form", false
	if _, isArray := v.([]any); isArray {
		query.Explode = false
	}
	return queryPairs(&query, v)
}

func contentText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return expr.Text(v)
	}
	return string(b)
}

func texts(vs []any, esc func(string) string) []string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = esc(expr.Text(v))
	}
	return out
}

func keyValues(m map[string]any, esc func(string) string) []string {
	out := make([]string, 0, 2*len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, esc(k), esc(expr.Text(m[k])))
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m { // order: sorted below
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

const upperHex = "0123456789ABCDEF"

// escapeQuery percent-encodes all but unreserved characters. With reserved, the
// reserved ones are kept too, but for those that would end the query or the
// pair ("#", and a "%" that does not begin an escape).
func escapeQuery(s string, reserved bool) string {
	return escape(s, func(i int) bool {
		return reserved && (strings.IndexByte(":/?[]@!$&'()*+,;=", s[i]) >= 0 || isEscape(s, i))
	})
}

// escapePath percent-encodes all but unreserved characters. With reserved, the
// characters that may stand in a path are kept too, slashes among them.
func escapePath(s string, reserved bool) string {
	return escape(s, func(i int) bool {
		return reserved && strings.IndexByte(":/@!$&'()*+,;=", s[i]) >= 0
	})
}

func escape(s string, keep func(i int) bool) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = isUnreserved(s[i]) || keep(i)
	}
	if clean {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) || keep(i) {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isEscape(s string, i int) bool {
	return s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
