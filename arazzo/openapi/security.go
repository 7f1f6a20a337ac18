package openapi

import (
	"slices"
	"strings"
)

// SecurityRequirement is a set of security schemes that must all be met.
type SecurityRequirement []SecurityUse

// SecurityUse is a security scheme in a requirement.
type SecurityUse struct {
	// Name is the key under components/securitySchemes, or securityDefinitions.
	Name string
	// Scopes are those that the operation needs, for OAuth 2 and OpenID Connect;
	// of other schemes they are names of roles.
	Scopes []string
	// Scheme is the definition. It is nil if the description does not define it.
	Scheme *SecurityScheme
}

// SecurityScheme is the definition of a security scheme. URLs are left as
// written; they may be relative.
//
// OpenAPI 3.2.0, Security Scheme Object.
type SecurityScheme struct {
	// Type is "apiKey", "http", "oauth2", "openIdConnect", "mutualTLS" or empty.
	Type string
	// Scheme is the HTTP authentication scheme of type "http", in lower case.
	Scheme string
	// BearerFormat hints at the form of a bearer token.
	BearerFormat string
	// ParameterName and In locate an API key. In is "header", "query" or "cookie".
	ParameterName string
	In            string
	// Flows are those of type "oauth2", in the order of the document.
	Flows []OAuthFlow
	// OAuth2MetadataURL is where an authorization server of type "oauth2"
	// publishes its metadata (RFC 8414).
	OAuth2MetadataURL string
	// OpenIDConnectURL is the discovery document of type "openIdConnect".
	OpenIDConnectURL string
	Description      string
	// Extensions are the members whose names start with "x-", as JSON values.
	Extensions map[string]any
}

// OAuthFlow is one of the ways in which a scheme of type "oauth2" hands out
// tokens.
//
// OpenAPI 3.2.0, OAuth Flow Object.
type OAuthFlow struct {
	// Kind is "implicit", "password", "clientCredentials", "authorizationCode" or
	// "deviceAuthorization". Swagger 2.0 calls the third "application" and the
	// fourth "accessCode".
	Kind                   string
	AuthorizationURL       string
	DeviceAuthorizationURL string
	TokenURL               string
	RefreshURL             string
	// Scopes are the names of those on offer, in the order of the document.
	Scopes []string
}

// security reads the alternatives of a list of Security Requirement Objects.
func (r *resolver) security(list, schemes value) []SecurityRequirement {
	var out []SecurityRequirement
	known := make(map[string]*SecurityScheme)
	list.items(func(v value) bool {
		if v.kind() != kindObject {
			r.warn(RuleInvalidDescription, v.place(v.start()), "a security requirement that is no object is left out")
			return true
		}
		requirement := SecurityRequirement{}
		v.fields(func(f field) bool {
			use := SecurityUse{Name: f.name}
			f.value.items(func(scope value) bool {
				if text, ok := scope.text(); ok {
					use.Scopes = append(use.Scopes, text)
				}
				return true
			})
			scheme, seen := known[f.name]
			if !seen {
				scheme = r.securityScheme(f, schemes)
				known[f.name] = scheme
			}
			use.Scheme = scheme
			requirement = append(requirement, use)
			return true
		})
		out = append(out, requirement)
		return true
	})
	return out
}

// securityScheme reads the scheme that a requirement names, or nil.
func (r *resolver) securityScheme(use field, schemes value) *SecurityScheme {
	v := schemes.member(use.name)
	if !v.exists() && strings.ContainsAny(use.name, "#/") {
		// OpenAPI 3.2.0, Security Requirement Object: a name may be the URI of a
		// Security Scheme Object.
		if found, err := r.target(use.value, use.name); err == nil {
			v = found.value
		}
	}
	if !v.exists() {
		r.warn(RuleInvalidDescription, use.value.place(use.keyStart()),
			"the security scheme %q is not defined%s", use.name, didYouMean(r.similar(use.name, schemes)))
		return nil
	}
	v, ok := r.follow(v)
	if !ok || v.kind() != kindObject {
		return nil
	}
	text := func(name string) string {
		s, _ := v.member(name).text()
		return s
	}
	scheme := &SecurityScheme{
		Type:              schemeType(text("type")),
		Scheme:            strings.ToLower(text("scheme")),
		BearerFormat:      text("bearerFormat"),
		ParameterName:     text("name"),
		In:                strings.ToLower(text("in")),
		Flows:             r.flows(use.name, v.member("flows")),
		OAuth2MetadataURL: strings.TrimSpace(text("oauth2MetadataUrl")),
		OpenIDConnectURL:  strings.TrimSpace(text("openIdConnectUrl")),
		Description:       text("description"),
		Extensions:        extensions(v),
	}
	r.swaggerScheme(scheme, use.name, v)
	return scheme
}

// schemeType returns the type of a security scheme in the spelling of the
// specification.
func schemeType(text string) string {
	for _, known := range []string{"apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"} {
		if strings.EqualFold(text, known) {
			return known
		}
	}
	return text
}

// swaggerScheme reads what Swagger 2.0 says of a security scheme in another way
// than OpenAPI 3. The type "basic" is understood in every version.
//
// Swagger 2.0, Security Scheme Object.
func (r *resolver) swaggerScheme(scheme *SecurityScheme, name string, v value) {
	switch {
	case strings.EqualFold(scheme.Type, "basic"):
		scheme.Type, scheme.Scheme = "http", "basic"
	case scheme.Type == "oauth2" && r.document.isSwagger() && len(scheme.Flows) == 0:
		kind, _ := v.member("flow").text()
		flow := r.flow(kind, v)
		switch kind {
		case "application":
			flow.Kind = "clientCredentials"
		case "accessCode":
			flow.Kind = "authorizationCode"
		case "":
			r.warn(RuleInvalidDescription, v.place(v.start()), "the security scheme %q names no flow", name)
			return
		}
		scheme.Flows = []OAuthFlow{flow}
	}
}

// flows reads the OAuth Flows Object of the scheme of the given name. Of a flow
// that stands twice, the last one counts.
func (r *resolver) flows(scheme string, v value) []OAuthFlow {
	var out []OAuthFlow
	v.fields(func(f field) bool {
		if strings.HasPrefix(f.name, "x-") {
			return true
		}
		if f.value.kind() != kindObject {
			r.warn(RuleInvalidDescription, f.value.place(f.keyStart()),
				"the flow %q of the security scheme %q is no object and is left out", f.name, scheme)
			return true
		}
		flow := r.flow(f.name, f.value)
		if i := slices.IndexFunc(out, func(o OAuthFlow) bool { return o.Kind == f.name }); i >= 0 {
			out[i] = flow
			return true
		}
		if len(out) < maxFlows {
			out = append(out, flow)
		}
		return true
	})
	return out
}

// flow reads an OAuth Flow Object.
func (r *resolver) flow(kind string, v value) OAuthFlow {
	text := func(name string) string {
		s, _ := v.member(name).text()
		return strings.TrimSpace(s)
	}
	flow := OAuthFlow{
		Kind:                   kind,
		AuthorizationURL:       text("authorizationUrl"),
		DeviceAuthorizationURL: text("deviceAuthorizationUrl"),
		TokenURL:               text("tokenUrl"),
		RefreshURL:             text("refreshUrl"),
	}
	v.member("scopes").fields(func(scope field) bool {
		flow.Scopes = append(flow.Scopes, scope.name)
		return true
	})
	return flow
}

// maxFlows bounds the flows of a scheme; the specification knows five.
const maxFlows = 20
