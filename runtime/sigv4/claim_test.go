package sigv4_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// TestClaims says which schemes are met by a signature, with credentials and
// without. What the check before a run finds stands in the last column.
func TestClaims(t *testing.T) {
	hmac := hmacScheme()[0]
	key := openapi.SecurityUse{Name: "key", Scheme: &openapi.SecurityScheme{Type: "apiKey", In: "header", ParameterName: "X-Api-Key"}}
	authorization := []runtime.ParameterName{{In: "header", Name: "authorization"}}
	tests := []struct {
		name     string
		security []openapi.SecurityRequirement
		given    []runtime.ParameterName
		options  sigv4.Options
		// with and without credentials: the claims, "!" in front of one for which
		// credentials are missing, and after it how it is met.
		with, without []string
		check         string
	}{
		{"nothing else will do", []openapi.SecurityRequirement{hmac}, nil, sigv4.Options{}, []string{"hmac aws-sigv4"}, []string{"hmac aws-sigv4"}, "no-credentials"},
		{"a key as well", []openapi.SecurityRequirement{{hmac[0], key}}, nil, sigv4.Options{}, []string{"hmac aws-sigv4"}, []string{"hmac aws-sigv4"}, "no-credentials"},
		{"or a key", []openapi.SecurityRequirement{hmac, {key}}, nil, sigv4.Options{}, []string{"hmac aws-sigv4"}, []string{"!hmac aws-sigv4"}, ""},
		{"or nothing", []openapi.SecurityRequirement{hmac, {}}, nil, sigv4.Options{}, []string{"hmac aws-sigv4"}, []string{"!hmac aws-sigv4"}, ""},
		{"the step has a header of its own", []openapi.SecurityRequirement{hmac}, authorization, sigv4.Options{}, []string{"hmac aws-sigv4"}, []string{"!hmac "}, ""},
		{"credentials may be missing", []openapi.SecurityRequirement{hmac}, nil, sigv4.Options{NoCredentials: true}, []string{"hmac aws-sigv4"}, []string{"!hmac "}, ""},
		{"never signed", []openapi.SecurityRequirement{hmac}, nil, sigv4.Options{NoSignRequest: true}, []string{"hmac "}, []string{"hmac "}, ""},
		{"known by the host alone", nil, nil, sigv4.Options{}, []string{"aws-sigv4"}, []string{"aws-sigv4"}, "no-credentials"},
		{"known by the host alone, with a header of its own", nil, authorization, sigv4.Options{}, []string{"aws-sigv4"}, nil, ""},
		{"a scheme that is not defined", []openapi.SecurityRequirement{{{Name: "lost"}}}, nil, sigv4.Options{}, []string{"lost aws-sigv4"}, []string{"lost aws-sigv4"}, "no-credentials"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, present := range []bool{true, false} {
				isolate(t)
				if present {
					staticCredentials(t)
				}
				op := healthlake()
				op.Security = test.security
				test.options.Region = "us-west-2"
				p := sigv4.New(test.options)
				a, _ := adapt(t, p, runtime.Target{Operation: op, Given: test.given})
				var got []string
				signs := false
				for _, c := range a.Claims {
					text := c.Scheme + " " + c.Auth.Scheme
					if c.Missing != "" {
						text = "!" + text
					}
					if (c.Missing == "") != (c.Remedy == "") {
						t.Errorf("claim %+v lacks a half of what is wrong", c)
					}
					got = append(got, text)
					signs = signs || c.Auth.Scheme != ""
				}
				for _, auth := range a.Auth {
					got, signs = append(got, auth.Scheme), true
				}
				want, check := test.with, ""
				if !present {
					want, check = test.without, test.check
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("credentials present: %t: (-want +got):\n%s", present, diff)
				}
				if drops := slices.Contains(a.Drop, "Authorization"); drops != signs {
					t.Errorf("credentials present: %t: the step's own header is dropped: %t, the request signed: %t", present, drops, signs)
				}
				if found := rules(p.Check(t.Context())); found != check {
					t.Errorf("credentials present: %t: the check finds %q, want %q", present, found, check)
				}
			}
		})
	}
}
