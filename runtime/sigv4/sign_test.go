package sigv4_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

func auth(service, region string) runtime.Auth {
	return runtime.Auth{Scheme: sigv4.Scheme, Params: map[string]string{sigv4.ServiceParam: service, sigv4.RegionParam: region}}
}

func newRequest(t *testing.T, method, target string, body []byte, header http.Header) *http.Request {
	t.Helper()
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, content)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	return r
}

func TestSignaturesPublishedByAWS(t *testing.T) {
	const s3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	tests := []struct {
		name, key, secret, url, date string
		service                      string
		header                       http.Header
		want                         string
	}{
		{
			"vanilla", testKey, testSecret, "https://example.amazonaws.com/", "20150830T123600Z", "service", nil,
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		{
			"query order", testKey, testSecret, "https://example.amazonaws.com/?Param2=value2&Param1=value1", "20150830T123600Z", "service", nil,
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
		},
		{
			"list users", testKey, testSecret, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "20150830T123600Z", "iam",
			http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
		},
		{
			"S3 object", "AKIAIOSFODNN7EXAMPLE", s3Secret, "https://examplebucket.s3.amazonaws.com/test.txt", "20130524T000000Z", "s3",
			http.Header{"Range": {"bytes=0-9"}},
			"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
		},
		{
			"S3 lifecycle", "AKIAIOSFODNN7EXAMPLE", s3Secret, "https://examplebucket.s3.amazonaws.com/?lifecycle", "20130524T000000Z", "s3", nil,
			"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
		},
		{
			"S3 list", "AKIAIOSFODNN7EXAMPLE", s3Secret, "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", "20130524T000000Z", "s3", nil,
			"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			t.Setenv("AWS_ACCESS_KEY_ID", test.key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", test.secret)
			at, err := time.Parse("20060102T150405Z", test.date)
			if err != nil {
				t.Fatal(err)
			}
			p := sigv4.New(sigv4.Options{Clock: &fixedClock{at}})
			r := newRequest(t, "GET", test.url, nil, test.header)
			if err := p.Sign(t.Context(), auth(test.service, "us-east-1"), r, nil); err != nil {
				t.Fatal(err)
			}
			if got := parseAuthorization(t, r.Header.Get("Authorization")).signature; got != test.want {
				t.Errorf("the signature is %s, and AWS has published %s", got, test.want)
			}
		})
	}
}

func TestServerAcceptsSignature(t *testing.T) {
	tests := []struct {
		name, method, target, service string
		body                          string
		header                        http.Header
		token                         bool
	}{
		{name: "JSON", method: "POST", target: "/", service: "healthlake", body: `{"DatastoreId":"x"}`, header: http.Header{
			"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"HealthLake.StartFHIRImportJob"},
		}},
		{name: "session token", method: "POST", target: "/", service: "healthlake", body: `{}`, token: true},
		{name: "no body", method: "GET", target: "/", service: "ec2"},
		{name: "empty body of a POST", method: "POST", target: "/", service: "ec2"},
		{name: "query in any order", method: "GET", target: "/?b=2&a=1&a=0&B=3&empty=&bare", service: "ec2"},
		{name: "query with reserved characters", method: "GET", target: "/?a=x/y:z,w;v&t=2026-01-01T00:00:00Z&e=%2B%20%C3%A9&s=a+b", service: "ec2"},
		{name: "path with reserved characters", method: "GET", target: "/a:b/c@d/e=f,g;h/(i)", service: "lambda"},
		{name: "path that is encoded", method: "GET", target: "/functions/arn%3Aaws%3Alambda%3Aus-east-1/a%2Fb/%E6%97%A5%20x", service: "lambda"},
		{name: "S3 key", method: "PUT", target: "/bucket/photos/a%2Fb/c%20d+e:f/%C3%A9?partNumber=1&uploadId=a%2Bb", service: "s3", body: "content"},
		{name: "S3 subresource", method: "POST", target: "/bucket/key?uploads", service: "s3"},
		{name: "header with spaces", method: "GET", target: "/", service: "ec2", header: http.Header{"X-Amz-Meta-Text": {"  a   b  c "}}},
		{name: "header given twice", method: "GET", target: "/", service: "ec2", header: http.Header{"X-Amz-Meta-List": {"b", "a"}}},
		{name: "fields that proxies change", method: "GET", target: "/", service: "ec2", header: http.Header{
			"Accept-Encoding": {"gzip"}, "User-Agent": {"arazzo"}, "Traceparent": {"00-1-1-01"}, "X-Amzn-Trace-Id": {"Root=1"},
		}},
		{name: "leftover signature", method: "POST", target: "/", service: "healthlake", body: "{}", header: http.Header{
			"Authorization": {"AWS4-HMAC-SHA256 Credential=x"}, "X-Amz-Date": {"20200101T000000Z"}, "X-Amz-Signature": {"1"},
			"X-Amz-Credential": {"1"}, "X-Amz-Algorithm": {"1"}, "X-Amz-Security-Token": {"old"},
			"X-Amz-Content-Sha256": {"1"}, "X-Amz-Signedheaders": {"host"}, "x-amz-date": {"also old"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			if test.token {
				t.Setenv("AWS_SESSION_TOKEN", testToken)
			}
			at := time.Date(2026, 11, 23, 6, 49, 40, 0, time.UTC)
			p := sigv4.New(sigv4.Options{Clock: &fixedClock{at}})
			seen := 0
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				seen++
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				once := test.service == "s3"
				a := verify(t, r, body, testSecret, once)
				if a.key != testKey || a.scope != "20261123/us-west-2/"+test.service+"/aws4_request" {
					t.Errorf("credential is %s/%s", a.key, a.scope)
				}
				if got := r.Header.Values("X-Amz-Date"); len(got) != 1 || got[0] != "20261123T064940Z" {
					t.Errorf("X-Amz-Date is %q", got)
				}
				want := ""
				if test.token {
					want = testToken
				}
				if got := r.Header.Get("X-Amz-Security-Token"); got != want {
					t.Errorf("X-Amz-Security-Token is %q", got)
				}
				want = ""
				if once {
					want = hash(body)
				}
				if got := r.Header.Get("X-Amz-Content-Sha256"); got != want {
					t.Errorf("X-Amz-Content-Sha256 is %q, want %q", got, want)
				}
				for _, name := range []string{"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-Signedheaders"} {
					if r.Header.Get(name) != "" {
						t.Errorf("%s was sent", name)
					}
				}
			}))
			defer server.Close()
			var body []byte
			if test.body != "" {
				body = []byte(test.body)
			}
			r := newRequest(t, test.method, server.URL+test.target, body, test.header)
			meaning := r.URL.Path
			for range 2 { // signing again replaces the signature
				if err := p.Sign(t.Context(), auth(test.service, "us-west-2"), r, body); err != nil {
					t.Fatal(err)
				}
			}
			if r.URL.Path != meaning {
				t.Errorf("the path has become %q from %q", r.URL.Path, meaning)
			}
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if seen != 1 {
				t.Errorf("the server saw %d requests", seen)
			}
		})
	}
}

func TestSigningRefusals(t *testing.T) {
	tests := []struct {
		name    string
		url     string
		auth    runtime.Auth
		options sigv4.Options
		want    string // part of the message, "" if it is signed
		hint    string
	}{
		{"https", "https://healthlake.us-east-1.amazonaws.com/", auth("healthlake", "us-east-1"), sigv4.Options{}, "", ""},
		{"loopback", "http://127.0.0.1:4566/", auth("healthlake", "us-east-1"), sigv4.Options{}, "", ""},
		{"localhost", "http://localhost/", auth("healthlake", "us-east-1"), sigv4.Options{}, "", ""},
		{"loopback of IPv6", "http://[::1]:80/", auth("healthlake", "us-east-1"), sigv4.Options{}, "", ""},
		{"clear text", "http://healthlake.us-east-1.amazonaws.com/", auth("healthlake", "us-east-1"), sigv4.Options{}, "clear text", "--allow-http"},
		{"a name that begins like loopback", "http://127.0.0.1.example.com/", auth("healthlake", "us-east-1"), sigv4.Options{}, "clear text", "--allow-http"},
		{"clear text allowed", "http://internal.example/", auth("healthlake", "us-east-1"), sigv4.Options{AllowHTTP: true}, "", ""},
		{"no region", "https://healthlake.us-east-1.amazonaws.com/", auth("healthlake", ""), sigv4.Options{}, "not known", "--region"},
		{"no service", "https://healthlake.us-east-1.amazonaws.com/", auth("", "us-east-1"), sigv4.Options{}, "not known", ""},
		{"another scheme", "https://healthlake.us-east-1.amazonaws.com/", runtime.Auth{Scheme: "basic"}, sigv4.Options{}, "not known", ""},
		{"broken query", "https://healthlake.us-east-1.amazonaws.com/?a=%zz", auth("healthlake", "us-east-1"), sigv4.Options{}, "percent-encoded", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			r := newRequest(t, "POST", test.url, []byte("{}"), http.Header{"Authorization": {"leftover"}})
			err := sigv4.New(test.options).Sign(t.Context(), test.auth, r, []byte("{}"))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var refused *runtime.ExchangeError
			if !errors.As(err, &refused) || refused.Failure != runtime.Refused {
				t.Fatalf("the error is %v, want one that refuses", err)
			}
			if !strings.Contains(refused.Message, test.want) || !strings.Contains(refused.Hint, test.hint) {
				t.Errorf("the message is %q with hint %q", refused.Message, refused.Hint)
			}
		})
	}
}

func TestDefaultPortIsNotSigned(t *testing.T) {
	isolate(t)
	staticCredentials(t)
	p := sigv4.New(sigv4.Options{Clock: &fixedClock{time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)}})
	r := newRequest(t, "GET", "https://example.amazonaws.com:443/", nil, nil)
	if err := p.Sign(t.Context(), auth("service", "us-east-1"), r, nil); err != nil {
		t.Fatal(err)
	}
	if got := parseAuthorization(t, r.Header.Get("Authorization")).signature; got != "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" {
		t.Errorf("the signature is %s, and covers something else than without the port", got)
	}
	if r.Host != "example.amazonaws.com" {
		t.Errorf("the request is sent to host %q", r.Host)
	}
}

func BenchmarkSign(b *testing.B) {
	isolate(b)
	b.Setenv("AWS_ACCESS_KEY_ID", testKey)
	b.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
	p := sigv4.New(sigv4.Options{})
	body := []byte(`{"DatastoreId":"x","JobId":"y"}`)
	r, err := http.NewRequestWithContext(b.Context(), "POST", "https://healthlake.us-east-1.amazonaws.com/", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "HealthLake.DescribeFHIRImportJob")
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Sign(b.Context(), auth("healthlake", "us-east-1"), r, body); err != nil {
			b.Fatal(err)
		}
	}
}
