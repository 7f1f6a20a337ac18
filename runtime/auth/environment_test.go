package auth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

func TestVariableNames(t *testing.T) {
	tests := []struct {
		source, scheme string
		field          auth.Field
		want           string
	}{
		{"api", "bearerAuth", auth.FieldValue, "ARAZZO_API_BEARERAUTH"},
		{"pet-store.v2", "API key", auth.FieldValue, "ARAZZO_PET_STORE_V2_API_KEY"},
		{"größe", "ключ", auth.FieldValue, "ARAZZO_GR__E_____"},
		{"api", "o", auth.FieldClientID, "ARAZZO_API_O_CLIENT_ID"},
		{"api", "o", auth.FieldClientSecret, "ARAZZO_API_O_CLIENT_SECRET"},
		{"api", "o", auth.FieldRefreshToken, "ARAZZO_API_O_REFRESH_TOKEN"},
		{"api", "o", auth.FieldUsername, "ARAZZO_API_O_USERNAME"},
		{"api", "o", auth.FieldScopes, "ARAZZO_API_O_SCOPES"},
		{"api", "o", auth.FieldCA, "ARAZZO_API_O_CA"},
	}
	for _, tt := range tests {
		if got := auth.Variable(tt.source, tt.scheme, tt.field); got != tt.want {
			t.Errorf("Variable(%q, %q, %q) is %q, want %q", tt.source, tt.scheme, tt.field, got, tt.want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	e := variables(
		"ARAZZO_API_ALL=value\n", "ARAZZO_API_ALL_USERNAME=user", "ARAZZO_API_ALL_PASSWORD=password",
		"ARAZZO_API_ALL_CLIENT_ID=id", "ARAZZO_API_ALL_CLIENT_SECRET=secret", "ARAZZO_API_ALL_TOKEN=token",
		"ARAZZO_API_ALL_REFRESH_TOKEN=refresh", "ARAZZO_API_ALL_SCOPES=read  write", "ARAZZO_API_ALL_CERT=c.pem",
		"ARAZZO_API_ALL_KEY=k.pem", "ARAZZO_API_ALL_CA=ca.pem",
	)
	got, err := e.Credential(t.Context(), "api", "all")
	if err != nil {
		t.Fatal(err)
	}
	want := &auth.Credential{
		Value: "value", Username: "user", Password: "password", ClientID: "id", ClientSecret: "secret", Token: "token",
		RefreshToken: "refresh", Scopes: []string{"read", "write"}, Cert: "c.pem", Key: "k.pem", CA: "ca.pem", Origin: "ARAZZO_API_ALL",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{"none", ""} {
		if got, err := e.Credential(t.Context(), "api", name); got != nil || err != nil {
			t.Errorf("scheme %q: %+v, %v, want nothing", name, got, err)
		}
	}
	if got, err := (auth.Environment{}).Credential(t.Context(), "api", "all"); got != nil || err != nil {
		t.Errorf("the zero value finds %+v, %v", got, err)
	}
}

func TestTheFirstSourceThatKnowsASchemeDecides(t *testing.T) {
	sources := auth.Sources{
		nil,
		auth.Static{"api": {"a": {Value: "static"}}},
		variables("ARAZZO_API_A=environment", "ARAZZO_API_B=environment"),
	}
	for scheme, want := range map[string]string{"a": "static", "b": "environment"} {
		if got, err := sources.Credential(t.Context(), "api", scheme); err != nil || got == nil || got.Value != want {
			t.Errorf("scheme %q: %+v, %v, want %q", scheme, got, err, want)
		}
	}
	if got, err := sources.Credential(t.Context(), "api", "c"); got != nil || err != nil {
		t.Errorf("scheme that nobody knows: %+v, %v", got, err)
	}
}
