package auth

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// Requirement says which credentials an operation needs and which of them are
// there. It holds no secret.
type Requirement struct {
	// Source is the name of the source description.
	Source string
	// Operation is the operationId, or method and path.
	Operation string
	// Alternatives are the sets of security schemes of which one must be met, in
	// the order of the description. An alternative without schemes is left out.
	Alternatives []Alternative
	// Anonymous says that the operation may be called without credentials.
	Anonymous bool
	// Chosen is the index of the alternative that will be used, -1 if none is met.
	Chosen int
	// Unrelated says that no alternative is met, but that the step sends an
	// Authorization header of its own.
	Unrelated bool
}

// Alternative is a set of security schemes that must all be met.
type Alternative struct {
	Schemes []Scheme
	// Met says that everything is there.
	Met bool
}

// Scheme is a security scheme as an operation uses it.
type Scheme struct {
	// Name is that of the scheme in the description.
	Name string
	// Title says what the scheme is, in a few words.
	Title string
	// Scopes are those that the operation asks for.
	Scopes []string
	// Given says that the step sends the credential itself.
	Given bool
	// Present says that the credential is there.
	Present bool
	// Ways are the sets of values that meet the scheme. There are none if they are
	// had otherwise; Remedy then says how.
	Ways []Way
	// Defect says what is wrong with the definition of the scheme. It may be empty.
	Defect string
	// Remedy says what to do about a scheme that has no ways. It may be empty.
	Remedy string
	// Shared says that a neighbour in the alternative goes into the same parameter,
	// so that one of the two is enough.
	Shared bool

	status *status
}

// Way is a set of values that together meet a scheme.
type Way struct {
	// Title is "client credentials", "password", "refresh token" or "token" for
	// OAuth 2, and empty for all else.
	Title  string
	Values []NamedValue
}

// NamedValue is a value that meets a scheme, alone or with others.
type NamedValue struct {
	Field Field
	// Variable is the environment variable that supplies it.
	Variable string
	// Set says that the value is there.
	Set bool
	// Optional says that the scheme can do without.
	Optional bool
}

// Requirement says what an operation needs. It looks for credentials where the
// provider does, and changes nothing. A scheme that an adapter before has
// claimed in target.Adapted is not looked for.
func (p *Provider) Requirement(ctx context.Context, target runtime.Target) Requirement {
	op := target.Operation
	r := Requirement{Source: target.Source, Operation: op.ID, Chosen: -1, Anonymous: len(op.Security) == 0}
	if r.Operation == "" {
		r.Operation = op.Method + " " + op.Path
	}
	known := make(map[string]*status)
	for _, list := range op.Security {
		if len(list) == 0 {
			r.Anonymous = true
			continue
		}
		var a Alternative
		for _, use := range list {
			st := known[use.Name]
			if st == nil {
				st = p.status(ctx, target, newScheme(target.Source, use))
				known[use.Name] = st
			}
			a.Schemes = append(a.Schemes, st.describe(use.Scopes))
		}
		a.judge()
		if a.Met && r.Chosen < 0 {
			r.Chosen = len(r.Alternatives)
		}
		r.Alternatives = append(r.Alternatives, a)
	}
	r.Unrelated = r.Chosen < 0 && slices.ContainsFunc(target.Given, authorization().Is)
	return r
}

// judge finds out whether the alternative is met. Schemes that go into one
// parameter cannot all be met, so that one of them is enough.
func (a *Alternative) judge() {
	met := make(map[string]bool)
	count := make(map[string]int)
	for i := range a.Schemes {
		place := a.Schemes[i].status.place()
		met[place] = met[place] || a.Schemes[i].Given || a.Schemes[i].Present
		count[place]++
	}
	a.Met = true
	for i := range a.Schemes {
		place := a.Schemes[i].status.place()
		a.Schemes[i].Shared = count[place] > 1
		a.Met = a.Met && met[place]
	}
}

// status is a scheme with what is known of its credential.
type status struct {
	*scheme
	credential *Credential
	// trouble says why a credential that should be there is not.
	trouble string
	given   bool
	// way is how the scheme is met, if present is set.
	way     way
	present bool
	// claim is that of another adapter, nil if there is none.
	claim *runtime.Claim
}

func (p *Provider) status(ctx context.Context, target runtime.Target, s *scheme) *status {
	st := &status{scheme: s}
	if target.Adapted != nil {
		for i := range target.Adapted.Claims {
			if c := &target.Adapted.Claims[i]; c.Scheme == s.name {
				st.claim, st.present, st.trouble = c, c.Missing == "", c.Missing
				st.given = s.givenBy(target.Given)
				return st
			}
		}
	}
	credential, trouble := p.credentialFor(ctx, target, s)
	st.credential, st.trouble = credential, trouble
	if s.defect != "" && credential != nil && isFieldName(credential.Header) {
		s.kind, s.at = kindVerbatim, runtime.ParameterName{In: "header", Name: credential.Header}
	}
	st.way, st.present = s.met(credential)
	st.given = s.givenBy(target.Given)
	return st
}

// credentialFor looks for the credential of a scheme. Nil: there is none that may
// be used for the target; the trouble says why if it is not just missing.
func (p *Provider) credentialFor(ctx context.Context, target runtime.Target, s *scheme) (c *Credential, trouble string) {
	if target.Shadowed {
		return nil, ""
	}
	c, err := p.find(ctx, s.source, s.name)
	switch {
	case err != nil:
		return nil, err.Error()
	case c == nil:
		return nil, ""
	}
	if u, err := url.Parse(baseOf(target)); err == nil && u.Host != "" && !admits(c.Hosts, u) {
		return nil, fmt.Sprintf("%s is none of the hosts that may receive the credential for %q (%s)", u.Host, s.name, c.Origin)
	}
	return c, ""
}

// place identifies where the credential goes.
func (s *status) place() string {
	if s.kind == kindCertificate {
		return s.name
	}
	name := s.at.Name
	if s.at.In == "header" {
		name = strings.ToLower(name)
	}
	return s.at.In + "\x00" + name
}

// describe makes the exported form.
func (s *status) describe(scopes []string) Scheme {
	out := Scheme{
		Name: s.name, Title: s.title(), Scopes: scopes, Given: s.given, Present: s.present, Defect: s.defect, status: s,
	}
	if s.claim != nil {
		out.Title, out.Defect, out.Remedy = s.claim.Title, "", s.claim.Remedy
		return out
	}
	for _, w := range s.ways(s.credential) {
		described := Way{Title: w.grant.title()}
		for i, field := range append(slices.Clone(w.need), w.may...) {
			described.Values = append(described.Values, NamedValue{
				Field: field, Variable: Variable(s.source, s.name, field),
				Set: s.credential.get(field) != "", Optional: i >= len(w.need),
			})
		}
		out.Ways = append(out.Ways, described)
	}
	return out
}

func (g grant) title() string {
	switch g {
	case grantToken:
		return "token"
	case grantRefreshToken:
		return "refresh token"
	case grantPassword:
		return "password"
	case grantClient:
		return "client credentials"
	case grantNone:
	}
	return ""
}

// names lists the alternatives by the names of their schemes.
func (r *Requirement) names() string {
	var out []string
	for i := range r.Alternatives {
		var schemes []string
		for _, s := range r.Alternatives[i].Schemes {
			schemes = append(schemes, fmt.Sprintf("%q", s.Name))
		}
		out = append(out, strings.Join(schemes, " with "))
	}
	return joined(out, "or")
}

// lines describe the alternatives, one each, with what would meet them.
func (r *Requirement) lines() []string {
	var out []string
	for i := range r.Alternatives {
		out = append(out, r.Alternatives[i].line())
	}
	return out
}

func (a *Alternative) line() string {
	var titles, alone, together []string
	shared := false
	for i := range a.Schemes {
		s := &a.Schemes[i]
		titles = append(titles, fmt.Sprintf("%q (%s)", s.Name, s.Title))
		switch {
		case s.Given || s.Present:
		case s.Shared:
			shared = true
			alone = append(alone, s.remedies()...)
		default:
			together = append(together, joined(s.remedies(), "or"))
		}
	}
	if len(alone) > 0 {
		together = append(together, joined(alone, "or"))
	}
	what := joined(titles, "and")
	if shared {
		what = joined(titles, "or")
	}
	return what + ": set " + joined(together, "and")
}

// joined puts texts into a list that a sentence can hold.
func joined(texts []string, word string) string {
	switch n := len(texts); {
	case n == 0:
		return ""
	case n == 1:
		return texts[0]
	case slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, " and ") || strings.Contains(t, " with ") }):
		return strings.Join(texts, ", "+word+" ")
	default:
		return strings.Join(texts[:n-1], ", ") + " " + word + " " + texts[n-1]
	}
}

// remedies names what would meet the scheme: each text alone is enough.
func (s *Scheme) remedies() []string {
	if s.status.claim != nil {
		return []string{s.Remedy}
	}
	var ways []string
	for _, w := range s.Ways {
		var missing, there []string
		for _, v := range w.Values {
			switch {
			case v.Optional:
			case v.Set:
				there = append(there, v.Variable)
			default:
				missing = append(missing, v.Variable)
			}
		}
		text := strings.Join(missing, " and ")
		if len(there) > 0 {
			// Somebody has begun with this one.
			return []string{text + " beside " + strings.Join(there, " and ")}
		}
		ways = append(ways, text)
	}
	switch s.status.kind {
	case kindBasic:
		return []string{ways[0] + " as user:password"}
	case kindVerbatim:
		return []string{fmt.Sprintf("%s as the whole value of the header %s", ways[0], s.status.at.Name)}
	case kindCertificate:
		return []string{ways[0] + " and " + Variable(s.status.source, s.Name, FieldKey) + " as names of files"}
	case kindKey, kindBearer, kindOAuth:
	}
	return ways
}
