package check

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// security looks for secrets and where they go.
func (l *linter) security(p *plan) {
	s := &security{linter: l, plan: p}
	s.inputs()
	for _, step := range p.steps {
		s.step(step)
	}
}

type security struct {
	*linter
	plan *plan
}

// inputs reports inputs that are secrets by their names, and whose schema does
// not say so.
func (s *security) inputs() {
	for i := range s.plan.inputs.Properties {
		p := &s.plan.inputs.Properties[i]
		if !isSecretName(p.Name) || p.Schema.Kind() != arazzo.Object || !s.inDocument(p.Schema.Origin) {
			continue
		}
		if p.Schema.Has("format") || !canBeText(p.Schema.Member("type")) || p.Schema.Has("writeOnly") {
			continue
		}
		s.add(diag.Diagnostic{
			Rule: "plain-secret-input", Range: p.Schema.NameRange(), Pointer: p.Schema.Pointer(),
			Message: fmt.Sprintf("the input %q is a secret by its name, and its schema does not say so", shown(p.Name)),
			Hint:    "add format: password, so that it is hidden wherever it could be seen",
		})
	}
}

func (s *security) inDocument(o arazzo.Origin) bool { return o.File() == s.plan.document.File() }

func canBeText(t arazzo.Value) bool {
	text, given := t.Text()
	return t.Kind() == arazzo.Absent || given && text == "string"
}

func (s *security) step(sp *stepPlan) {
	secret := false
	for _, p := range sp.step.Parameters {
		if p = s.plan.document.ResolveParameter(p); p == nil {
			continue
		}
		credential := s.parameter(p)
		secret = secret || credential
	}
	if sp.step.RequestBody != nil {
		s.literals(sp.step.RequestBody.Payload, "")
	}
	if sp.operation != nil {
		s.transport(sp, secret)
	}
}

// parameter reports a secret that is written out or stands in a query. It says
// whether the parameter is a credential.
func (s *security) parameter(p *arazzo.Parameter) bool {
	credential := p.In == "header" && isCredentialHeader(p.Name) || isSecretName(p.Name)
	text, isText := p.Value.Text()
	if isText {
		if credential && s.isLiteral(text) && looksSecret(text) {
			s.literal(p.Value, p.Name)
		} else {
			s.literals(p.Value, "")
		}
	}
	if p.In == "query" && isSecretName(p.Name) {
		s.add(diag.Diagnostic{
			Rule: "secret-in-query", Range: p.Field("name").Range(), Pointer: p.Pointer(),
			Message: fmt.Sprintf("%q puts a secret into the URL, which servers and proxies write to their logs", shown(p.Name)),
			Hint:    "send it in a header if the API takes it there",
		})
	}
	return credential
}

// literals reports texts inside a value that are secrets by their form, or by
// the name of the member that holds them.
func (s *security) literals(v arazzo.Value, name string) {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		if s.isLiteral(text) && (isKnownSecret(text) || isSecretName(name) && looksSecret(text)) {
			s.literal(v, name)
		}
	case arazzo.Array:
		for _, e := range v.Elements() {
			s.literals(e, name)
		}
	case arazzo.Object:
		for member, m := range v.Members() {
			s.literals(m, member)
		}
	case arazzo.Absent, arazzo.Null, arazzo.Bool, arazzo.Number:
	}
}

func (s *security) literal(v arazzo.Value, name string) {
	what := "a text"
	if name != "" {
		what = fmt.Sprintf("the value of %q", shown(name))
	}
	s.add(diag.Diagnostic{
		Rule: "literal-secret", Range: v.Range(), Pointer: v.Pointer(),
		Message: what + " looks like a secret that is written into the document",
		Hint:    "take it from an input with format: password, or from the credentials of the source; and revoke it, since it is known now",
	})
}

func (s *security) isLiteral(text string) bool {
	t := s.plan.template(text)
	if t == nil {
		return false
	}
	_, literal := t.Literal()
	return literal
}

// transport reports credentials that would be sent in clear text.
func (s *security) transport(sp *stepPlan, secret bool) {
	if !secret && !needsCredentials(sp.operation) || len(sp.operation.Servers) == 0 {
		return
	}
	server := sp.operation.Servers[0]
	rest, plain := strings.CutPrefix(strings.ToLower(server.URL), "http://")
	if !plain || isLoopback(server.URL) {
		return
	}
	if slices.ContainsFunc(sp.operation.Servers, func(o openapi.Server) bool { return strings.ToLower(o.URL) == "https://"+rest }) {
		return
	}
	place := sp.step.Field("operationId")
	if !sp.step.Has("operationId") {
		place = sp.step.Field("operationPath")
	}
	s.add(diag.Diagnostic{
		Rule: "clear-text-credentials", Range: place.Range(), Pointer: sp.step.Pointer(),
		Message: fmt.Sprintf("step %q sends credentials to %s in clear text", shown(sp.step.StepID), shown(server.URL)),
		Hint:    "name an https server in the description; a run needs --server with an https URL, or --allow-http",
		Related: []diag.Related{{Message: "the server", Range: server.Range}},
	})
}

func needsCredentials(op *openapi.Operation) bool {
	if len(op.Security) == 0 {
		return false
	}
	return !slices.ContainsFunc(op.Security, func(r openapi.SecurityRequirement) bool { return len(r) == 0 })
}

func isLoopback(address string) bool {
	u, err := url.Parse(strings.NewReplacer("{", "x", "}", "x").Replace(address))
	if err != nil {
		return false
	}
	host := u.Hostname()
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "::1" || strings.HasPrefix(host, "127.")
}

func isCredentialHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "x-amz-security-token", "api-key", "apikey", "private-token":
		return true
	default:
		return false
	}
}

// isSecretName reports whether a value is a secret by its name. Tokens that only
// tell requests or pages apart are none.
func isSecretName(name string) bool {
	var folded strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			folded.WriteRune(r)
		}
	}
	key := folded.String()
	for _, plain := range []string{
		"page", "next", "continuation", "sync", "clienttoken", "clientrequesttoken", "idempotency", "request", "cursor", "tokenbudget", "tokens", "tokentype",
		"tokenid", "tokenname", "secretid", "secretname", "secretarn", "secretref", "passwordreset", "passwordlength", "passwordpolicy", "upload", "resume", "device", "card", "public", "count", "max", "limit",
	} {
		if strings.Contains(key, plain) {
			return false
		}
	}
	for _, secret := range []string{"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "secretkey", "accesskey", "credential", "bearer"} {
		if strings.Contains(key, secret) {
			return true
		}
	}
	return key == "token" || key == "jwt" || key == "authorization" || strings.HasSuffix(key, "token")
}

// looksSecret reports whether a text in the place of a secret is one, and no
// placeholder for it.
func looksSecret(text string) bool {
	value := strings.TrimSpace(text)
	for _, scheme := range []string{"bearer ", "basic ", "token ", "apikey "} {
		if len(value) > len(scheme) && strings.EqualFold(value[:len(scheme)], scheme) {
			value = strings.TrimSpace(value[len(scheme):])
		}
	}
	lower := strings.ToLower(value)
	for _, placeholder := range []string{"your", "example", "placeholder", "xxx", "changeme", "todo", "dummy", "sample", "<", "{", "$", "..."} {
		if strings.Contains(lower, placeholder) {
			return false
		}
	}
	return len(value) >= 8 && strings.ContainsAny(value, "0123456789") || isKnownSecret(text)
}

// knownSecrets are the forms of secrets that give themselves away.
const knownSecrets = `\b(?:AKIA|ASIA)[A-Z0-9]{16}\b` +
	`|\bgh[pousr]_[A-Za-z0-9]{36,}` +
	`|\bgithub_pat_[A-Za-z0-9_]{22,}` +
	`|\b[rs]k_live_[A-Za-z0-9]{16,}` +
	`|\bxox[abprs]-[A-Za-z0-9-]{10,}` +
	`|\bAIza[A-Za-z0-9_-]{35}` +
	`|\bya29\.[A-Za-z0-9_-]{20,}` +
	`|\bglpat-[A-Za-z0-9_-]{20,}` +
	`|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}` +
	`|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.` +
	`|-----BEGIN [A-Z ]*PRIVATE KEY-----`

// isKnownSecret reports whether a text holds a secret that its form gives away.
func isKnownSecret(text string) bool {
	if len(text) < 16 {
		return false
	}
	return regexp.MustCompile(knownSecrets).MatchString(text)
}
