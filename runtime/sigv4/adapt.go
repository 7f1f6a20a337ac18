package sigv4

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Adapt recognises operations of AWS services and says where their requests go
// and how they are signed. It returns nil for all other operations, and beside
// errors because of which no address is known.
//
// The shared AWS configuration is read when the first operation is recognised;
// what is wrong with it is reported for each.
func (p *Provider) Adapt(ctx context.Context, target runtime.Target) (*runtime.Adaptation, diag.List) {
	kind, schemes := recognise(target)
	switch kind {
	case notAWS:
		return nil, nil
	case signatureV2:
		return nil, diag.List{{
			Rule:    "aws-signature-version",
			Message: fmt.Sprintf("operation %q is signed with AWS Signature Version 2, which is not supported", operationName(target)),
			Hint:    "use a service or an endpoint that takes Signature Version 4",
			Range:   target.Range,
		}}
	case signatureV4:
	}
	a := &adapting{provider: p, target: target}
	a.service, a.prefix = serviceOf(target)
	a.speak(protocolOf(target.Operation, a.service))
	if err := a.address(ctx); err != nil {
		a.found.Add(problemOf(err).diagnostic(target.Range))
	}
	if a.result.BaseURL == "" {
		return nil, a.found
	}
	a.authenticate(ctx, schemes)
	return &a.result, a.found
}

// adapting is the work on one operation.
type adapting struct {
	provider *Provider
	target   runtime.Target
	settings *settings
	service  string
	prefix   string
	region   string
	result   runtime.Adaptation
	found    diag.List
}

// authenticate says how requests are signed. The schemes are those of the
// description that stand for a signature; there may be none. Whether credentials
// can be found is looked up here only if requests could do without, since
// [Provider.Check] looks for those that cannot.
func (a *adapting) authenticate(ctx context.Context, schemes []string) {
	p := a.provider
	claim := runtime.Claim{Title: "AWS Signature Version 4"}
	if !p.options.NoSignRequest {
		if !a.avoidable(schemes) {
			p.needed.Store(true)
		} else if _, err := p.retrieve(ctx); err != nil {
			lack := problemOf(err)
			claim.Missing, claim.Remedy = lack.message, lack.hint
		}
		if claim.Missing == "" || !p.options.NoCredentials && !a.givesAuthorization() {
			claim.Auth = runtime.Auth{Scheme: Scheme, Params: map[string]string{ServiceParam: a.service, RegionParam: a.region}}
			a.result.Drop = dropped(a.service)
		}
	}
	for _, scheme := range schemes {
		claim.Scheme = scheme
		a.result.Claims = append(a.result.Claims, claim)
	}
	if len(schemes) == 0 && claim.Auth.Scheme != "" {
		a.result.Auth = []runtime.Auth{claim.Auth}
	}
}

// avoidable reports whether the operation can be called without a signature.
func (a *adapting) avoidable(schemes []string) bool {
	if a.provider.options.NoCredentials || a.givesAuthorization() {
		return true
	}
	return len(schemes) > 0 && slices.ContainsFunc(a.target.Operation.Security, func(r openapi.SecurityRequirement) bool {
		return !slices.ContainsFunc(r, func(use openapi.SecurityUse) bool { return slices.Contains(schemes, use.Name) })
	})
}

func (a *adapting) givesAuthorization() bool {
	return slices.ContainsFunc(a.target.Given, runtime.ParameterName{In: "header", Name: "Authorization"}.Is)
}

// speak makes requests follow the AWS JSON protocol.
func (a *adapting) speak(p protocol) {
	if p.json == "" {
		return
	}
	mediaType := "application/x-amz-json-" + p.json
	a.result.MediaTypes = map[string]string{"application/json": mediaType}
	if p.target != "" {
		a.result.Header.Add("X-Amz-Target", p.target)
	}
	if p.declared || a.target.Operation.RequestBody == nil {
		return
	}
	at := a.target.Operation.Range
	if at == (diag.Range{}) {
		at = a.target.Range
	}
	a.found.Add(diag.Diagnostic{
		Rule:     "aws-json-media-type",
		Severity: diag.Warning,
		Message:  fmt.Sprintf("operation %q declares application/json, and is sent %s as its protocol demands", operationName(a.target), mediaType),
		Hint:     fmt.Sprintf("declare the content type %s in the description and in the step", mediaType),
		Range:    at,
		Pointer:  a.target.Operation.Pointer,
	})
}

func operationName(t runtime.Target) string {
	if t.Operation.ID != "" {
		return t.Operation.ID
	}
	return t.Operation.Method + " " + t.Operation.Path
}
