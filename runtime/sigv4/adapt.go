package sigv4

import (
	"context"
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Adapt recognises operations of AWS services and says where their requests go
// and how they are signed. It returns nil for all other operations, and beside
// errors because of which no address is known.
//
// The shared AWS configuration is read when the first operation is recognised;
// what is wrong with it is reported for each.
func (p *Provider) Adapt(ctx context.Context, target runtime.Target) (*runtime.Adaptation, diag.List) {
	switch recognise(target) {
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
	p.recognised.Store(true)
	a := &adapting{provider: p, target: target}
	a.result.Drop = signatureFields()
	a.service, a.prefix = serviceOf(target)
	a.speak(protocolOf(target.Operation, a.service))
	if err := a.address(ctx); err != nil {
		a.found.Add(problemOf(err).diagnostic(target.Range))
	}
	if a.result.BaseURL == "" {
		return nil, a.found
	}
	if !p.options.NoSignRequest {
		a.result.Auth = runtime.Auth{Scheme: Scheme, Params: map[string]string{ServiceParam: a.service, RegionParam: a.region}}
	}
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
