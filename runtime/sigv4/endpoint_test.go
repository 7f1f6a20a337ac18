package sigv4_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

const profileText = `
[default]
region = eu-west-1
max_attempts = 7

[profile endpoint]
region = eu-west-2
endpoint_url = https://profile.example.com
services = local

[services local]
healthlake =
  endpoint_url = https://profile-service.example.com

[profile global-endpoint]
region = eu-west-2
endpoint_url = https://profile.example.com

[profile ignoring]
region = eu-west-2
endpoint_url = https://profile.example.com
ignore_configured_endpoint_urls = true

[profile fips]
region = us-east-2
use_fips_endpoint = true

[profile dual]
region = us-east-2
use_dualstack_endpoint = true
`

func TestRegionPrecedence(t *testing.T) {
	const variable = "region"
	tests := []struct {
		name    string
		options sigv4.Options
		env     map[string]string
		vars    map[string]string
		want    string
		rules   string
	}{
		{"flag", sigv4.Options{Region: "us-west-2"}, map[string]string{"AWS_REGION": "r-env"}, map[string]string{variable: "r-var"}, "us-west-2", ""},
		{"server variable", sigv4.Options{}, map[string]string{"AWS_REGION": "r-env"}, map[string]string{variable: "us-west-2"}, "us-west-2", ""},
		{"AWS_REGION", sigv4.Options{}, map[string]string{"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "r-default"}, nil, "us-west-2", ""},
		{"AWS_DEFAULT_REGION", sigv4.Options{}, map[string]string{"AWS_DEFAULT_REGION": "us-west-2"}, nil, "us-west-2", ""},
		{"default profile", sigv4.Options{}, nil, nil, "eu-west-1", "(server-variable-value)"},
		{"named profile", sigv4.Options{Profile: "endpoint"}, map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, nil, "eu-west-2", ""},
		{"a region that AWS has not", sigv4.Options{Region: "local"}, nil, nil, "local", "(server-variable-value)"},
		{"a region that is none", sigv4.Options{}, map[string]string{"AWS_REGION": "evil.example.com/#"}, nil, "", "aws-region"},
		{"a region in capitals", sigv4.Options{Region: "US-EAST-1"}, nil, nil, "", "aws-region"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			configFile(t, profileText)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			op := healthlake()
			op.RequestBody = nil
			a, found := adapt(t, sigv4.New(test.options), runtime.Target{Operation: op, Variables: test.vars})
			if got := authOf(a).Params["region"]; got != test.want || rules(found) != test.rules {
				t.Errorf("the region is %q with %v, want %q", got, found, test.want)
			}
			if test.want != "" && a.BaseURL != "https://healthlake."+test.want+".amazonaws.com" {
				t.Errorf("the base URL is %s", a.BaseURL)
			}
		})
	}
}

func TestNoRegion(t *testing.T) {
	isolate(t)
	p := sigv4.New(sigv4.Options{})
	op := &openapi.Operation{ID: "Op", Path: "/", Security: apiKey("sigv4", ""), Servers: []openapi.Server{{URL: "https://kms.{region}.amazonaws.com"}}}
	_, found := adapt(t, p, runtime.Target{Operation: op})
	if rules(found) != "no-region" || !strings.Contains(found[0].Hint, "AWS_REGION") {
		t.Errorf("diagnostics are %v", found)
	}
	_, found = adapt(t, p, runtime.Target{Operation: op, Server: "http://127.0.0.1:1"})
	if rules(found) != "no-region" {
		t.Errorf("with an endpoint diagnostics are %v", found)
	}
	a, found := adapt(t, sigv4.New(sigv4.Options{NoSignRequest: true}), runtime.Target{Operation: op, Server: "http://127.0.0.1:1"})
	if rules(found) != "" || a.BaseURL != "http://127.0.0.1:1" {
		t.Errorf("unsigned the base URL is %q and diagnostics are %v", a.BaseURL, found)
	}
}

func TestEndpointPrecedence(t *testing.T) {
	env := func(pairs ...string) map[string]string {
		m := map[string]string{"AWS_REGION": "eu-west-2"}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	const service, global = "AWS_ENDPOINT_URL_HEALTHLAKE", "AWS_ENDPOINT_URL"
	tests := []struct {
		name    string
		options sigv4.Options
		server  string
		env     map[string]string
		want    string
		rules   string
	}{
		{"description", sigv4.Options{}, "", env(), "https://healthlake.eu-west-2.amazonaws.com", ""},
		{"--server", sigv4.Options{EndpointURL: "https://flag.example.com"}, "https://server.example.com/base/", env(service, "https://s.example.com"), "https://server.example.com/base", ""},
		{"--server with a variable", sigv4.Options{}, "https://healthlake.{region}.example.com", env(), "https://healthlake.eu-west-2.example.com", ""},
		{"--endpoint-url", sigv4.Options{EndpointURL: "https://flag.example.com"}, "", env(service, "https://s.example.com"), "https://flag.example.com", ""},
		{"service variable", sigv4.Options{Profile: "endpoint"}, "", env(service, "https://s.example.com", global, "https://g.example.com"), "https://s.example.com", ""},
		{"another service's variable", sigv4.Options{}, "", env("AWS_ENDPOINT_URL_KMS", "https://s.example.com"), "https://healthlake.eu-west-2.amazonaws.com", ""},
		{"global variable", sigv4.Options{Profile: "endpoint"}, "", env(global, "https://g.example.com"), "https://g.example.com", ""},
		{"service in the profile", sigv4.Options{Profile: "endpoint"}, "", env(), "https://profile-service.example.com", ""},
		{"profile", sigv4.Options{Profile: "global-endpoint"}, "", env(), "https://profile.example.com", ""},
		{"profile by variable", sigv4.Options{}, "", env("AWS_PROFILE", "global-endpoint"), "https://profile.example.com", ""},
		{"ignored by the profile", sigv4.Options{Profile: "ignoring"}, "", env(global, "https://g.example.com"), "https://healthlake.eu-west-2.amazonaws.com", ""},
		{"ignored", sigv4.Options{Profile: "endpoint"}, "", env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", global, "https://g.example.com"), "https://healthlake.eu-west-2.amazonaws.com", ""},
		{"ignored but for the flag", sigv4.Options{EndpointURL: "https://flag.example.com"}, "", env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE"), "https://flag.example.com", ""},
		{"loopback", sigv4.Options{}, "", env(global, "http://127.0.0.1:4566"), "http://127.0.0.1:4566", ""},
		{"interface endpoint", sigv4.Options{EndpointURL: "https://vpce-1-2.healthlake.eu-west-2.vpce.amazonaws.com"}, "", env(), "https://vpce-1-2.healthlake.eu-west-2.vpce.amazonaws.com", ""},
		{"clear text", sigv4.Options{EndpointURL: "http://internal.example.com"}, "", env(), "http://internal.example.com", "clear-text-credentials"},
		{"clear text allowed", sigv4.Options{EndpointURL: "http://internal.example.com", AllowHTTP: true}, "", env(), "http://internal.example.com", ""},
		{"clear text unsigned", sigv4.Options{EndpointURL: "http://internal.example.com", NoSignRequest: true}, "", env(), "http://internal.example.com", ""},
		{"no scheme", sigv4.Options{EndpointURL: "127.0.0.1:4566"}, "", env(), "", "invalid-endpoint"},
		{"another scheme", sigv4.Options{EndpointURL: "ftp://example.com"}, "", env(), "", "invalid-endpoint"},
		{"password in the URL", sigv4.Options{}, "", env(global, "https://user:hunter2@example.com"), "", "invalid-endpoint"},
		{"query in the URL", sigv4.Options{}, "", env(global, "https://example.com/?token=hunter2"), "", "invalid-endpoint"},
		{"other region", sigv4.Options{EndpointURL: "https://healthlake.us-west-2.amazonaws.com"}, "", env(), "", "aws-region-mismatch"},
		{"a variable that is no boolean", sigv4.Options{}, "", env("AWS_USE_FIPS_ENDPOINT", "yes"), "", "aws-configuration"},
		{"FIPS", sigv4.Options{}, "", env("AWS_USE_FIPS_ENDPOINT", "true"), "https://healthlake-fips.eu-west-2.amazonaws.com", ""},
		{"FIPS by profile", sigv4.Options{Profile: "fips"}, "", env(), "https://healthlake-fips.eu-west-2.amazonaws.com", ""},
		{"FIPS of the profile turned off", sigv4.Options{Profile: "fips"}, "", env("AWS_USE_FIPS_ENDPOINT", "false"), "https://healthlake.eu-west-2.amazonaws.com", ""},
		{"dual stack", sigv4.Options{}, "", env("AWS_USE_DUALSTACK_ENDPOINT", "true"), "https://healthlake.eu-west-2.api.aws", ""},
		{"dual stack by profile", sigv4.Options{Profile: "dual"}, "", env(), "https://healthlake.eu-west-2.api.aws", ""},
		{"dual stack in China", sigv4.Options{Region: "cn-north-1"}, "", env("AWS_USE_DUALSTACK_ENDPOINT", "true"), "https://healthlake.cn-north-1.api.amazonwebservices.com.cn", ""},
		{"both", sigv4.Options{}, "", env("AWS_USE_DUALSTACK_ENDPOINT", "true", "AWS_USE_FIPS_ENDPOINT", "true"), "https://healthlake-fips.eu-west-2.api.aws", ""},
		{"FIPS and an endpoint", sigv4.Options{EndpointURL: "https://flag.example.com"}, "", env("AWS_USE_FIPS_ENDPOINT", "true"), "", "aws-endpoint-conflict"},
		{"dual stack and an endpoint", sigv4.Options{}, "", env("AWS_USE_DUALSTACK_ENDPOINT", "true", global, "https://g.example.com"), "", "aws-endpoint-conflict"},
		{"China", sigv4.Options{Region: "cn-northwest-1"}, "", env(), "https://healthlake.cn-northwest-1.amazonaws.com.cn", ""},
		{"government", sigv4.Options{Region: "us-gov-west-1"}, "", env(), "https://healthlake.us-gov-west-1.amazonaws.com", ""},
		{"European cloud", sigv4.Options{Region: "eusc-de-east-1"}, "", env(), "https://healthlake.eusc-de-east-1.amazonaws.eu", ""},
		{"isolated region", sigv4.Options{Region: "us-iso-east-1"}, "", env(), "", "aws-partition"},
		{"isolated region with an endpoint", sigv4.Options{Region: "us-iso-east-1", EndpointURL: "https://healthlake.us-iso-east-1.c2s.ic.gov"}, "", env(), "https://healthlake.us-iso-east-1.c2s.ic.gov", ""},
		{"unknown profile", sigv4.Options{Profile: "nobody"}, "", env(), "", "aws-configuration"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			configFile(t, profileText)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			op := healthlake()
			op.RequestBody = nil
			a, found := adapt(t, sigv4.New(test.options), runtime.Target{Operation: op, Server: test.server})
			var errors []string
			for _, rule := range strings.Fields(rules(found)) {
				if rule != "(server-variable-value)" {
					errors = append(errors, rule)
				}
			}
			if diff := cmp.Diff(test.rules, strings.Join(errors, " ")); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			if a.BaseURL != test.want {
				t.Errorf("the base URL is %q, want %q", a.BaseURL, test.want)
			}
			chosen := test.server != "" || test.options.EndpointURL != "" || !strings.HasPrefix(a.BaseURL, "https://healthlake")
			if a.BaseURL != "" && test.rules == "" && a.Named != chosen {
				t.Errorf("the user named %q: %t, want %t", a.BaseURL, a.Named, chosen)
			}
			for _, d := range found {
				if strings.Contains(d.Message+d.Hint, "hunter2") {
					t.Errorf("the password shows in %q", d.Message)
				}
			}
			if a.BaseURL != "" && (authOf(a).Scheme == "") != test.options.NoSignRequest {
				t.Errorf("authentication is %+v", authOf(a))
			}
		})
	}
}

// Descriptions differ in how they name servers.
func TestServers(t *testing.T) {
	tests := []struct {
		name   string
		env    string // AWS_REGION
		server string
		vars   map[string]string
		extra  map[string]string
		base   string
		region string
		rules  string
	}{
		{"fixed host", "eu-west-1", "https://kinesis.eu-west-1.amazonaws.com", nil, nil, "https://kinesis.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"fixed host alone", "", "https://kinesis.eu-west-1.amazonaws.com", nil, nil, "https://kinesis.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"fixed host elsewhere", "us-east-1", "https://kinesis.eu-west-1.amazonaws.com", nil, nil, "", "", "aws-region-mismatch"},
		{"default with a warning", "", "https://kinesis.{region}.amazonaws.com", nil, nil, "https://kinesis.eu-north-1.amazonaws.com", "eu-north-1", "(aws-default-region)"},
		{"another name for the variable", "eu-west-1", "https://kinesis.{aws-region}.amazonaws.com", nil, nil, "https://kinesis.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"clear text of AWS", "eu-west-1", "http://kinesis.{region}.amazonaws.com", nil, nil, "https://kinesis.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"clear text elsewhere", "eu-west-1", "http://kinesis.example.com", nil, nil, "http://kinesis.example.com", "eu-west-1", "clear-text-credentials"},
		{"path of the server", "eu-west-1", "https://abc.execute-api.eu-west-1.amazonaws.com/{stage}/", nil, nil, "https://abc.execute-api.eu-west-1.amazonaws.com/prod", "eu-west-1", ""},
		{"variable given", "eu-west-1", "https://abc.execute-api.eu-west-1.amazonaws.com/{stage}", map[string]string{"stage": "test"}, nil, "https://abc.execute-api.eu-west-1.amazonaws.com/test", "eu-west-1", "(server-variable-value)"},
		{"variable without a value", "eu-west-1", "https://{id}.execute-api.eu-west-1.amazonaws.com", nil, nil, "", "", "server-variable"},
		{"a customer's API stays where it is", "us-east-1", "https://abc.execute-api.eu-west-1.amazonaws.com/prod", nil, nil, "https://abc.execute-api.eu-west-1.amazonaws.com/prod", "eu-west-1", ""},
		{"a customer's API is no service", "eu-west-1", "https://abc.execute-api.eu-west-1.amazonaws.com/prod", nil, map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "https://abc.execute-api.eu-west-1.amazonaws.com/prod", "eu-west-1", ""},
		{"global service", "eu-west-1", "https://iam.amazonaws.com", nil, nil, "https://iam.amazonaws.com", "us-east-1", ""},
		{"global service in a region", "eu-west-1", "https://organizations.{region}.amazonaws.com", nil, nil, "https://organizations.us-east-1.amazonaws.com", "us-east-1", ""},
		{"global service at an endpoint", "eu-west-1", "https://iam.amazonaws.com", nil, map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1", "us-east-1", ""},
		{"global service in China", "cn-northwest-1", "https://route53.amazonaws.com", nil, nil, "https://route53.amazonaws.com.cn", "cn-northwest-1", ""},
		{"sts of old", "eu-west-1", "https://sts.amazonaws.com", nil, nil, "https://sts.amazonaws.com", "us-east-1", ""},
		{"sts in a region", "eu-west-1", "https://sts.{region}.amazonaws.com", nil, nil, "https://sts.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"s3 without a region", "eu-west-1", "https://s3.amazonaws.com", nil, nil, "https://s3.amazonaws.com", "eu-west-1", ""},
		{"s3 without any region", "", "https://s3.amazonaws.com", nil, nil, "https://s3.amazonaws.com", "us-east-1", ""},
		{"bucket in the host", "", "https://my-bucket.s3.eu-central-1.amazonaws.com", nil, nil, "https://my-bucket.s3.eu-central-1.amazonaws.com", "eu-central-1", ""},
		{"bucket in the host, elsewhere than the user", "us-east-1", "https://my.bucket.s3.eu-central-1.amazonaws.com", nil, nil, "https://my.bucket.s3.eu-central-1.amazonaws.com", "eu-central-1", ""},
		{"bucket as a variable", "eu-west-1", "https://{bucket}.s3.{region}.amazonaws.com", map[string]string{"bucket": "mine"}, nil, "https://mine.s3.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"bucket at an old host", "us-east-1", "https://mine.s3-eu-west-1.amazonaws.com", nil, nil, "https://mine.s3-eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"bucket at a host without a region", "", "https://mine.s3.amazonaws.com", nil, nil, "https://mine.s3.amazonaws.com", "us-east-1", ""},
		{"bucket at a host without a region, which is known", "eu-west-1", "https://mine.s3.amazonaws.com", nil, nil, "https://mine.s3.amazonaws.com", "eu-west-1", ""},
		{"bucket by dual stack", "us-east-1", "https://mine.s3.dualstack.eu-west-1.amazonaws.com", nil, nil, "https://mine.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"dual stack of S3", "eu-west-1", "https://s3.{region}.amazonaws.com", nil, map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "https://s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", ""},
		{"FIPS of a service with two labels", "eu-west-1", "https://api.sagemaker.{region}.amazonaws.com", nil, map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "", "", "aws-endpoint-conflict"},
		{"FIPS that is there", "us-east-1", "https://kms-fips.{region}.amazonaws.com", nil, map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "https://kms-fips.us-east-1.amazonaws.com", "us-east-1", ""},
		{"regional service without a region", "eu-west-1", "https://kms.amazonaws.com", nil, nil, "https://kms.eu-west-1.amazonaws.com", "eu-west-1", "(aws-regional-endpoint)"},
		{"dual stack of the description", "cn-north-1", "https://kms.{region}.api.aws", nil, nil, "https://kms.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1", ""},
		{"relative server", "eu-west-1", "/v1", nil, nil, "", "", "invalid-endpoint"},
		{"port", "eu-west-1", "https://kms.eu-west-1.amazonaws.com:443", nil, nil, "https://kms.eu-west-1.amazonaws.com:443", "eu-west-1", ""},
		{"SES by its own variable", "eu-west-1", "https://email.{region}.amazonaws.com", nil, map[string]string{"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:2"}, "http://127.0.0.1:2", "eu-west-1", ""},
		{"a variable with underscores", "eu-west-1", "https://secretsmanager.{region}.amazonaws.com", nil, map[string]string{"AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:2"}, "http://127.0.0.1:2", "eu-west-1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			env := map[string]string{"AWS_REGION": test.env}
			for name, value := range test.extra {
				env[name] = value
			}
			op := &openapi.Operation{ID: "Op", Path: "/", Security: apiKey("sigv4", ""), Servers: []openapi.Server{{
				URL: test.server,
				Variables: []openapi.ServerVariable{
					{Name: "region", Default: "eu-north-1"},
					{Name: "stage", Default: "prod", Enum: []string{"prod"}},
				},
			}}}
			if strings.HasPrefix(test.server, "/") || strings.Contains(test.server, "example.com") {
				op.Document = describe(t, "info: {title: T, version: '1', x-serviceName: kinesis}\npaths: {/: {get: {operationId: Op, responses: {}}}}\n").Document
			}
			a, found := adapt(t, sigv4.New(sigv4.Options{Environ: variables(env)}), runtime.Target{Operation: op, Variables: test.vars})
			if a == nil {
				t.Fatal("the operation was not recognised")
			}
			if a.BaseURL != test.base || authOf(a).Params["region"] != test.region || rules(found) != test.rules {
				t.Errorf("base URL %q, region %q, diagnostics %v; want %q, %q, %q", a.BaseURL, authOf(a).Params["region"], found, test.base, test.region, test.rules)
			}
		})
	}
}

// Whatever a description calls a server, a base URL is either refused or sound.
func FuzzAdaptServer(f *testing.F) {
	for _, server := range []string{
		"https://healthlake.{region}.amazonaws.com", "http://healthlake.us-east-1.amazonaws.com:80/x", "https://s3-us-west-2.amazonaws.com",
		"https://vpce-1.kms.us-east-1.vpce.amazonaws.com", "//x.amazonaws.com", "https://.amazonaws.com", "https://amazonaws.com", "{", "https://{a.amazonaws.com",
		"https://search-x.eu-west-1.es.amazonaws.com", "https://{region}.{region}.api.aws", "https://[::1].amazonaws.com",
	} {
		f.Add(server, "eu-west-1", false)
		f.Add(server, "cn-north-1", true)
	}
	isolate(f)
	plain := sigv4.New(sigv4.Options{Environ: variables(nil)})
	special := sigv4.New(sigv4.Options{Environ: variables(map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"})})
	f.Fuzz(func(t *testing.T, server, region string, variants bool) {
		p := plain
		if variants {
			p = special
		}
		op := healthlake()
		op.Servers[0].URL = server
		op.Servers = op.Servers[:1]
		a, found := p.Adapt(t.Context(), runtime.Target{Operation: op, Variables: map[string]string{"region": region}})
		if found.HasErrors() {
			return
		}
		u, err := url.Parse(a.BaseURL)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" {
			t.Errorf("base URL %q for server %q in %q", a.BaseURL, server, region)
		}
		if authOf(a).Params["region"] == "" || authOf(a).Params["service"] == "" {
			t.Errorf("authentication is %+v", authOf(a))
		}
	})
}
