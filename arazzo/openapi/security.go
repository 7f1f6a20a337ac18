package openapi

import "strings"

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
		Type:          schemeType(text("type")),
		Scheme:        strings.ToLower(text("scheme")),
		ParameterName: text("name"),
		In:            strings.ToLower(text("in")),
		Description:   text("description"),
		Extensions:    extensions(v),
	}
	if scheme.Type == "basic" { // as Swagger 2.0 has it
		scheme.Type, scheme.Scheme = "http", "basic"
	}
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
