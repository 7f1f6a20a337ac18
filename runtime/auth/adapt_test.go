package auth_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// chosen lists the schemes by which requests are authenticated.
func chosen(a *runtime.Adaptation) []string {
	var out []string
	for _, each := range a.Auth {
		if each.Scheme != auth.AuthScheme {
			out = append(out, each.Scheme)
			continue
		}
		text := each.Params["scheme"]
		if g := each.Params["grant"]; g != "" {
			text += " " + g
		}
		out = append(out, text)
	}
	return out
}

func TestTheFirstAlternativeThatIsMetIsChosen(t *testing.T) {
	tests := []struct {
		name     string
		security string
		given    []string
		set      []string
		want     []string
		// found are the rules of diagnostics, warnings in parentheses.
		found string
	}{
		{"none asked for", "[]", nil, []string{"ARAZZO_PETS_KEY=k"}, nil, ""},
		{"one", "[{key: []}]", nil, []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, ""},
		{"one that is missing", "[{key: []}]", nil, nil, nil, "missing-credentials"},
		{"the first of two", "[{key: []}, {bearer: []}]", nil, []string{"ARAZZO_PETS_KEY=k", "ARAZZO_PETS_BEARER=b"}, []string{"key"}, ""},
		{"the second of two", "[{key: []}, {bearer: []}]", nil, []string{"ARAZZO_PETS_BEARER=b"}, []string{"bearer"}, ""},
		{"two together", "[{key: [], bearer: []}]", nil, []string{"ARAZZO_PETS_KEY=k", "ARAZZO_PETS_BEARER=b"}, []string{"key", "bearer"}, ""},
		{"half of two together", "[{key: [], bearer: []}]", nil, []string{"ARAZZO_PETS_KEY=k"}, nil, "missing-credentials"},
		{"half, and another", "[{key: [], bearer: []}, {basic: []}]", nil, []string{"ARAZZO_PETS_KEY=k", "ARAZZO_PETS_BASIC=u:p"}, []string{"basic"}, ""},
		{"anonymous access first, and a credential that is there", "[{}, {key: []}]", nil, []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, ""},
		{"anonymous access", "[{key: []}, {}]", nil, nil, nil, ""},
		{"given by the step", "[{key: []}]", []string{"header:x-key"}, nil, nil, ""},
		{"given by the step and there", "[{key: []}]", []string{"header:x-key"}, []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, ""},
		{"half given by the step", "[{key: [], bearer: []}]", []string{"header:X-Key"}, []string{"ARAZZO_PETS_BEARER=b"}, []string{"bearer"}, ""},
		{"the first is given by the step", "[{bearer: []}, {key: []}]", []string{"header:Authorization"}, []string{"ARAZZO_PETS_KEY=k"}, nil, ""},
		{"given in the query", "[{queryKey: []}]", []string{"query:api key"}, nil, nil, ""},
		{"given in the query under another case", "[{queryKey: []}]", []string{"query:API KEY"}, nil, nil, "missing-credentials"},
		{"given as a cookie", "[{cookieKey: []}]", []string{"cookie:sid"}, nil, nil, ""},
		{"given as the header of cookies", "[{cookieKey: []}]", []string{"header:Cookie"}, nil, nil, ""},
		{"given for OAuth 2", "[{client: []}]", []string{"header:Authorization"}, nil, nil, ""},
		{"given elsewhere than asked", "[{key: []}]", []string{"header:Authorization"}, nil, nil, "(missing-credentials)"},
		{"given elsewhere and there", "[{key: []}]", []string{"header:Authorization"}, []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, ""},
		{"a certificate cannot be given", "[{certificate: []}]", []string{"header:X-Key"}, nil, nil, "missing-credentials"},

		{"user and password", "[{basic: []}]", nil, []string{"ARAZZO_PETS_BASIC_USERNAME=u", "ARAZZO_PETS_BASIC_PASSWORD=p"}, []string{"basic"}, ""},
		{"both forms, of which the first counts", "[{basic: []}]", nil, []string{"ARAZZO_PETS_BASIC=u:p", "ARAZZO_PETS_BASIC_USERNAME=v:w", "ARAZZO_PETS_BASIC_PASSWORD=p"}, []string{"basic"}, ""},
		{"user without password", "[{basic: []}]", nil, []string{"ARAZZO_PETS_BASIC_USERNAME=u"}, nil, "missing-credentials"},
		{"no user and password", "[{basic: []}]", nil, []string{"ARAZZO_PETS_BASIC=secret"}, nil, "invalid-credentials"},
		{"a colon in the user", "[{basic: []}]", nil, []string{"ARAZZO_PETS_BASIC_USERNAME=u:v", "ARAZZO_PETS_BASIC_PASSWORD=p"}, nil, "invalid-credentials"},
		{"a line break", "[{key: []}]", nil, []string{"ARAZZO_PETS_KEY=a\nb"}, nil, "invalid-credentials"},
		{"a line break at the end", "[{key: []}]", nil, []string{"ARAZZO_PETS_KEY=a\r\n"}, []string{"key"}, ""},
		{"a semicolon in a cookie", "[{cookieKey: []}]", nil, []string{"ARAZZO_PETS_COOKIEKEY=a;b"}, nil, "invalid-credentials"},
		{"another HTTP scheme", "[{digest: []}]", nil, []string{"ARAZZO_PETS_DIGEST=Digest x"}, []string{"digest"}, ""},

		{"client credentials", "[{client: [read]}]", nil, []string{"ARAZZO_PETS_CLIENT_CLIENT_ID=i", "ARAZZO_PETS_CLIENT_CLIENT_SECRET=s"}, []string{"client clientCredentials"}, ""},
		{"half of the client credentials", "[{client: [read]}]", nil, []string{"ARAZZO_PETS_CLIENT_CLIENT_ID=i"}, nil, "missing-credentials"},
		{"client credentials of Swagger", "[{swagger: []}]", nil, []string{"ARAZZO_PETS_SWAGGER_CLIENT_ID=i", "ARAZZO_PETS_SWAGGER_CLIENT_SECRET=s"}, []string{"swagger clientCredentials"}, ""},
		{"a token first", "[{client: []}]", nil, []string{"ARAZZO_PETS_CLIENT_TOKEN=t", "ARAZZO_PETS_CLIENT_CLIENT_ID=i", "ARAZZO_PETS_CLIENT_CLIENT_SECRET=s"}, []string{"client token"}, ""},
		{"a token under the name of the scheme", "[{client: []}]", nil, []string{"ARAZZO_PETS_CLIENT=t"}, []string{"client token"}, ""},
		{"password", "[{person: []}]", nil, []string{"ARAZZO_PETS_PERSON_USERNAME=u", "ARAZZO_PETS_PERSON_PASSWORD=p"}, []string{"person password"}, ""},
		{"client credentials where only people are let in", "[{person: []}]", nil, []string{"ARAZZO_PETS_PERSON_CLIENT_ID=i", "ARAZZO_PETS_PERSON_CLIENT_SECRET=s"}, nil, "missing-credentials"},
		{"refresh token", "[{code: []}]", nil, []string{"ARAZZO_PETS_CODE_REFRESH_TOKEN=r"}, []string{"code refreshToken"}, ""},
		{"refresh token without an endpoint", "[{implicit: []}]", nil, []string{"ARAZZO_PETS_IMPLICIT_REFRESH_TOKEN=r"}, nil, "missing-credentials"},
		{"discovery", "[{oidc: []}]", nil, []string{"ARAZZO_PETS_OIDC_CLIENT_ID=i", "ARAZZO_PETS_OIDC_CLIENT_SECRET=s"}, []string{"oidc clientCredentials"}, ""},
		{"a token endpoint over clear text", "[{plainToken: []}]", nil, []string{"ARAZZO_PETS_PLAINTOKEN_CLIENT_ID=i", "ARAZZO_PETS_PLAINTOKEN_CLIENT_SECRET=s"}, nil, "invalid-credentials"},
		{"files that do not exist", "[{certificate: []}]", nil, []string{"ARAZZO_PETS_CERTIFICATE_CERT=nosuch.pem", "ARAZZO_PETS_CERTIFICATE_KEY=nosuch.key"}, nil, "invalid-credentials"},

		{"not defined", "[{lost: []}]", nil, nil, nil, "missing-credentials"},
		{"not defined and there", "[{lost: []}]", nil, []string{"ARAZZO_PETS_LOST=Bearer x"}, []string{"lost"}, ""},
		{"not defined and given", "[{lost: []}]", []string{"header:Authorization"}, nil, nil, ""},
		{"without a type", "[{untyped: []}]", nil, []string{"ARAZZO_PETS_UNTYPED=x"}, []string{"untyped"}, ""},
		{"without a type, but with a scheme", "[{untypedBearer: []}]", nil, []string{"ARAZZO_PETS_UNTYPEDBEARER=x"}, []string{"untypedBearer"}, ""},
		{"several for one header", "[{basic: [], bearer: [], oidc: []}]", nil, []string{"ARAZZO_PETS_BEARER=b"}, []string{"bearer"}, "(conflicting-security-schemes)"},
		{"several for one header, all there", "[{basic: [], bearer: []}]", nil, []string{"ARAZZO_PETS_BEARER=b", "ARAZZO_PETS_BASIC=u:p"}, []string{"basic"}, "(conflicting-security-schemes)"},
		{"several for one header, none there", "[{basic: [], bearer: []}]", nil, nil, nil, "missing-credentials"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := auth.New(auth.Options{Source: variables(tt.set...)})
			a, found := p.Adapt(t.Context(), target(t, tt.security, tt.given...))
			if diff := cmp.Diff(tt.want, chosen(a), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("schemes (-want +got):\n%s", diff)
			}
			var rules []string
			for _, d := range found {
				rule := d.Rule
				if d.Severity == diag.Warning {
					rule = "(" + rule + ")"
				}
				rules = append(rules, rule)
				for _, entry := range tt.set {
					if _, value, _ := strings.Cut(entry, "="); len(value) > 3 && !strings.HasPrefix(value, "nosuch") && strings.Contains(d.Error()+d.Hint, value) {
						t.Errorf("the message quotes the credential: %s", d.Error())
					}
				}
			}
			if got := strings.Join(rules, " "); got != tt.found {
				t.Errorf("rules are %q, want %q: %v", got, tt.found, texts(found))
			}

			without := auth.New(auth.Options{Source: variables(tt.set...), NoCredentials: true})
			_, found = without.Adapt(t.Context(), target(t, tt.security, tt.given...))
			for _, d := range found {
				if d.Rule == auth.RuleMissingCredentials {
					t.Errorf("without credentials if need be: %v", texts(found))
				}
			}
		})
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	const many = "[{basic: []}, {key: [], queryKey: []}, {person: []}, {basic: [], oidc: []}, {lost: []}, {certificate: []}, {client: []}]"
	p := auth.New(auth.Options{Source: variables("ARAZZO_PETS_KEY=k", "ARAZZO_PETS_CLIENT_CLIENT_ID=i")})
	_, found := p.Adapt(t.Context(), target(t, many))
	want := []string{
		`error missing-credentials: credentials for source "pets" are missing: "basic", or "key" with "queryKey", or "person", or "basic" with "oidc", or "lost", or "certificate", or "client"`,
		`  "basic" (basic authentication): set ARAZZO_PETS_BASIC as user:password`,
		`  "key" (API key in header X-Key) and "queryKey" (API key in query api key): set ARAZZO_PETS_QUERYKEY`,
		`  "person" (OAuth 2): set ARAZZO_PETS_PERSON_TOKEN, or ARAZZO_PETS_PERSON_REFRESH_TOKEN, or ARAZZO_PETS_PERSON_USERNAME and ARAZZO_PETS_PERSON_PASSWORD`,
		`  "basic" (basic authentication) or "oidc" (OpenID Connect): set ARAZZO_PETS_BASIC as user:password, or ARAZZO_PETS_OIDC_TOKEN, or ARAZZO_PETS_OIDC_REFRESH_TOKEN, or ARAZZO_PETS_OIDC_USERNAME and ARAZZO_PETS_OIDC_PASSWORD, or ARAZZO_PETS_OIDC_CLIENT_ID and ARAZZO_PETS_OIDC_CLIENT_SECRET`,
		`  "lost" (the description does not define it): set ARAZZO_PETS_LOST as the whole value of the header Authorization`,
		`  "certificate" (client certificate): set ARAZZO_PETS_CERTIFICATE_CERT and ARAZZO_PETS_CERTIFICATE_KEY as names of files`,
		`  "client" (OAuth 2): set ARAZZO_PETS_CLIENT_CLIENT_SECRET beside ARAZZO_PETS_CLIENT_CLIENT_ID`,
	}
	if diff := cmp.Diff(want, texts(found)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if place := found[0].Range.String(); place != "flow.yaml:7:9" {
		t.Errorf("it is said at %s, want the step", place)
	}
}

func TestAnAdaptationKeepsWhatOthersMadeOfAnOperation(t *testing.T) {
	signature := runtime.Auth{Scheme: "signature"}
	always := runtime.Auth{Scheme: "always"}
	before := func(auth []runtime.Auth, claims ...runtime.Claim) *runtime.Adaptation {
		return &runtime.Adaptation{
			BaseURL: "https://other.example", Auth: auth, Claims: claims, Drop: []string{"Authorization"},
			Header: runtime.Header{{Name: "X-Family", Value: "yes"}},
		}
	}
	there := runtime.Claim{Scheme: "lost", Title: "a signature", Auth: signature}
	missing := runtime.Claim{Scheme: "lost", Title: "a signature", Auth: signature, Missing: "no keys were found", Remedy: "FAMILY_KEY"}
	tests := []struct {
		name     string
		security string
		adapted  *runtime.Adaptation
		set      []string
		want     []string
		drops    bool
		found    []string
	}{
		{"a claim", "[{lost: []}]", before(nil, there), nil, []string{"signature"}, true, nil},
		{"a key before a claim", "[{key: []}, {lost: []}]", before(nil, there), []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, false, nil},
		{"a claim beside a key, which it covers", "[{lost: [], key: []}]", before(nil, there), []string{"ARAZZO_PETS_KEY=k"}, []string{"key", "signature"}, true, nil},
		{"what always holds", "[{key: []}]", before([]runtime.Auth{always}), []string{"ARAZZO_PETS_KEY=k"}, []string{"key", "always"}, true, nil},
		{"a claim that is not met, and a key", "[{lost: []}, {key: []}]", before(nil, missing), []string{"ARAZZO_PETS_KEY=k"}, []string{"key"}, false, nil},
		{"a claim that is not met", "[{lost: []}, {key: []}]", before(nil, missing), nil, nil, false, []string{
			`error missing-credentials: credentials for source "pets" are missing: "lost" or "key"`,
			`  "lost" (a signature): set FAMILY_KEY`,
			`  "key" (API key in header X-Key): set ARAZZO_PETS_KEY`,
			`  no keys were found`,
		}},
		{"a claim that sends nothing", "[{lost: []}]", before(nil, runtime.Claim{Scheme: "lost"}), nil, nil, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			where := target(t, tt.security)
			where.Adapted = tt.adapted
			kept := *tt.adapted
			a, found := auth.New(auth.Options{Source: variables(tt.set...)}).Adapt(t.Context(), where)
			if diff := cmp.Diff(tt.want, chosen(a), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("schemes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.found, texts(found), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			if drops := len(a.Drop) > 0; drops != tt.drops {
				t.Errorf("what the step gives is dropped: %t, want %t", drops, tt.drops)
			}
			if a.BaseURL != "https://other.example" || len(a.Header) != 1 || a.Claims != nil {
				t.Errorf("adaptation is %+v", a)
			}
			if diff := cmp.Diff(&kept, tt.adapted); diff != "" {
				t.Errorf("what the adapter before returned is changed:\n%s", diff)
			}
		})
	}
}

func TestAuthIsPlainAndHoldsNoSecret(t *testing.T) {
	p := auth.New(auth.Options{Source: variables("ARAZZO_PETS_CLIENT_CLIENT_ID=the-client", "ARAZZO_PETS_CLIENT_CLIENT_SECRET=the-secret", "ARAZZO_PETS_QUERYKEY=the-key")})
	a, found := p.Adapt(t.Context(), target(t, "[{client: [pets:read, pets:write], queryKey: []}]"))
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	want := &runtime.Adaptation{
		Auth: []runtime.Auth{
			{Scheme: "openapi", Params: map[string]string{
				"source": "pets", "scheme": "client", "kind": "oauth2", "in": "header", "parameter": "Authorization",
				"origin": "https://pets.example:443", "grant": "clientCredentials", "scopes": "pets:read pets:write",
				"endpoint-clientCredentials": "https://pets.example/token", "renew": "true",
			}},
			{Scheme: "openapi", Params: map[string]string{
				"source": "pets", "scheme": "queryKey", "kind": "key", "in": "query", "parameter": "api key", "origin": "https://pets.example:443",
			}},
		},
		Secrets: []runtime.ParameterName{{In: "header", Name: "Authorization"}, {In: "query", Name: "api key"}},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"the-secret", "the-key"}, p.Secrets()); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}
