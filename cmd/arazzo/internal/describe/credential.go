package describe

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// Credentials say what operations need and which of it is there. They send
// nothing.
type Credentials struct {
	// Schemes knows the security schemes of descriptions. Nil: credentials are not
	// described.
	Schemes interface {
		Requirement(ctx context.Context, target runtime.Target) auth.Requirement
	}
	// AWS recognises operations that are signed in the way of AWS, and where they
	// are served. Nil: none is recognised.
	AWS runtime.Adapter
	// Lookup returns the value of an environment variable; "" means that it is not
	// set.
	Lookup func(name string) string
}

// Credential is what some operations need: one of the alternatives.
type Credential struct {
	Source string `json:"source"`
	// Operations need it, by operationId or method and path.
	Operations []string `json:"operations"`
	// Anonymous says that they can do without.
	Anonymous    bool          `json:"anonymous,omitempty"`
	Alternatives []Alternative `json:"alternatives"`
}

// Alternative is a set of security schemes that must all be met.
type Alternative struct {
	// Met says that everything is there.
	Met     bool     `json:"met"`
	Schemes []Scheme `json:"schemes"`
}

// Scheme is a security scheme.
type Scheme struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	Scopes []string `json:"scopes,omitempty"`
	// Given says that the steps send the credential themselves.
	Given bool `json:"given,omitempty"`
	// Present says that the credential is there.
	Present bool `json:"present"`
	// Ways are sets of environment variables, of which one is enough.
	Ways []Way `json:"ways,omitempty"`
	// Note says what else there is to know.
	Note string `json:"note,omitempty"`
}

// Way is a set of environment variables that together meet a scheme.
type Way struct {
	Title     string                `json:"title,omitempty"`
	Variables []EnvironmentVariable `json:"variables"`
}

// EnvironmentVariable supplies a part of a credential.
type EnvironmentVariable struct {
	Name     string `json:"name"`
	Set      bool   `json:"set"`
	Optional bool   `json:"optional,omitempty"`
}

// needsOf takes note of the credentials that the steps of a workflow need.
func (b *builder) needsOf(w *arazzo.Workflow) {
	for _, s := range w.Ordered() {
		op, source, _ := b.bundle.Operation(s)
		if op == nil || source == nil {
			continue
		}
		target := b.target(s, source, op)
		if target.needs == nil {
			continue
		}
		name := op.ID
		if name == "" {
			name = op.Method + " " + op.Path
		}
		b.need(*target.needs, name)
	}
}

// need adds an operation to a credential like the given one, which may differ in
// its scopes.
func (b *builder) need(c Credential, operation string) {
	identity, err := json.Marshal(c.withoutScopes())
	if err != nil {
		return
	}
	i, known := b.needs[string(identity)]
	if !known {
		i = len(b.description.Credentials)
		b.needs[string(identity)] = i
		c.Operations = []string{}
		b.description.Credentials = append(b.description.Credentials, c)
	}
	all := &b.description.Credentials[i]
	if !slices.Contains(all.Operations, operation) {
		all.Operations = append(all.Operations, operation)
	}
	for j, alternative := range c.Alternatives {
		for k, scheme := range alternative.Schemes {
			scopes := &all.Alternatives[j].Schemes[k].Scopes
			for _, scope := range scheme.Scopes {
				if !slices.Contains(*scopes, scope) {
					*scopes = append(slices.Clone(*scopes), scope)
				}
			}
		}
	}
}

// withoutScopes returns a copy that has no scopes.
func (c Credential) withoutScopes() Credential {
	c.Alternatives = slices.Clone(c.Alternatives)
	for i := range c.Alternatives {
		schemes := slices.Clone(c.Alternatives[i].Schemes)
		for j := range schemes {
			schemes[j].Scopes = nil
		}
		c.Alternatives[i].Schemes = schemes
	}
	return c
}

// requirement says what an operation needs, or nil if it needs nothing. An
// operation that AWS serves is told by the target's adaptation.
func (b *builder) requirement(target runtime.Target, aws bool) *Credential {
	if b.options.Credentials.Schemes == nil {
		return nil
	}
	r := b.options.Credentials.Schemes.Requirement(b.ctx, target)
	out := &Credential{Source: target.Source, Anonymous: r.Anonymous && len(r.Alternatives) > 0}
	for _, a := range r.Alternatives {
		alternative := Alternative{Met: a.Met}
		for _, s := range a.Schemes {
			scheme := Scheme{Name: s.Name, Title: s.Title, Scopes: s.Scopes, Given: s.Given, Present: s.Present, Note: s.Defect}
			for _, way := range s.Ways {
				scheme.Ways = append(scheme.Ways, newWay(way))
			}
			if claims(target, s.Name) {
				scheme = b.signed(scheme)
				alternative.Met = alternative.Met && scheme.Present
			}
			alternative.Schemes = append(alternative.Schemes, scheme)
		}
		out.Alternatives = append(out.Alternatives, alternative)
	}
	if aws && (target.Adapted == nil || len(target.Adapted.Claims) == 0) {
		scheme := b.signed(Scheme{Name: "aws"})
		out.Alternatives = []Alternative{{Met: scheme.Present, Schemes: []Scheme{scheme}}}
	}
	if len(out.Alternatives) == 0 {
		return nil
	}
	return out
}

func claims(target runtime.Target, scheme string) bool {
	return target.Adapted != nil && slices.ContainsFunc(target.Adapted.Claims, func(c runtime.Claim) bool { return c.Scheme == scheme })
}

func newWay(w auth.Way) Way {
	out := Way{Title: w.Title}
	for _, v := range w.Values {
		out.Variables = append(out.Variables, EnvironmentVariable{Name: v.Variable, Set: v.Set, Optional: v.Optional})
	}
	return out
}

// signed describes the credentials of AWS, as far as the environment tells of
// them: a chain of other places is asked when a run begins.
func (b *builder) signed(s Scheme) Scheme {
	set := func(name string) bool {
		return b.options.Credentials.Lookup != nil && b.options.Credentials.Lookup(name) != ""
	}
	variable := func(name string, optional bool) EnvironmentVariable {
		return EnvironmentVariable{Name: name, Set: set(name), Optional: optional}
	}
	s.Title = "AWS Signature Version 4"
	s.Ways = []Way{
		{Title: "keys", Variables: []EnvironmentVariable{variable("AWS_ACCESS_KEY_ID", false), variable("AWS_SECRET_ACCESS_KEY", false), variable("AWS_SESSION_TOKEN", true)}},
		{Title: "profile", Variables: []EnvironmentVariable{variable("AWS_PROFILE", false)}},
	}
	s.Present = set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY") || set("AWS_PROFILE")
	s.Note = "or wherever else the AWS command line finds credentials"
	return s
}
