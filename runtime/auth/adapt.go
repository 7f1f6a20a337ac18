package auth

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Adapt chooses how the requests of an operation are authenticated: by the first
// alternative of its security for which everything is there, counting what the
// step sends itself and what an adapter before can meet. Where access without
// credentials is allowed, that is the last choice, whatever its place in the
// list.
//
// If no alternative is met, the run is kept from starting, with the names of
// what would meet one; unless the operation may be called without, the step
// sends an Authorization header of its own, or Options.NoCredentials is set.
func (p *Provider) Adapt(ctx context.Context, target runtime.Target) (*runtime.Adaptation, diag.List) {
	if target.Operation == nil {
		return nil, nil
	}
	c := &choice{provider: p, target: target, requirement: p.Requirement(ctx, target)}
	if target.Adapted != nil {
		c.result = *target.Adapted
	}
	c.certificate(ctx)
	c.alternative()
	c.conclude()
	return &c.result, c.found
}

// choice is the work on one operation.
type choice struct {
	provider    *Provider
	target      runtime.Target
	requirement Requirement
	result      runtime.Adaptation
	// own are the authentications that the provider adds.
	own   []runtime.Auth
	taken []runtime.Auth // of claims that are taken up
	found diag.List
}

// certificate adds the client certificate that all requests to the source
// present, if there is one.
func (c *choice) certificate(ctx context.Context) {
	p, source := c.provider, c.target.Source
	if c.target.Shadowed {
		return
	}
	credential, err := p.find(ctx, source, "")
	if err != nil {
		c.found.Add(diag.Diagnostic{
			Rule: RuleInvalidCredentials, Message: fmt.Sprintf("the client certificate for source %q cannot be had: %v", source, err),
			Range: c.target.Range,
		})
		return
	}
	if credential == nil || credential.Cert == "" {
		return
	}
	c.add(&status{scheme: &scheme{source: source, kind: kindCertificate}, credential: credential, present: true, way: way{need: []Field{FieldCert}}})
}

// alternative adds what the chosen alternative consists of, or says what is
// missing.
func (c *choice) alternative() {
	r := &c.requirement
	for i := range r.Alternatives {
		for _, s := range r.Alternatives[i].Schemes {
			if at := s.status.at; at.Name != "" && !slices.ContainsFunc(c.result.Secrets, at.Is) {
				c.result.Secrets = append(slices.Clip(c.result.Secrets), at)
			}
		}
	}
	if r.Chosen < 0 {
		c.missing()
		return
	}
	filled := make(map[string]bool)
	var rivals []string
	for _, s := range r.Alternatives[r.Chosen].Schemes {
		if s.Shared {
			rivals = append(rivals, fmt.Sprintf("%q", s.Name))
		}
		place := s.status.place()
		switch {
		case filled[place] || !s.Present:
		case s.status.claim != nil:
			filled[place] = true
			c.taken = append(c.taken, s.status.claim.Auth)
		default:
			filled[place] = true
			c.add(s.status)
		}
	}
	if len(rivals) > 0 {
		c.found.Add(diag.Diagnostic{
			Rule: RuleConflictingSchemes, Severity: diag.Warning,
			Message: fmt.Sprintf("the security schemes %s of source %q are to be met together and go into the same place; one of them is used", strings.Join(rivals, ", "), r.Source),
			Hint:    "list them as alternatives in the description",
			Range:   c.target.Operation.Range,
		})
	}
}

// missing says what is missing, if that matters.
func (c *choice) missing() {
	r := &c.requirement
	if r.Anonymous || len(r.Alternatives) == 0 {
		return
	}
	d := diag.Diagnostic{
		Rule:    RuleMissingCredentials,
		Message: fmt.Sprintf("credentials for source %q are missing: %s", r.Source, r.names()),
		Hint:    "set environment variables, or give a file with --credentials; --no-credentials sends requests without",
		Range:   c.target.Range,
	}
	if c.target.Shadowed {
		d.Message += "; what is supplied under this name is for another description"
		d.Hint = "give the two source descriptions different names; --no-credentials sends requests without"
	} else {
		for _, line := range r.lines() {
			d.Related = append(d.Related, diag.Related{Message: line})
		}
	}
	for i := range r.Alternatives {
		for _, s := range r.Alternatives[i].Schemes {
			if t := s.status.trouble; t != "" && !slices.ContainsFunc(d.Related, func(r diag.Related) bool { return r.Message == t }) {
				d.Related = append(d.Related, diag.Related{Message: t})
			}
		}
	}
	switch {
	case c.provider.options.NoCredentials:
		return
	case r.Unrelated:
		d.Severity = diag.Warning
		d.Message += ", and the step sends an Authorization header of its own instead"
		d.Hint = "set environment variables if the header is not enough"
	}
	c.found.Add(d)
}

// add makes requests carry a credential.
func (c *choice) add(s *status) {
	if reason := s.check(); reason != "" {
		c.found.Add(unusable(c.target.Range, s, reason))
		return
	}
	base := c.baseURL()
	if u, err := url.Parse(base); err == nil && u.Host != "" && !c.provider.mayReceive(u) {
		c.found.Add(diag.Diagnostic{
			Rule:    RuleClearText,
			Message: fmt.Sprintf("credentials for source %q would go to %s over clear text", s.source, u.Host),
			Hint:    "use the https address with --server, or permit clear text with --allow-http",
			Range:   c.target.Range,
		})
		return
	}
	params := map[string]string{paramSource: s.source, paramName: s.name, paramKind: string(s.kind)}
	if s.kind != kindCertificate {
		params[paramIn], params[paramParameter] = s.at.In, s.at.Name
	}
	if origin := originOf(base); origin != "" {
		params[paramOrigin] = origin
	}
	if s.kind == kindOAuth {
		if reason := c.oauth(s, base, params); reason != "" {
			c.found.Add(unusable(c.target.Range, s, reason))
			return
		}
	}
	if s.kind == kindCertificate {
		if _, err := c.provider.wires.certificate(s.credential); err != nil {
			c.found.Add(unusable(c.target.Range, s, err.Error()))
			return
		}
	}
	c.own = append(c.own, runtime.Auth{Scheme: AuthScheme, Params: params})
}

// oauth says how tokens are had. It returns why that cannot be, or "".
func (c *choice) oauth(s *status, base string, params map[string]string) string {
	params[paramGrant] = string(s.way.grant)
	if scopes := s.credential.Scopes; len(scopes) > 0 {
		params[paramScopes] = strings.Join(scopes, " ")
	} else if len(s.scopes) > 0 {
		params[paramScopes] = strings.Join(s.scopes, " ")
	}
	renewable, person := false, s.credential.Username != "" && s.credential.Password != ""
	for _, w := range s.ways(s.credential) {
		usable := !slices.ContainsFunc(w.need, func(f Field) bool { return s.credential.get(f) == "" })
		// The password flow may give refresh tokens.
		if w.grant == grantToken || !usable && (w.grant != grantRefreshToken || !person) {
			continue
		}
		renewable = renewable || usable
		if endpoint := s.tokenURL(w.grant, s.credential); endpoint != "" {
			resolved, reason := c.provider.endpoint(base, endpoint)
			if reason != "" {
				return "its token endpoint " + reason
			}
			if u, err := url.Parse(resolved); err != nil || s.credential.TokenURL == "" && !admits(s.credential.Hosts, u) {
				return fmt.Sprintf("its token endpoint %s is none of the hosts that may receive it", hostOf(resolved))
			}
			params[paramEndpoint+string(w.grant)] = resolved
			c.permit(resolved, s, params)
		} else {
			resolved, reason := c.provider.endpoint(base, s.metadataURL())
			if reason != "" {
				return "the metadata of its authorization server " + reason
			}
			params[paramMetadata] = resolved
			params[paramEndpoint+string(w.grant)] = ""
			c.permit(resolved, s, params)
		}
	}
	if renewable {
		params[paramRenew] = "true"
	}
	return ""
}

// permit reports an authorization server that must not be reached. On whose word
// it would be is noted in the parameters.
func (c *choice) permit(address string, s *status, params map[string]string) {
	if d := c.target.Operation.Document; d != nil && s.credential.TokenURL == "" && originOf(d.Location()) != "" {
		params[paramDocument] = d.Location()
	}
	if refusal := c.provider.policy.Permit(address, runtime.Reach{Document: params[paramDocument]}); refusal != nil {
		refusal.Range = c.target.Range
		c.found.Add(*refusal)
	}
}

// conclude puts the authentications together: the provider's own, then what
// always holds, then the claims that were taken up, since a signature covers
// what stands before it.
func (c *choice) conclude() {
	always := c.result.Auth
	c.result.Auth = nil
	for _, list := range [][]runtime.Auth{c.own, always, c.taken} {
		for _, a := range list {
			if a.Scheme != "" && !slices.ContainsFunc(c.result.Auth, func(b runtime.Auth) bool { return sameAuth(a, b) }) {
				c.result.Auth = append(c.result.Auth, a)
			}
		}
	}
	if len(c.result.Auth) == len(c.own) {
		c.result.Drop = nil // nobody is there to whom these belong
	}
	c.result.Claims = nil
}

func (c *choice) baseURL() string { return baseOf(c.target) }

// baseOf returns where requests of a target go.
func baseOf(t runtime.Target) string {
	if t.Adapted != nil && t.Adapted.BaseURL != "" {
		return t.Adapted.BaseURL
	}
	return t.BaseURL
}

// endpoint resolves the URL of an authorization server against that of the API,
// as OpenAPI 3.1.0 says in 4.8.5 (Relative References in URLs), and makes sure
// that secrets may go there. The reason says why not.
func (p *Provider) endpoint(base, reference string) (resolved, reason string) {
	u, err := url.Parse(reference)
	if err == nil && !u.IsAbs() {
		var b *url.URL
		if b, err = url.Parse(base); err == nil {
			u = b.ResolveReference(u)
		}
	}
	switch {
	case err != nil:
		return "", "is not a URL"
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", "is not an absolute http or https URL"
	case u.User != nil:
		return "", "holds a user name"
	case !p.mayReceive(u):
		return "", fmt.Sprintf("at %s is reached over clear text only, which --allow-http permits", u.Host)
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), ""
}
