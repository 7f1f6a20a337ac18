package sigv4_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	healthlakesdk "github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// arrival is what a server got of a request.
type arrival struct {
	Host, Method, Target, Body, ContentType, PayloadField string
	Scope                                                 string
}

// anyHost is a server that stands for every host name, checks the signature of
// each request as AWS does, and answers all of them with an empty object.
type anyHost struct {
	*httptest.Server
	t  *testing.T
	mu sync.Mutex
	// unsigned is set if payloads need not be covered by signatures.
	unsigned bool
	got      []arrival
}

func newAnyHost(t *testing.T) *anyHost {
	t.Helper()
	s := &anyHost{t: t}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *anyHost) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	field := r.Header.Get("X-Amz-Content-Sha256")
	parsed := parseAuthorization(s.t, r.Header.Get("Authorization"))
	once := strings.Contains(parsed.scope, "/s3/")
	if field == "UNSIGNED-PAYLOAD" && s.unsigned {
		canonical := canonicalRequest(s.t, r.Method, r.RequestURI, r.Host, r.Header, parsed.signed, field, once)
		if want := signature(testSecret, r.Header.Get("X-Amz-Date"), parsed.scope, canonical); want != parsed.signature {
			s.t.Errorf("the signature is %s, and should be %s; canonical request:\n%s", parsed.signature, want, canonical)
		}
	} else {
		verify(s.t, r, body, testSecret, once)
		if field != "" && field != hash(body) {
			s.t.Errorf("X-Amz-Content-Sha256 is %q, and the body has %s", field, hash(body))
		}
	}
	if field != "" && !slices.Contains(parsed.signed, "x-amz-content-sha256") {
		s.t.Errorf("X-Amz-Content-Sha256 is none of the signed fields %q", parsed.signed)
	}
	_, scope, _ := strings.Cut(parsed.scope, "/")
	s.mu.Lock()
	s.got = append(s.got, arrival{
		Host: r.Host, Method: r.Method, Target: r.RequestURI, Body: string(body), ContentType: r.Header.Get("Content-Type"),
		PayloadField: field, Scope: scope,
	})
	s.mu.Unlock()
	switch {
	case once:
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
	case strings.Contains(parsed.scope, "/sts/"):
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	}
}

// transport connects to the server, whatever the host.
func (s *anyHost) transport() *http.Transport {
	return &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
		},
	}
}

func (s *anyHost) arrivals() []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.got
	s.got = nil
	return out
}

// config lets clients of the AWS SDK call the server.
func (s *anyHost) config() aws.Config {
	return aws.Config{
		Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider(testKey, testSecret, ""),
		HTTPClient:       &http.Client{Transport: s.transport()},
		RetryMaxAttempts: 1,
	}
}

// run calls an operation of a description from a workflow step.
func (s *anyHost) run(description, step string, options sigv4.Options) {
	t := s.t
	t.Helper()
	dir := t.TempDir()
	document := "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml, type: openapi}]\nworkflows:\n- workflowId: w\n  steps:\n" + step
	for name, text := range map[string]string{"api.yaml": description, "arazzo.yaml": document} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bundle, problems := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "arazzo.yaml"))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	options.Clock = &fixedClock{epoch}
	p := sigv4.New(options)
	binding, problems := program.Bind(t.Context(), runtime.BindOptions{Adapters: []runtime.Adapter{p}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	state, problems := program.Start(runtime.StartOptions{RunID: "run", Now: epoch})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	transport := &host.HTTP{Base: s.transport(), Signers: map[string]host.Signer{sigv4.Scheme: p}}
	t.Cleanup(transport.CloseIdleConnections)
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: &fixedClock{epoch}}
	result, err := engine.Run(t.Context(), state)
	if err != nil || result.Status != runtime.Succeeded {
		t.Fatalf("the run is %+v, %v, %+v", result, err, result.Failure)
	}
}

const signedBy = `
security: [{hmac: []}]
components: {securitySchemes: {hmac: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}}}
`

// TestFamiliesReachAWSAsItsSDKDoes compares what arrives at a service with what
// the client of the AWS SDK sends there, for each family of protocols.
func TestFamiliesReachAWSAsItsSDKDoes(t *testing.T) {
	tests := []struct {
		name        string
		description string
		step        string
		call        func(ctx context.Context, c aws.Config) error
		// same lists what is to be the same beside method, host and scope.
		same string
	}{
		{
			name: "json",
			description: `openapi: 3.0.0
info: {title: HealthLake, version: '1', x-aws-signingName: healthlake}
servers: [{url: 'https://healthlake.{region}.amazonaws.com', variables: {region: {default: us-east-1}}}]
paths:
  /#X-Amz-Target=HealthLake.ListFHIRDatastores:
    post:
      operationId: ListFHIRDatastores
      requestBody: {content: {application/json: {}}}
      responses: {}
` + signedBy,
			step: `  - {stepId: s, operationId: ListFHIRDatastores, requestBody: {contentType: application/json, payload: {MaxResults: 5}}}
`,
			call: func(ctx context.Context, c aws.Config) error {
				_, err := healthlakesdk.NewFromConfig(c).ListFHIRDatastores(ctx, &healthlakesdk.ListFHIRDatastoresInput{MaxResults: aws.Int32(5)})
				return err
			},
			same: "target body type",
		},
		{
			name: "query",
			description: `openapi: 3.0.0
info: {title: STS, version: '2011-06-15', x-serviceName: sts}
servers: [{url: 'https://sts.{region}.amazonaws.com', variables: {region: {default: us-east-1}}}]
paths:
  /#Action=GetCallerIdentity:
    post:
      operationId: GetCallerIdentity
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {}
` + signedBy,
			step: `  - stepId: s
    operationId: GetCallerIdentity
    requestBody: {contentType: application/x-www-form-urlencoded, payload: {Action: GetCallerIdentity, Version: '2011-06-15'}}
`,
			call: func(ctx context.Context, c aws.Config) error {
				_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
				return err
			},
			same: "target body type",
		},
		{
			name: "rest-json",
			description: `openapi: 3.0.0
info: {title: Polly, version: '1', x-serviceName: polly}
servers: [{url: 'https://polly.{region}.amazonaws.com', variables: {region: {default: us-east-1}}}]
paths:
  /v1/lexicons/{LexiconName}:
    get:
      operationId: GetLexicon
      parameters: [{name: LexiconName, in: path, required: true, schema: {type: string}}]
      responses: {}
` + signedBy,
			step: "  - {stepId: s, operationId: GetLexicon, parameters: [{name: LexiconName, in: path, value: 'a b/ü+~:@'}]}\n",
			call: func(ctx context.Context, c aws.Config) error {
				_, err := polly.NewFromConfig(c).GetLexicon(ctx, &polly.GetLexiconInput{Name: aws.String("a b/ü+~:@")})
				return err
			},
			same: "target body",
		},
		{
			name: "rest-json with a query",
			description: `openapi: 3.0.0
info: {title: Polly, version: '1', x-serviceName: polly}
servers: [{url: 'https://polly.{region}.amazonaws.com', variables: {region: {default: us-east-1}}}]
paths:
  /v1/voices:
    get:
      operationId: DescribeVoices
      parameters:
      - {name: Engine, in: query, schema: {type: string}}
      - {name: LanguageCode, in: query, schema: {type: string}}
      - {name: NextToken, in: query, schema: {type: string}}
      responses: {}
` + signedBy,
			step: `  - stepId: s
    operationId: DescribeVoices
    parameters: [{name: Engine, in: query, value: neural}, {name: LanguageCode, in: query, value: en-GB}, {name: NextToken, in: query, value: 'a+b/c= d*(e)'}]
`,
			call: func(ctx context.Context, c aws.Config) error {
				_, err := polly.NewFromConfig(c).DescribeVoices(ctx, &polly.DescribeVoicesInput{Engine: types.EngineNeural, LanguageCode: types.LanguageCodeEnGb, NextToken: aws.String("a+b/c= d*(e)")})
				return err
			},
			same: "target body",
		},
		{
			name: "rest-xml with a subresource",
			description: bucketStore("https://{Bucket}.s3.{region}.amazonaws.com", `
  /{Key+}?uploads:
    post:
      operationId: CreateMultipartUpload
      parameters: [{name: Key, in: path, required: true, schema: {type: string}}]
      responses: {}
`),
			step: "  - {stepId: s, operationId: CreateMultipartUpload, parameters: [{name: Key, in: path, value: 'photos/a b.png'}]}\n",
			call: func(ctx context.Context, c aws.Config) error {
				_, err := s3.NewFromConfig(c, plainS3).CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String("bucket"), Key: aws.String("photos/a b.png")})
				return err
			},
			same: "payload",
		},
		{
			name: "rest-xml with a body",
			description: bucketStore("https://{Bucket}.s3.{region}.amazonaws.com", `
  /{Key+}?tagging:
    put:
      operationId: PutObjectTagging
      parameters: [{name: Key, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {text/plain: {}}}
      responses: {}
`),
			step: "  - {stepId: s, operationId: PutObjectTagging, parameters: [{name: Key, in: path, value: k}], requestBody: {contentType: text/plain, payload: '<Tagging/>'}}\n",
			call: func(ctx context.Context, c aws.Config) error {
				_, err := s3.NewFromConfig(c, plainS3).PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: aws.String("bucket"), Key: aws.String("k"), Tagging: &s3types.Tagging{TagSet: []s3types.Tag{}}})
				return err
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			s := newAnyHost(t)
			s.run(tt.description, tt.step, sigv4.Options{Region: "eu-west-1"})
			ours := s.arrivals()
			if err := tt.call(t.Context(), s.config()); err != nil {
				t.Fatal(err)
			}
			theirs := s.arrivals()
			if len(ours) != 1 || len(theirs) != 1 {
				t.Fatalf("%d requests of ours, %d of theirs", len(ours), len(theirs))
			}
			if diff := cmp.Diff(chosen(theirs[0], tt.same), chosen(ours[0], tt.same)); diff != "" {
				t.Errorf("(-AWS SDK +ours):\n%s", diff)
			}
		})
	}
}

// chosen leaves of an arrival what is to be compared.
func chosen(a arrival, same string) arrival {
	out := arrival{Host: a.Host, Method: a.Method, Scope: a.Scope}
	for _, word := range strings.Fields(same) {
		switch word {
		case "target":
			out.Target = a.Target
		case "body":
			out.Body = a.Body
		case "type":
			out.ContentType = a.ContentType
		case "payload":
			out.PayloadField = a.PayloadField
		}
	}
	return out
}

func plainS3(o *s3.Options) {
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
}

// bucketStore describes the object store at a server.
func bucketStore(server, paths string) string {
	return fmt.Sprintf(`openapi: 3.0.0
info: {title: S3, version: '2006-03-01', x-serviceName: s3}
servers: [{url: '%s', variables: {region: {default: us-east-1}, Bucket: {default: bucket}}}]
paths:%s`, server, paths) + signedBy
}

// oddKeys are names of objects whose characters are encoded, kept, or both.
func oddKeys() []string {
	return []string{
		"plain.txt", "folder/sub folder/ü+~*'()!.txt", "a//b", "a/.b/..c", "100%", "a?b#c", "emoji 😀", "trailing/",
		"&=;:@$,", "%2Fencoded", "back\\slash", "\"quoted\"<tag>|^`{x}", "tab\tand\nline",
	}
}

// TestKeysOfObjectsAreSpeltAsTheSDKDoes holds the spelling of keys, both where
// the bucket stands in the path and where it stands in the host.
func TestKeysOfObjectsAreSpeltAsTheSDKDoes(t *testing.T) {
	for style, server := range map[string]string{
		"path": "https://s3.{region}.amazonaws.com", "virtual host": "https://{Bucket}.s3.{region}.amazonaws.com",
	} {
		t.Run(style, func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			s := newAnyHost(t)
			key := "/{Key+}"
			if style == "path" {
				key = "/bucket/{Key+}"
			}
			description := bucketStore(server, "\n  "+key+":\n    get: {operationId: GetObject, parameters: [{name: Key, in: path, required: true, schema: {type: string}}], responses: {}}\n")
			sdk := s3.NewFromConfig(s.config(), plainS3, func(o *s3.Options) { o.UsePathStyle = style == "path" })
			for _, key := range oddKeys() {
				s.run(description, fmt.Sprintf("  - {stepId: s, operationId: GetObject, parameters: [{name: Key, in: path, value: %q}]}\n", key), sigv4.Options{Region: "eu-west-1"})
				ours := s.arrivals()
				if _, err := sdk.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String(key)}); err != nil {
					t.Fatal(err)
				}
				theirs := s.arrivals()
				ours[0].Target, theirs[0].Target = withoutID(ours[0].Target), withoutID(theirs[0].Target)
				if diff := cmp.Diff(theirs, ours); diff != "" {
					t.Errorf("key %q (-AWS SDK +ours):\n%s", key, diff)
				}
			}
		})
	}
}

// withoutID takes out of a target the name of the operation that the SDK adds
// for logs of its own.
func withoutID(target string) string {
	path, query, _ := strings.Cut(target, "?")
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool { return pair == "" || strings.HasPrefix(pair, "x-id=") })
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}

func TestAStepMayLeaveThePayloadUnsigned(t *testing.T) {
	isolate(t)
	staticCredentials(t)
	s := newAnyHost(t)
	s.unsigned = true
	description := bucketStore("https://{Bucket}.s3.{region}.amazonaws.com", `
  /{Key+}:
    put:
      operationId: PutObject
      parameters: [{name: Key, in: path, required: true, schema: {type: string}}, {name: X-Amz-Content-Sha256, in: header, schema: {type: string}}]
      requestBody: {content: {text/plain: {}}}
      responses: {}
`)
	step := func(payload string) string {
		return "  - stepId: s\n    operationId: PutObject\n    parameters: [{name: Key, in: path, value: k}, {name: X-Amz-Content-Sha256, in: header, value: " + payload + "}]\n    requestBody: {contentType: text/plain, payload: content}\n"
	}
	for given, want := range map[string]string{"UNSIGNED-PAYLOAD": "UNSIGNED-PAYLOAD", "e3b0c44298fc1c149afbf4c8996fb924": hash([]byte("content"))} {
		s.run(description, step(given), sigv4.Options{Region: "eu-west-1"})
		if got := s.arrivals(); len(got) != 1 || got[0].PayloadField != want {
			t.Errorf("given %s, the service gets %+v, want %s", given, got, want)
		}
	}
	// Over clear text nothing else protects the payload.
	p := sigv4.New(sigv4.Options{Clock: &fixedClock{epoch}})
	r := newRequest(t, "PUT", "http://127.0.0.1:9000/bucket/k", []byte("content"), http.Header{"X-Amz-Content-Sha256": {"UNSIGNED-PAYLOAD"}})
	if err := p.Sign(t.Context(), auth("s3", "us-east-1"), r, []byte("content")); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("X-Amz-Content-Sha256"); got != hash([]byte("content")) {
		t.Errorf("over clear text the field is %q", got)
	}
}

// TestTheQueryFamilyOfEC2 holds that an action in the path key and as parameters
// reaches the service once.
func TestTheQueryFamilyOfEC2(t *testing.T) {
	isolate(t)
	staticCredentials(t)
	s := newAnyHost(t)
	s.run(`openapi: 3.0.0
info: {title: EC2, version: '2016-11-15', x-serviceName: ec2}
servers: [{url: 'https://ec2.{region}.amazonaws.com', variables: {region: {default: us-east-1}}}]
paths:
  /?Action=DescribeInstances:
    get:
      operationId: DescribeInstances
      parameters: [{name: Action, in: query, schema: {type: string}}, {name: Version, in: query, schema: {type: string}}]
      responses: {}
`+signedBy, `  - stepId: s
    operationId: DescribeInstances
    parameters:
    - {name: Action, in: query, value: DescribeInstances}
    - {name: Version, in: query, value: '2016-11-15'}
    - {name: InstanceId.1, in: query, value: i-1}
    - {name: Filter.1.Value.1, in: query, value: 'a b&c=d'}
`, sigv4.Options{Region: "eu-west-1"})
	want := []arrival{{
		Host: "ec2.eu-west-1.amazonaws.com", Method: "GET", Scope: "eu-west-1/ec2/aws4_request",
		Target: "/?Action=DescribeInstances&Filter.1.Value.1=a%20b%26c%3Dd&InstanceId.1=i-1&Version=2016-11-15",
	}}
	if diff := cmp.Diff(want, s.arrivals()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
