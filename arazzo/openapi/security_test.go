package openapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

const secured = `
openapi: 3.2.0
info: {title: Secured, version: 1.0.0}
paths:
  /a:
    get:
      operationId: a
      security:
        - oauth: [read]
          oidc: [openid]
        - token: []
        - certificate: []
components:
  securitySchemes:
    oauth:
      type: oauth2
      oauth2MetadataUrl: https://id.example/.well-known/oauth-authorization-server
      flows:
        x-note: none
        clientCredentials:
          tokenUrl: ' /token '
          refreshUrl: /refresh
          scopes: {read: Reads, write: Writes}
        authorizationCode: {authorizationUrl: /authorize, tokenUrl: /token}
        deviceAuthorization: {deviceAuthorizationUrl: /device, tokenUrl: /token}
        implicit: broken
    oidc: {type: openidconnect, openIdConnectUrl: https://id.example/.well-known/openid-configuration}
    token: {type: http, scheme: Bearer, bearerFormat: JWT}
    certificate: {type: mutualTLS}
`

func TestSecuritySchemes(t *testing.T) {
	op := operation(t, open(t, secured), "a")
	want := []openapi.SecurityRequirement{
		{
			{Name: "oauth", Scopes: []string{"read"}, Scheme: &openapi.SecurityScheme{
				Type:              "oauth2",
				OAuth2MetadataURL: "https://id.example/.well-known/oauth-authorization-server",
				Flows: []openapi.OAuthFlow{
					{Kind: "clientCredentials", TokenURL: "/token", RefreshURL: "/refresh", Scopes: []string{"read", "write"}},
					{Kind: "authorizationCode", AuthorizationURL: "/authorize", TokenURL: "/token"},
					{Kind: "deviceAuthorization", DeviceAuthorizationURL: "/device", TokenURL: "/token"},
				},
				Extensions: map[string]any{},
			}},
			{Name: "oidc", Scopes: []string{"openid"}, Scheme: &openapi.SecurityScheme{
				Type: "openIdConnect", OpenIDConnectURL: "https://id.example/.well-known/openid-configuration", Extensions: map[string]any{},
			}},
		},
		{{Name: "token", Scheme: &openapi.SecurityScheme{Type: "http", Scheme: "bearer", BearerFormat: "JWT", Extensions: map[string]any{}}}},
		{{Name: "certificate", Scheme: &openapi.SecurityScheme{Type: "mutualTLS", Extensions: map[string]any{}}}},
	}
	if diff := cmp.Diff(want, op.Security); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`api.yaml:25:9: the flow "implicit" of the security scheme "oauth" is no object and is left out (invalid-description)`}, warnings(op)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
