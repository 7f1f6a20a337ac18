package auth

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// kind is how a security scheme is met. The values are part of [runtime.Auth].
type kind string

const (
	kindKey         kind = "key"         // the value in a parameter
	kindBasic       kind = "basic"       // user and password
	kindBearer      kind = "bearer"      // "Bearer " and the value
	kindVerbatim    kind = "verbatim"    // the value is the whole header field
	kindOAuth       kind = "oauth2"      // "Bearer " and a token that may have to be fetched
	kindCertificate kind = "certificate" // the connection
)

// scheme is a security scheme as an operation uses it.
type scheme struct {
	source, name string
	kind         kind
	// at is the parameter that carries the credential. It is zero for a
	// certificate.
	at     runtime.ParameterName
	scopes []string
	// definition is nil if the description has none.
	definition *openapi.SecurityScheme
	// defect says what is wrong with the definition, "" if nothing is.
	defect string
}

// authorization is the parameter of the HTTP authentication schemes.
func authorization() runtime.ParameterName {
	return runtime.ParameterName{In: "header", Name: "Authorization"}
}

// newScheme reads a scheme. What the description leaves out is concluded from
// the rest; of a scheme that says nothing, the value is taken for a whole
// Authorization field.
func newScheme(source string, use openapi.SecurityUse) *scheme {
	s := &scheme{
		source: source, name: use.Name, scopes: use.Scopes, definition: use.Scheme,
		kind: kindVerbatim, at: authorization(),
	}
	d := use.Scheme
	if d == nil {
		s.defect = "the description does not define it"
		return s
	}
	switch typeOf(d) {
	case "apiKey":
		s.readKey(d)
	case "http":
		s.readHTTP(d)
	case "oauth2", "openIdConnect":
		s.kind = kindOAuth
	case "mutualTLS":
		s.kind, s.at = kindCertificate, runtime.ParameterName{}
	default:
		s.defect = "its type is not one that OpenAPI defines"
	}
	if d.Type == "" {
		s.defect = "it has no type"
	}
	return s
}

// typeOf returns the type of a scheme, or what its other members tell of it.
func typeOf(d *openapi.SecurityScheme) string {
	switch {
	case d.Type != "":
		return d.Type
	case d.Scheme != "" || d.BearerFormat != "":
		return "http"
	case len(d.Flows) > 0:
		return "oauth2"
	case d.OpenIDConnectURL != "":
		return "openIdConnect"
	case d.ParameterName != "":
		return "apiKey"
	default:
		return ""
	}
}

func (s *scheme) readKey(d *openapi.SecurityScheme) {
	s.kind = kindKey
	switch {
	case d.ParameterName == "":
		s.kind, s.defect = kindVerbatim, "it does not name its parameter"
	case d.In == "header" || d.In == "query" || d.In == "cookie":
		s.at = runtime.ParameterName{In: d.In, Name: d.ParameterName}
	default:
		s.at.Name, s.defect = d.ParameterName, "it does not say where its parameter goes"
	}
	if s.at.In == "header" && !isFieldName(s.at.Name) {
		s.kind, s.at, s.defect = kindVerbatim, authorization(), "the name of its header is not one"
	}
}

func (s *scheme) readHTTP(d *openapi.SecurityScheme) {
	switch {
	case d.Scheme == "basic":
		s.kind = kindBasic
	case d.Scheme == "bearer":
		s.kind = kindBearer
	case d.Scheme == "" && d.BearerFormat != "":
		s.kind, s.defect = kindBearer, "it does not name its scheme"
	case d.Scheme == "":
		s.defect = "it does not name its scheme"
	}
}

// isFieldName reports whether a text is a token (RFC 9110, 5.6.2), as names of
// header fields are.
func isFieldName(text string) bool {
	for _, c := range []byte(text) {
		alphanumeric := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return text != ""
}

// title says what the scheme is, for messages.
func (s *scheme) title() string {
	switch s.kind {
	case kindKey:
		return "API key in " + s.at.In + " " + s.at.Name
	case kindBasic:
		return "basic authentication"
	case kindBearer:
		return "bearer token"
	case kindOAuth:
		if s.definition.Type == "openIdConnect" {
			return "OpenID Connect"
		}
		return "OAuth 2"
	case kindCertificate:
		return "client certificate"
	case kindVerbatim:
	}
	if s.defect != "" {
		return s.defect
	}
	return "HTTP " + s.definition.Scheme
}

// givenBy reports whether a step that gives these parameters meets the scheme
// itself.
func (s *scheme) givenBy(given []runtime.ParameterName) bool {
	if s.kind == kindCertificate {
		return false
	}
	return slices.ContainsFunc(given, func(p runtime.ParameterName) bool {
		return p.Is(s.at) || s.at.In == "cookie" && p.Is(runtime.ParameterName{In: "header", Name: "Cookie"})
	})
}

// way is a set of values that together meet a scheme.
type way struct {
	grant grant
	need  []Field
	// may lists values that are used if they are there.
	may []Field
}

// grant is how an access token is had. The values are part of [runtime.Auth].
type grant string

const (
	grantNone         grant = "" // of a scheme that needs no token
	grantToken        grant = "token"
	grantRefreshToken grant = "refreshToken"
	grantPassword     grant = "password"
	grantClient       grant = "clientCredentials"
)

// ways lists what meets the scheme, in the order in which it is tried. The
// credential may name a token endpoint of its own; it may be nil.
func (s *scheme) ways(c *Credential) []way {
	switch s.kind {
	case kindBasic:
		return []way{{need: []Field{FieldValue}}, {need: []Field{FieldUsername, FieldPassword}}}
	case kindCertificate:
		return []way{{need: []Field{FieldCert}, may: []Field{FieldKey, FieldCA}}}
	case kindOAuth:
	case kindKey, kindBearer, kindVerbatim:
		return []way{{need: []Field{FieldValue}}}
	}
	out := []way{{grant: grantToken, need: []Field{FieldToken}}}
	for _, w := range []way{
		{grantRefreshToken, []Field{FieldRefreshToken}, []Field{FieldClientID, FieldClientSecret}},
		{grantPassword, []Field{FieldUsername, FieldPassword}, []Field{FieldClientID, FieldClientSecret, FieldScopes}},
		{grantClient, []Field{FieldClientID, FieldClientSecret}, []Field{FieldScopes}},
	} {
		if s.tokenURL(w.grant, c) != "" || s.metadataURL() != "" {
			out = append(out, w)
		}
	}
	return out
}

// tokenURL returns the endpoint for a grant as the credential or the
// description has it, or "".
func (s *scheme) tokenURL(g grant, c *Credential) string {
	if c != nil && c.TokenURL != "" {
		return c.TokenURL
	}
	if g == grantRefreshToken {
		for _, flow := range s.definition.Flows {
			if flow.RefreshURL != "" {
				return flow.RefreshURL
			}
		}
		for _, flow := range s.definition.Flows {
			if flow.TokenURL != "" {
				return flow.TokenURL
			}
		}
		return ""
	}
	for _, flow := range s.definition.Flows {
		if flow.TokenURL == "" {
			continue
		}
		switch flow.Kind {
		case string(g):
			return flow.TokenURL
		case "application": // Swagger 2.0
			if g == grantClient {
				return flow.TokenURL
			}
		}
	}
	return ""
}

// metadataURL returns where the authorization server describes itself, or "".
func (s *scheme) metadataURL() string {
	if s.kind != kindOAuth {
		return ""
	}
	if s.definition.OpenIDConnectURL != "" {
		return s.definition.OpenIDConnectURL
	}
	return s.definition.OAuth2MetadataURL
}

// met returns the first way for which the credential has all values.
func (s *scheme) met(c *Credential) (way, bool) {
	if c == nil {
		return way{}, false
	}
	for _, w := range s.ways(c) {
		if !slices.ContainsFunc(w.need, func(f Field) bool { return c.get(f) == "" }) {
			return w, true
		}
	}
	if s.kind == kindOAuth && c.Value != "" { // a token under the name of the scheme
		return way{grant: grantToken, need: []Field{FieldValue}}, true
	}
	if s.kind == kindBearer && c.Token != "" {
		return way{need: []Field{FieldToken}}, true
	}
	return way{}, false
}
