package sigv4_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

func post(target, body string) *runtime.Request {
	return &runtime.Request{
		Method: "POST", URL: "https://healthlake.us-east-1.amazonaws.com/",
		Header: runtime.Header{{Name: "X-Amz-Target", Value: target}}, Body: []byte(body), Auth: []runtime.Auth{auth("healthlake", "us-east-1")},
	}
}

func reply(status int, body string, header ...string) *runtime.Response {
	r := &runtime.Response{Status: status, Body: []byte(body)}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

// throttling are the codes that the AWS SDK for Go takes for throttling.
var throttling = []string{
	"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
	"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
	"LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
}

func TestRetryOfReplies(t *testing.T) {
	type test struct {
		name string
		resp *runtime.Response
		want string // the reason, "" if it is not sent again
	}
	tests := []test{
		{"success", reply(200, `{"__type":"ThrottlingException"}`), ""},
		{"header", reply(400, "", "x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/#x"), "ThrottlingException"},
		{"header with a namespace", reply(400, "", "x-amzn-errortype", "com.amazonaws.healthlake#ThrottlingException"), "ThrottlingException"},
		{"query error", reply(400, `{"__type":"com.amazonaws.sqs#Other"}`, "X-Amzn-Query-Error", "RequestThrottled;Sender"), "RequestThrottled"},
		{"namespace", reply(400, `{"__type":"com.amazonaws.healthlake#ThrottlingException","message":"Rate exceeded"}`), "ThrottlingException"},
		{"namespace and URL", reply(400, `{"__type":"com.example#ThrottlingException:http://x/#y"}`), "ThrottlingException"},
		{"code", reply(400, `{"code":"SlowDown"}`), "SlowDown"},
		{"space before JSON", reply(400, " \n{\"__type\":\"SlowDown\"}"), "SlowDown"},
		{"type that is no string", reply(400, `{"__type":7,"code":"SlowDown"}`), "SlowDown"},
		{"XML of S3", reply(503, `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>x</Message></Error>`), "SlowDown"},
		{"XML of the query protocol", reply(400, `<ErrorResponse xmlns="u"><Error><Type>Sender</Type><Code> Throttling </Code></Error></ErrorResponse>`), "Throttling"},
		{"XML of EC2", reply(400, `<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>`), "RequestLimitExceeded"},
		{"request timeout", reply(400, `<Error><Code>RequestTimeout</Code></Error>`), "RequestTimeout"},
		{"429", reply(429, ""), "429 Too Many Requests"},
		{"500", reply(500, `{"__type":"InternalServerException"}`), "500 Internal Server Error"},
		{"502", reply(502, "<html><body>Code</body></html>"), "502 Bad Gateway"},
		{"503 in HTML", reply(503, "<html><Code>ThrottlingException</Code></html>"), "503 Service Unavailable"},
		{"504", reply(504, "<unclosed"), "504 Gateway Timeout"},
		{"501", reply(501, ""), ""},
		{"validation", reply(400, `{"__type":"ValidationException"}`), ""},
		{"wrong secret", reply(400, `{"__type":"InvalidSignatureException"}`, "Date", "Mon, 23 Nov 2026 06:49:40 GMT"), ""},
		{"wrong secret of the query protocol", reply(403, `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>`), ""},
		{"unknown key", reply(400, `{"__type":"UnrecognizedClientException"}`), ""},
		{"no permission", reply(400, `{"__type":"AccessDeniedException"}`), ""},
		{"incomplete signature", reply(403, `{"__type":"IncompleteSignatureException"}`), ""},
		{"broken JSON", reply(400, `{"__type":"Throttl`), ""},
		{"a code that is none", reply(400, `{"__type":"Throttling Exception\u0000"}`), ""},
		{"expired", reply(403, `{"__type":"ExpiredTokenException"}`), "expired credentials"},
		{"expired in XML", reply(400, `<Error><Code>ExpiredToken</Code></Error>`), "expired credentials"},
	}
	for _, code := range throttling {
		tests = append(tests, test{code, reply(400, fmt.Sprintf(`{"__type":"x#%s"}`, code)), code})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			p := sigv4.New(sigv4.Options{})
			got, ok := p.Retry(post("HealthLake.StartFHIRImportJob", "{}"), test.resp, nil, 1)
			if ok != (test.want != "") || got.Reason != test.want {
				t.Errorf("sent again: %t, because of %q; want %q", ok, got.Reason, test.want)
			}
			other := post("HealthLake.StartFHIRImportJob", "{}")
			other.Auth = nil
			if _, ok := p.Retry(other, test.resp, nil, 1); ok {
				t.Error("a request without a signature is sent again")
			}
		})
	}
}

func TestRetryOfFailures(t *testing.T) {
	failure := func(kind runtime.ExchangeFailure, cause error) error {
		return fmt.Errorf("step: %w", &runtime.ExchangeError{Failure: kind, Message: "m", Err: cause})
	}
	const start, describe = "HealthLake.StartFHIRImportJob", "HealthLake.DescribeFHIRImportJob"
	form := func(body string) *runtime.Request {
		r := post("", body)
		r.Header = runtime.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded; charset=utf-8"}}
		return r
	}
	plain := func(method, url string) *runtime.Request {
		return &runtime.Request{Method: method, URL: url, Auth: []runtime.Auth{auth("ec2", "us-east-1")}}
	}
	tests := []struct {
		name string
		req  *runtime.Request
		err  error
		want string
	}{
		{"not sent", post(start, "{}"), failure(runtime.NotSent, nil), "request not sent"},
		{"refused connection", post(start, "{}"), failure(runtime.NotSent, &net.OpError{Op: "dial", Err: errors.New("refused")}), "request not sent"},
		{"unknown host", post(start, "{}"), failure(runtime.NotSent, &net.DNSError{IsNotFound: true}), ""},
		{"name server out of reach", post(start, "{}"), failure(runtime.NotSent, &net.DNSError{IsTimeout: true}), "request not sent"},
		{"untrusted certificate", post(start, "{}"), failure(runtime.NotSent, x509.UnknownAuthorityError{}), ""},
		{"refused", post(describe, "{}"), failure(runtime.Refused, nil), ""},
		{"too large", post(describe, "{}"), failure(runtime.TooLarge, nil), ""},
		{"cancelled", post(describe, "{}"), failure(runtime.Lost, context.Canceled), ""},
		{"an error of another type", post(describe, "{}"), errors.New("x"), ""},
		{"end of the run", post(describe, "{}"), context.DeadlineExceeded, ""},
		{"lost write", post(start, "{}"), failure(runtime.Lost, nil), ""},
		{"cut write", post(start, "{}"), failure(runtime.Cut, nil), ""},
		{"slow write", post(start, "{}"), failure(runtime.TimedOut, nil), ""},
		{"lost write with a token", post(start, `{"ClientToken":"a-1"}`), failure(runtime.Lost, nil), "connection lost"},
		{"cut write with a token", post(start, `{"ClientToken":"a-1"}`), failure(runtime.Cut, nil), "response cut short"},
		{"slow write with a token", post(start, `{"clientRequestToken":"a-1"}`), failure(runtime.TimedOut, context.DeadlineExceeded), "no response in time"},
		{"lost write with an empty token", post(start, `{"ClientToken":""}`), failure(runtime.Lost, nil), ""},
		{"lost write with a token of null", post(start, `{"ClientToken":null}`), failure(runtime.Lost, nil), ""},
		{"lost write with a token further down", post(start, `{"Config":{"ClientToken":"a"}}`), failure(runtime.Lost, nil), ""},
		{"lost write with a token in broken JSON", post(start, `{"ClientToken":"a"`), failure(runtime.Lost, nil), ""},
		{"lost read", post(describe, "{}"), failure(runtime.Lost, nil), "connection lost"},
		{"lost List", post("HealthLake.ListFHIRImportJobs", "{}"), failure(runtime.Lost, nil), "connection lost"},
		{"lost BatchGet", post("DynamoDB_20120810.BatchGetItem", "{}"), failure(runtime.Lost, nil), "connection lost"},
		{"lost Query", post("DynamoDB_20120810.Query", "{}"), failure(runtime.Lost, nil), "connection lost"},
		{"lost Scan", post("DynamoDB_20120810.Scan", "{}"), failure(runtime.Cut, nil), "response cut short"},
		{"a name that begins alike", post("X.Getaway", "{}"), failure(runtime.Lost, nil), ""},
		{"lost GET", plain("GET", "https://lambda.us-east-1.amazonaws.com/x"), failure(runtime.Lost, nil), "connection lost"},
		{"lost HEAD", plain("HEAD", "https://s3.us-east-1.amazonaws.com/x"), failure(runtime.Lost, nil), "connection lost"},
		{"lost DELETE", plain("DELETE", "https://lambda.us-east-1.amazonaws.com/x"), failure(runtime.Lost, nil), ""},
		{"lost GET that reads", plain("GET", "https://ec2.us-east-1.amazonaws.com/?Action=DescribeInstances"), failure(runtime.Lost, nil), "connection lost"},
		{"lost GET that writes", plain("GET", "https://ec2.us-east-1.amazonaws.com/?Action=RunInstances"), failure(runtime.Lost, nil), ""},
		{"lost GET that writes with a token", plain("GET", "https://ec2.us-east-1.amazonaws.com/?Action=RunInstances&ClientToken=a"), failure(runtime.Lost, nil), "connection lost"},
		{"lost form that writes", form("Action=RunInstances"), failure(runtime.Lost, nil), ""},
		{"lost form that reads", form("Action=DescribeInstances"), failure(runtime.Lost, nil), "connection lost"},
		{"lost form with a token", form("Action=RunInstances&ClientToken=a"), failure(runtime.Lost, nil), "connection lost"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			got, ok := sigv4.New(sigv4.Options{}).Retry(test.req, nil, test.err, 1)
			if ok != (test.want != "") || got.Reason != test.want {
				t.Errorf("sent again: %t, because of %q; want %q", ok, got.Reason, test.want)
			}
		})
	}
}

func TestRetryAttemptsAndDelays(t *testing.T) {
	isolate(t)
	configFile(t, profileText)
	delays := func(p *sigv4.Provider, resp *runtime.Response) []string {
		var out []string
		for try := 1; try <= 10; try++ {
			r, ok := p.Retry(post("X.Start", "{}"), resp, nil, try)
			if !ok {
				break
			}
			text := r.Delay.String()
			if r.Exact {
				text += " exactly"
			}
			out = append(out, text)
		}
		return out
	}
	now := time.Date(2026, 11, 23, 6, 49, 40, 0, time.UTC)
	tests := []struct {
		name string
		env  map[string]string
		load bool
		resp *runtime.Response
		want []string
	}{
		{"three in all", nil, false, reply(503, ""), []string{"2s", "4s"}},
		{"one", map[string]string{"AWS_MAX_ATTEMPTS": "1"}, false, reply(503, ""), nil},
		{"six", map[string]string{"AWS_MAX_ATTEMPTS": "6"}, false, reply(503, ""), []string{"2s", "4s", "8s", "16s", "20s"}},
		{"by profile", nil, true, reply(503, ""), []string{"2s", "4s", "8s", "16s", "20s", "20s"}},
		{"by variable and profile", map[string]string{"AWS_MAX_ATTEMPTS": "2"}, true, reply(503, ""), []string{"2s"}},
		{"seconds", nil, false, reply(429, "", "Retry-After", "7"), []string{"7s exactly", "7s exactly"}},
		{"no wait", nil, false, reply(429, "", "Retry-After", "0"), []string{"0s exactly", "0s exactly"}},
		{"milliseconds", nil, false, reply(429, "", "x-amz-retry-after", "1500"), []string{"1.5s exactly", "1.5s exactly"}},
		{"a date", nil, false, reply(503, "", "Date", "Mon, 23 Nov 2026 06:49:40 GMT", "Retry-After", "Mon, 23 Nov 2026 06:50:00 GMT"), []string{"20s exactly", "20s exactly"}},
		{"a date without Date", nil, false, reply(503, "", "Retry-After", "Mon, 23 Nov 2026 06:49:50 GMT"), []string{"10s exactly", "10s exactly"}},
		{"a date gone by", nil, false, reply(503, "", "Retry-After", "Mon, 23 Nov 2026 06:49:30 GMT"), []string{"0s exactly", "0s exactly"}},
		{"nonsense", nil, false, reply(503, "", "Retry-After", "soon"), []string{"2s", "4s"}},
		{"too long", nil, false, reply(503, "", "Retry-After", "86400"), nil},
		{"far too long", nil, false, reply(503, "", "Retry-After", "18446744073709551615"), []string{"2s", "4s"}},
		{"expired credentials", nil, false, reply(403, `{"__type":"ExpiredToken"}`), []string{"0s exactly", "4s"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := sigv4.New(sigv4.Options{Clock: &fixedClock{now}, Region: "us-east-1", Environ: variables(test.env)})
			if test.load {
				adapt(t, p, runtime.Target{Operation: healthlake()})
			}
			if diff := cmp.Diff(test.want, delays(p, test.resp)); diff != "" {
				t.Errorf("delays (-want +got):\n%s", diff)
			}
		})
	}
	for _, value := range []string{"0", "-1", "three", "1.5"} {
		p := sigv4.New(sigv4.Options{Region: "us-east-1", Environ: variables(map[string]string{"AWS_MAX_ATTEMPTS": value})})
		if _, found := adapt(t, p, runtime.Target{Operation: healthlake()}); !strings.Contains(rules(found), "aws-configuration") {
			t.Errorf("AWS_MAX_ATTEMPTS=%s gives %v", value, found)
		}
	}
}

// Whatever a service answers, the retrier neither fails nor shows its text.
func FuzzRetry(f *testing.F) {
	for _, body := range []string{
		`{"__type":"x#ThrottlingException"}`, `<Error><Code>SlowDown</Code></Error>`, `<`, `{`, `<html>`, "\x00", `{"code":{}}`, `<a><Code/></a>`,
	} {
		f.Add(400, body, "3", "Mon, 23 Nov 2026 06:49:40 GMT")
	}
	p := sigv4.New(sigv4.Options{Environ: variables(nil)})
	f.Fuzz(func(t *testing.T, status int, body, after, date string) {
		r, ok := p.Retry(post("X.Start", body), reply(status, body, "Retry-After", after, "Date", date), nil, 1)
		if !ok && r != (runtime.Retry{}) || r.Delay < 0 || len(r.Reason) > 60 || strings.ContainsAny(r.Reason, "<>{}\n") {
			t.Errorf("%+v, %t", r, ok)
		}
	})
}
