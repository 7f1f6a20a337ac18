package sigv4_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

func apiKey(name, description string) []openapi.SecurityRequirement {
	return []openapi.SecurityRequirement{{{Name: name, Scheme: &openapi.SecurityScheme{
		Type: "apiKey", In: "header", ParameterName: "Authorization", Description: description,
	}}}}
}

func bearer(name, description string) []openapi.SecurityRequirement {
	return []openapi.SecurityRequirement{{{Name: name, Scheme: &openapi.SecurityScheme{
		Type: "http", Scheme: "bearer", Description: description,
	}}}}
}

func extended(kind string) []openapi.SecurityRequirement {
	s := apiKey("key", "")
	s[0][0].Scheme.Extensions = map[string]any{"x-amazon-apigateway-authtype": kind}
	return s
}

func TestRecognition(t *testing.T) {
	const own, aws = "https://api.example.com", "https://kms.eu-west-1.amazonaws.com"
	other := []openapi.SecurityRequirement{{{Name: "key", Scheme: &openapi.SecurityScheme{Type: "apiKey", In: "header", ParameterName: "X-Api-Key"}}}}
	tests := []struct {
		name     string
		server   string
		security []openapi.SecurityRequirement
		want     string // "signed", "error" or "none"
	}{
		{"extension", aws, extended("awsSigv4"), "signed"},
		{"extension in other case", aws, extended("AwsSigV4"), "signed"},
		{"extension of version 2", aws, extended("awsSigv2"), "error"},
		{"extension of a customer's authorizer", aws, extended("custom"), "none"},
		{"extension of a user pool", aws, extended("cognito_user_pools"), "none"},
		{"hmac of AWS by host", aws, apiKey("hmac", ""), "signed"},
		{"hmac of AWS by description", own, apiKey("hmac", "Amazon Signature authorization v4"), "error"},
		{"hmac of somebody else", own, apiKey("hmac", "Sign the body with HMAC-SHA256"), "none"},
		{"sigv4", aws, apiKey("sigv4", ""), "signed"},
		{"sigv4Auth", aws, apiKey("sigv4Auth", ""), "signed"},
		{"aws_sigv4", aws, apiKey("aws_sigv4", ""), "signed"},
		{"aws_sig_v4", aws, apiKey("aws_sig_v4", ""), "signed"},
		{"aws_v4", aws, apiKey("aws_v4", ""), "signed"},
		{"aws_signature", aws, apiKey("aws_signature", ""), "signed"},
		{"awsSignatureV4", aws, apiKey("awsSignatureV4", ""), "signed"},
		{"AWS_IAM", aws, apiKey("AWS_IAM", ""), "signed"},
		{"awsIamAuth", aws, apiKey("awsIamAuth", ""), "signed"},
		{"description", aws, apiKey("auth", "AWS Signature Version 4 authentication"), "signed"},
		{"description with a dash", aws, apiKey("auth", "Requests use Signature-V4."), "signed"},
		{"algorithm in the description", aws, apiKey("auth", "AWS4-HMAC-SHA256"), "signed"},
		{"version 2 by description", aws, apiKey("auth", "Signature Version 2"), "error"},
		{"versions 2 and 4 by description", aws, apiKey("auth", "Signature Version 2 or Signature Version 4"), "signed"},
		{"bearer", aws, bearer("BearerAuth", "AWS Signature Version 4"), "signed"},
		{"bearer by name", aws, bearer("sigv4", ""), "signed"},
		{"bearer of a user pool", aws, bearer("BearerAuth", "JWT of the user pool"), "none"},
		{"bearer of the identity center", own, bearer("token", "AWS IAM Identity Center access token"), "none"},
		{"bearer of AWS sign-in", own, bearer("token", "AWS sign-in token"), "none"},
		{"HTTP scheme", aws, []openapi.SecurityRequirement{{{Name: "a", Scheme: &openapi.SecurityScheme{Type: "http", Scheme: "AWS4-HMAC-SHA256"}}}}, "signed"},
		{"key elsewhere", aws, other, "none"},
		{"key elsewhere whose name speaks of signatures", own, []openapi.SecurityRequirement{{{Name: "sigv4", Scheme: &openapi.SecurityScheme{Type: "apiKey", In: "query", ParameterName: "sig"}}}}, "none"},
		{"second alternative", aws, append(other[:1:1], apiKey("sigv4", "")...), "signed"},
		{"together with a key", aws, []openapi.SecurityRequirement{{other[0][0], apiKey("sigv4", "")[0][0]}}, "signed"},
		{"version 4 beside version 2", aws, append(extended("awsSigv2"), extended("awsSigv4")...), "signed"},
		{"nothing declared", aws, nil, "signed"},
		{"nothing declared, China", "https://kms.cn-north-1.amazonaws.com.cn", nil, "signed"},
		{"nothing declared, dual stack", "https://kms.eu-west-1.api.aws", nil, "signed"},
		{"nothing declared, template", "https://runtime.sagemaker.{region}.amazonaws.com", nil, "error"},
		{"scheme that is not defined", aws, []openapi.SecurityRequirement{{{Name: "sigv4"}}}, "signed"},
		{"anonymous access", aws, []openapi.SecurityRequirement{{}}, "none"},
		{"nothing declared, other host", own, nil, "none"},
		{"nothing declared, host that ends alike", "https://evilamazonaws.com", nil, "none"},
		{"nothing declared, host that begins alike", "https://kms.eu-west-1.amazonaws.com.example.com", nil, "none"},
		{"nothing declared, a customer's API", "https://abc123.execute-api.eu-west-1.amazonaws.com/prod", nil, "none"},
		{"nothing declared, a customer's machine", "http://ec2-1-2-3-4.eu-west-1.compute.amazonaws.com", nil, "none"},
		{"nothing declared, a customer's balancer", "http://my-1234.eu-west-1.elb.amazonaws.com", nil, "none"},
		{"nothing declared, a customer's bucket", "https://bucket.s3.eu-west-1.amazonaws.com", nil, "none"},
		{"a customer's API with a scheme", "https://abc123.execute-api.eu-west-1.amazonaws.com/prod", apiKey("sigv4", ""), "signed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			p := sigv4.New(sigv4.Options{})
			op := &openapi.Operation{
				ID: "Op", Method: "GET", Path: "/", Servers: []openapi.Server{{URL: test.server}}, Security: test.security,
			}
			a, found := adapt(t, p, runtime.Target{Operation: op})
			got := "none"
			switch {
			case found.HasErrors():
				got = "error"
			case a != nil && authOf(a).Scheme == sigv4.Scheme:
				got = "signed"
			case a != nil || len(found) > 0:
				got = "adapted"
			}
			if got != test.want {
				t.Errorf("the operation is %s, want %s; diagnostics %v", got, test.want, found)
			}
			if got == "none" && p.Check(t.Context()) != nil {
				t.Error("credentials are asked for")
			}
		})
	}
}

// describe opens a description with one operation.
func describe(t *testing.T, text string) *openapi.Operation {
	t.Helper()
	d, err := openapi.Open("api.yaml", []byte("openapi: 3.0.0\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	op, err := d.OperationByID("Op")
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func TestServiceName(t *testing.T) {
	const schemes = `
components: {securitySchemes: {sigv4: {type: apiKey, in: header, name: Authorization}}}
security: [{sigv4: []}]
`
	tests := []struct{ name, info, server, operation, want string }{
		{"signing name", "x-aws-signingName: mobiletargeting, x-serviceName: pinpoint", "https://pinpoint.eu-west-1.amazonaws.com", "", "mobiletargeting"},
		{"service name", "x-serviceName: healthlake", "https://api.example.com", "", "healthlake"},
		{"service name that signs otherwise", "x-serviceName: email", "https://api.example.com", "", "ses"},
		{"host", "", "https://healthlake.eu-west-1.amazonaws.com", "", "healthlake"},
		{"host that signs otherwise", "", "https://email.eu-west-1.amazonaws.com", "", "ses"},
		{"two labels", "", "https://api.sagemaker.eu-west-1.amazonaws.com", "", "sagemaker"},
		{"two labels without a rule", "", "https://api.newservice.eu-west-1.amazonaws.com", "", "newservice"},
		{"bedrock-runtime", "", "https://bedrock-runtime.eu-west-1.amazonaws.com", "", "bedrock"},
		{"runtime-v2-lex", "", "https://runtime-v2-lex.eu-west-1.amazonaws.com", "", "lex"},
		{"s3-control", "", "https://123456789012.s3-control.eu-west-1.amazonaws.com", "", "s3"},
		{"s3 bucket", "", "https://my.bucket.s3.eu-west-1.amazonaws.com", "", "s3"},
		{"s3 bucket in a template", "", "https://{bucket}.s3.eu-west-1.amazonaws.com", "", "s3"},
		{"s3 of old", "", "https://s3-eu-west-1.amazonaws.com", "", "s3"},
		{"s3 without a region", "", "https://bucket.s3.amazonaws.com", "", "s3"},
		{"execute-api", "", "https://abc.execute-api.eu-west-1.amazonaws.com/prod", "", "execute-api"},
		{"function URL", "", "https://abc.lambda-url.eu-west-1.on.aws", "", "lambda"},
		{"queue of old", "", "https://eu-west-1.queue.amazonaws.com", "", "sqs"},
		{"search domain", "", "https://search-x.eu-west-1.es.amazonaws.com", "", "es"},
		{"serverless search", "", "https://x.eu-west-1.aoss.amazonaws.com", "", "aoss"},
		{"interface endpoint", "", "https://vpce-1a2b-x.healthlake.eu-west-1.vpce.amazonaws.com", "", "healthlake"},
		{"FIPS", "", "https://healthlake-fips.eu-west-1.amazonaws.com", "", "healthlake"},
		{"dual stack", "", "https://healthlake.eu-west-1.api.aws", "", "healthlake"},
		{"dual stack of S3", "", "https://s3.dualstack.eu-west-1.amazonaws.com", "", "s3"},
		{"China", "", "https://healthlake.cn-north-1.amazonaws.com.cn", "", "healthlake"},
		{"no region in the host", "", "https://iam.amazonaws.com", "", "iam"},
		{"gateway", "", "https://api.example.com", "x-amazon-apigateway-integration: {type: aws_proxy},", "execute-api"},
		{"gateway that says so", "", "https://api.example.com", "x-amazon-apigateway-auth: {type: AWS_IAM},", "execute-api"},
		{"nothing", "", "https://api.example.com", "", ""},
		{"nothing but a template", "", "https://{service}.eu-west-1.amazonaws.com", "", ""},
		{"a name that is none", "x-aws-signingName: 'a/b'", "https://api.example.com", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			op := describe(t, schemes+fmt.Sprintf(`
info: {title: T, version: '1', %s}
servers: [{url: '%s', variables: {bucket: {default: b}, service: {default: s}}}]
paths: {/: {get: {operationId: Op, %s responses: {}}}}
`, test.info, test.server, test.operation))
			a, found := adapt(t, sigv4.New(sigv4.Options{Environ: variables(map[string]string{"AWS_REGION": region(test.server)})}), runtime.Target{Operation: op})
			if a == nil {
				t.Fatal("the operation was not recognised")
			}
			if got := authOf(a).Params["service"]; got != test.want {
				t.Errorf("the service is %q, want %q", got, test.want)
			}
			if test.want == "" != (rules(found) == "aws-unknown-service") {
				t.Errorf("diagnostics are %v", found)
			}
		})
	}
}

// region returns a region that fits a server.
func region(server string) string {
	if strings.Contains(server, "cn-north-1") {
		return "cn-north-1"
	}
	return "eu-west-1"
}

func TestProtocol(t *testing.T) {
	target := func(required bool, enum ...any) []openapi.Parameter {
		return []openapi.Parameter{{Name: "x-amz-target", In: "header", Required: required, Enum: enum}}
	}
	type result struct{ JSON, Target, Rules string }
	tests := []struct {
		name       string
		host       string
		path       string
		content    string
		parameters []openapi.Parameter
		want       result
	}{
		{"target in the path key", "healthlake", "/#X-Amz-Target=HealthLake.Op", "application/json", nil, result{"application/x-amz-json-1.0", "HealthLake.Op", "(aws-json-media-type)"}},
		{"encoded target", "healthlake", "/#X-Amz-Target%3DHealthLake.Op", "application/json", nil, result{"application/x-amz-json-1.0", "HealthLake.Op", "(aws-json-media-type)"}},
		{"version by service", "gamelift", "/#X-Amz-Target=GameLift.Op", "application/json", nil, result{"application/x-amz-json-1.1", "GameLift.Op", "(aws-json-media-type)"}},
		{"version by description", "gamelift", "/#X-Amz-Target=GameLift.Op", "application/x-amz-json-1.0", nil, result{"application/x-amz-json-1.0", "GameLift.Op", ""}},
		{"version with a parameter", "kms", "/#X-Amz-Target=T.Op", "application/x-amz-json-1.1; charset=utf-8", nil, result{"application/x-amz-json-1.1", "T.Op", ""}},
		{"name in the path key", "dynamodb", "/#CreateTable", "application/x-amz-json-1.0", nil, result{"application/x-amz-json-1.0", "", ""}},
		{"name in the path key and a parameter", "dynamodb", "/#CreateTable", "application/json", target(false), result{"application/x-amz-json-1.0", "", "(aws-json-media-type)"}},
		{"required parameter", "kms", "/", "application/json", target(true), result{"application/x-amz-json-1.1", "", "(aws-json-media-type)"}},
		{"parameter with one value", "kms", "/", "application/json", target(true, "TrentService.Encrypt"), result{"application/x-amz-json-1.1", "TrentService.Encrypt", "(aws-json-media-type)"}},
		{"parameter with two values", "kms", "/", "application/json", target(true, "A.B", "A.C"), result{"application/x-amz-json-1.1", "", "(aws-json-media-type)"}},
		{"no body", "kms", "/#X-Amz-Target=T.Op", "", nil, result{"application/x-amz-json-1.1", "T.Op", ""}},
		{"optional parameter", "kms", "/", "application/json", target(false), result{}},
		{"query protocol", "sdb", "/#Action=Select", "application/x-www-form-urlencoded", nil, result{}},
		{"query in the path key", "rds", "/?Action=Op", "", nil, result{}},
		{"REST", "lambda", "/2015-03-31/functions", "application/json", nil, result{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			op := &openapi.Operation{
				ID: "Op", Method: "POST", Path: test.path, Parameters: test.parameters, Security: apiKey("sigv4", ""),
				Servers: []openapi.Server{{URL: "https://" + test.host + ".eu-west-1.amazonaws.com"}},
			}
			if test.content != "" {
				op.RequestBody = &openapi.RequestBody{Content: []openapi.MediaType{{Name: test.content}}}
			}
			a, found := adapt(t, sigv4.New(sigv4.Options{}), runtime.Target{Operation: op})
			got := result{JSON: a.MediaTypes["application/json"], Rules: rules(found)}
			got.Target, _ = a.Header.Lookup("X-Amz-Target")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The published descriptions of AWS services in the shared corpus.
func TestPublishedDescriptions(t *testing.T) {
	corpus := filepath.Join("..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("the shared corpus of published descriptions is not here")
	}
	type result struct{ Base, Service, Region, JSON, Target, Rules string }
	tests := []struct {
		file, operation string
		region          string
		want            result
	}{
		{
			"amazon-healthlake/openapi/amazon-healthlake-openapi.yaml", "StartFHIRImportJob", "us-west-2",
			result{"https://healthlake.us-west-2.amazonaws.com", "healthlake", "us-west-2", "application/x-amz-json-1.0", "HealthLake.StartFHIRImportJob", "(aws-json-media-type)"},
		},
		{
			"amazon-healthlake/openapi/amazon-healthlake-openapi.yaml", "DescribeFHIRImportJob", "ap-southeast-6",
			result{"https://healthlake.ap-southeast-6.amazonaws.com", "healthlake", "ap-southeast-6", "application/x-amz-json-1.0", "HealthLake.DescribeFHIRImportJob", "(aws-json-media-type) (server-variable-value)"},
		},
		{
			"amazon-healthlake/openapi/amazon-healthlake-openapi.yaml", "DescribeFHIRImportJob", "cn-northwest-1",
			result{"https://healthlake.cn-northwest-1.amazonaws.com.cn", "healthlake", "cn-northwest-1", "application/x-amz-json-1.0", "HealthLake.DescribeFHIRImportJob", "(aws-json-media-type)"},
		},
		{
			"amazon-healthlake/openapi/amazon-healthlake-openapi.yaml", "StartFHIRImportJob", "",
			result{"https://healthlake.us-east-1.amazonaws.com", "healthlake", "us-east-1", "application/x-amz-json-1.0", "HealthLake.StartFHIRImportJob", "(aws-json-media-type) (aws-default-region)"},
		},
		{
			"amazon-ec2/openapi/amazon-ec2-openapi.yml", "runInstances", "us-gov-west-1",
			result{"https://ec2.us-gov-west-1.amazonaws.com", "ec2", "us-gov-west-1", "", "", ""},
		},
		{
			"amazon-pinpoint/openapi/amazon-pinpoint-openapi-original.yaml", "CreateApp", "us-west-2",
			result{"https://pinpoint.us-west-2.amazonaws.com", "mobiletargeting", "us-west-2", "", "", ""},
		},
		{
			"amazon-location-service/openapi/amazon-location-service-openapi.yml", "CreateMap", "us-east-1",
			result{"https://geo.us-east-1.amazonaws.com", "geo", "us-east-1", "", "", ""},
		},
		{
			"amazon-location-service/openapi/amazon-location-service-openapi.yml", "CreateMap", "eu-west-1",
			result{Rules: "aws-region-mismatch"},
		},
	}
	for _, test := range tests {
		t.Run(test.operation+" in "+test.region, func(t *testing.T) {
			isolate(t)
			data, err := os.ReadFile(filepath.Join(corpus, filepath.FromSlash(test.file)))
			if err != nil {
				t.Fatal(err)
			}
			d, err := openapi.Open(test.file, data)
			if err != nil {
				t.Fatal(err)
			}
			op, err := d.OperationByID(test.operation)
			if err != nil {
				t.Fatal(err)
			}
			a, found := adapt(t, sigv4.New(sigv4.Options{Region: test.region}), runtime.Target{Operation: op})
			if a == nil {
				t.Fatal("the operation was not recognised")
			}
			got := result{
				Base: a.BaseURL, Service: authOf(a).Params["service"], Region: authOf(a).Params["region"],
				JSON: a.MediaTypes["application/json"], Rules: rules(found),
			}
			got.Target, _ = a.Header.Lookup("X-Amz-Target")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
