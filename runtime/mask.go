package runtime

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/location"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

const masked = "***"

// IsSensitiveHeader reports whether the value of a header field is likely to be
// a secret, judged by its name.
func IsSensitiveHeader(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"auth", "cookie", "token", "secret", "password", "signature", "credential", "api-key", "apikey", "session"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// isSensitiveName is [IsSensitiveHeader] for query parameters and body members.
func isSensitiveName(name string) bool {
	return IsSensitiveHeader(name) || strings.EqualFold(name, "key") || strings.EqualFold(name, "sig") || strings.EqualFold(name, "code")
}

// masker hides the secrets of one run: the values of inputs whose schema says
// "format: password", wherever they occur, and whatever a sensitive header
// field carries.
type masker struct {
	// secrets are the texts to hide, the longest first, with their
	// percent-encoded forms.
	secrets []string
}

// minSecret keeps inputs such as "1" from masking half of the output.
const minSecret = 4

// masker collects the secrets of all frames of a run.
func (e *Engine) masker(st *State) *masker {
	m := &masker{}
	for i := range st.Frames {
		f := &st.Frames[i]
		for _, in := range e.Program.workflow(f.Workflow).inputs.list {
			if v, ok := f.Inputs[in.Name]; ok && in.Secret {
				m.add(v)
			}
		}
	}
	if keeper, ok := e.Transport.(SecretKeeper); ok {
		for _, secret := range keeper.Secrets() {
			m.add(secret)
		}
	}
	slices.SortFunc(m.secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	m.secrets = slices.Compact(m.secrets)
	return m
}

func (m *masker) add(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			m.add(e)
		}
	case map[string]any:
		for _, e := range v { // order: secrets are sorted afterwards
			m.add(e)
		}
	case nil, bool:
	default:
		text := expr.Text(v)
		if len(text) < minSecret {
			return
		}
		m.secrets = append(m.secrets, text)
		m.secrets = append(m.secrets, wire.Spellings(text)...)
		if form := jsonEscaped(text); form != text {
			m.secrets = append(m.secrets, form)
		}
	}
}

func jsonEscaped(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return string(b[1 : len(b)-1])
}

func (m *masker) text(s string) string {
	for _, secret := range m.secrets {
		s = strings.ReplaceAll(s, secret, masked)
	}
	return s
}

func (m *masker) bytes(b []byte) []byte {
	for _, secret := range m.secrets {
		if bytes.Contains(b, []byte(secret)) {
			b = bytes.ReplaceAll(b, []byte(secret), []byte(masked))
		}
	}
	return b
}

func (m *masker) value(v any) any {
	if len(m.secrets) == 0 {
		return v
	}
	switch v := v.(type) {
	case string:
		return m.text(v)
	case json.Number:
		if slices.Contains(m.secrets, v.String()) {
			return masked
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = m.value(v[i])
		}
		return out
	case map[string]any:
		return m.values(v)
	default:
		return v
	}
}

func (m *masker) values(vs map[string]any) map[string]any {
	if len(m.secrets) == 0 {
		return vs
	}
	out := make(map[string]any, len(vs))
	for k, v := range vs { // order: a copy of a map
		out[k] = m.value(v)
	}
	return out
}

func (m *masker) header(h Header, secrets []ParameterName) Header {
	out := make(Header, len(h))
	for i, f := range h {
		switch {
		case IsSensitiveHeader(f.Name), isSecret(secrets, "header", f.Name):
			out[i] = Field{Name: f.Name, Value: masked}
		default:
			out[i] = Field{Name: f.Name, Value: m.text(f.Value)}
		}
	}
	return out
}

func isSecret(secrets []ParameterName, in, name string) bool {
	return slices.ContainsFunc(secrets, ParameterName{In: in, Name: name}.Is)
}

// url hides the values of query parameters with telling names or those of
// credentials, and the user information, besides the known secrets.
func (m *masker) url(raw string, secrets []ParameterName) string {
	raw = m.text(raw)
	if i := strings.Index(raw, "://"); i >= 0 {
		end := strings.IndexAny(raw[i+3:], "/?#")
		if end < 0 {
			end = len(raw) - i - 3
		}
		if at := strings.LastIndexByte(raw[i+3:i+3+end], '@'); at >= 0 {
			raw = raw[:i+3] + masked + raw[i+3+at:]
		}
	}
	base, query, found := strings.Cut(raw, "?")
	if !found {
		return raw
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, hasValue := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && hasValue && (isSensitiveName(plain) || isSecret(secrets, "query", plain)) {
			pairs[i] = name + "=" + masked
		}
	}
	return base + "?" + strings.Join(pairs, "&")
}

func (m *masker) request(r *Request) *Request {
	c := *r
	c.URL = m.url(r.URL, r.Secrets)
	c.Header = m.header(r.Header, r.Secrets)
	c.Body = m.bytes(r.Body)
	c.Reach.Document = location.Shown(r.Reach.Document)
	return &c
}

// response hides what the reply to a request with the given credentials may
// hand back.
func (m *masker) response(r *Response, secrets []ParameterName) *Response {
	c := *r
	c.URL = m.url(r.URL, secrets)
	c.Header = m.header(r.Header, secrets)
	c.Body = m.bytes(r.Body)
	return &c
}
