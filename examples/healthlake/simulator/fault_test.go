package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

// faultTexts are texts of faults, and what they mean. A zero Kind is an error.
func faultTexts() map[string]simulator.Fault {
	const start, describe = "StartFHIRImportJob", "DescribeFHIRImportJob"
	return map[string]simulator.Fault{
		"throttle":                  {Kind: simulator.Throttle, Operation: describe, First: 2, Last: 2},
		"throttle=3s":               {Kind: simulator.Throttle, Operation: describe, First: 2, Last: 2, For: 3 * time.Second},
		"drop-after":                {Kind: simulator.DropAfter, Operation: start, First: 1, Last: 1},
		"drop-before@3":             {Kind: simulator.DropBefore, First: 3, Last: 3},
		"skew":                      {Kind: simulator.Skew, First: 1, Last: simulator.Always},
		"skew=-20m@5-":              {Kind: simulator.Skew, First: 5, Last: simulator.Always, For: -20 * time.Minute},
		"internal@" + start:         {Kind: simulator.Internal, Operation: start, First: 1, Last: 1},
		"slow=1s@" + start + ":2-4": {Kind: simulator.Slow, Operation: start, First: 2, Last: 4, For: time.Second},
		"expired-token@" + describe + ":3-": {
			Kind: simulator.ExpiredToken, Operation: describe, First: 3, Last: simulator.Always,
		},
		"":                        {},
		"explode":                 {},
		"slow=2":                  {},
		"throttle@":               {},
		"throttle@0":              {},
		"throttle@-1":             {},
		"throttle@3-2":            {},
		"throttle@Unknown:1":      {},
		"throttle@Unknown":        {},
		"throttle@" + start + ":": {},
		"throttle@1-2-3":          {},
	}
}

func TestParseFault(t *testing.T) {
	for text, want := range faultTexts() {
		got, err := simulator.ParseFault(text)
		if (err != nil) != (want.Kind == "") {
			t.Errorf("%q: error is %v", text, err)
			continue
		}
		if err != nil && !strings.Contains(err.Error(), `"`+text+`"`) {
			t.Errorf("%q: error %q does not name the text", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzParseFault(f *testing.F) {
	for text := range faultTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := simulator.ParseFault(text)
		if err == nil && (fault.First < 1 || fault.Last < fault.First) {
			t.Errorf("%q applies to calls %d to %d", text, fault.First, fault.Last)
		}
	})
}

func FuzzParsePlan(f *testing.F) {
	for _, text := range []string{"COMPLETED", "SUBMITTED,QUEUED*3,IN_PROGRESS=90s,FAILED", "A*0", "=", "*", ","} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := simulator.ParsePlan(text)
		if err == nil && len(plan.Stages) == 0 {
			t.Errorf("%q has no stages", text)
		}
	})
}

func TestFaultsShow(t *testing.T) {
	describe := exchange{target: "DescribeFHIRImportJob", body: describeBody}
	begin := exchange{target: "StartFHIRImportJob", body: startBody("")}
	tests := []struct {
		fault simulator.Fault
		x     exchange
		check func(r reply) bool
		jobs  int
	}{
		{simulator.Fault{Kind: simulator.Throttle, For: 7 * time.Second}, describe, func(r reply) bool {
			return r.status == 400 && r.json["__type"] == "com.amazon.coral.availability#ThrottlingException" && r.header.Get("Retry-After") == "7"
		}, 0},
		{simulator.Fault{Kind: simulator.Throttle429}, describe, func(r reply) bool {
			return r.status == 429 && r.kind() == "ThrottlingException" && r.header.Get("Retry-After") == ""
		}, 0},
		{simulator.Fault{Kind: simulator.Internal}, begin, func(r reply) bool { return r.status == 500 && r.kind() == "InternalServerException" }, 0},
		{simulator.Fault{Kind: simulator.Unavailable}, begin, func(r reply) bool {
			return r.status == 503 && strings.HasPrefix(r.body, "<html>") && strings.HasPrefix(r.header.Get("Content-Type"), "text/html")
		}, 0},
		{simulator.Fault{Kind: simulator.NotFoundPage}, begin, func(r reply) bool { return r.status == 404 && strings.HasPrefix(r.body, "<html>") }, 0},
		{simulator.Fault{Kind: simulator.DropBefore}, begin, func(r reply) bool { return errors.Is(r.err, io.EOF) }, 0},
		{simulator.Fault{Kind: simulator.DropAfter}, begin, func(r reply) bool { return errors.Is(r.err, io.EOF) }, 1},
		{simulator.Fault{Kind: simulator.Truncate}, begin, func(r reply) bool {
			return r.status == 200 && errors.Is(r.err, io.ErrUnexpectedEOF) && r.json == nil && r.body != ""
		}, 1},
		{simulator.Fault{Kind: simulator.Flood}, begin, func(r reply) bool { return r.status == 200 && len(r.body) == 1<<20 }, 0},
		{simulator.Fault{Kind: simulator.ExpiredToken}, begin, func(r reply) bool { return r.status == 403 && r.kind() == "ExpiredTokenException" }, 0},
		{simulator.Fault{Kind: simulator.Skew, For: -time.Hour}, begin, func(r reply) bool {
			date, err := http.ParseTime(r.header.Get("Date"))
			return r.status == 403 && strings.Contains(r.message(), "not yet current") && err == nil && time.Since(date) > 50*time.Minute
		}, 0},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			e := start(t, simulator.Config{Faults: []simulator.Fault{tt.fault}})
			if r := tt.x.send(t, e); !tt.check(r) {
				t.Errorf("reply is %d %.200s (%v)", r.status, r.body, r.err)
			}
			if got := len(e.Jobs()); got != tt.jobs {
				t.Errorf("%d jobs were created, want %d", got, tt.jobs)
			}
			calls := e.Calls()
			if len(calls) != 1 || len(calls[0].Faults) != 1 || calls[0].Faults[0] != tt.fault.Kind {
				t.Errorf("calls are %+v", calls)
			}
			switch r := tt.x.send(t, e); {
			case tt.fault.Kind == simulator.ExpiredToken:
				if r.kind() != "ExpiredTokenException" {
					t.Errorf("the credential works again: %d %s", r.status, r.body)
				}
			case r.status == 200 || r.kind() == "ResourceNotFoundException":
			default:
				t.Errorf("the fault applies to the second call too: %d %s", r.status, r.body)
			}
		})
	}
}

func TestFaultsDoNotComeBeforeTheSignature(t *testing.T) {
	e := start(t, simulator.Config{Faults: []simulator.Fault{{Kind: simulator.DropAfter}}})
	r := exchange{
		target: "StartFHIRImportJob", body: startBody(""),
		credential: simulator.Credential{AccessKeyID: simulator.SampleAccessKeyID, SecretAccessKey: "wrong"},
	}.send(t, e)
	if r.kind() != "InvalidSignatureException" || len(e.Jobs()) != 0 {
		t.Errorf("reply is %d %s, %d jobs", r.status, r.body, len(e.Jobs()))
	}
}

func TestSlowBodySleepsInPieces(t *testing.T) {
	var mu sync.Mutex
	var slept time.Duration
	e := start(t, simulator.Config{
		Faults: []simulator.Fault{{Kind: simulator.Slow, For: 8 * time.Second}},
		Sleep: func(_ context.Context, d time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			slept += d
			return nil
		},
	})
	r := exchange{target: "StartFHIRImportJob", body: startBody("")}.send(t, e)
	if r.status != 200 || r.json["JobStatus"] != "SUBMITTED" {
		t.Errorf("reply is %d %s", r.status, r.body)
	}
	mu.Lock()
	defer mu.Unlock()
	if slept < 8*time.Second || slept > 10*time.Second {
		t.Errorf("slept %v", slept)
	}
}

func TestHangEndsWithTheClient(t *testing.T) {
	s := simulator.New(simulator.Config{Faults: []simulator.Fault{{Kind: simulator.Hang}}})
	hung, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel() // the client gives up as soon as the request has arrived
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	client := healthlake.New(healthlake.Options{
		Region: simulator.DefaultRegion, BaseEndpoint: aws.String(server.URL), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(simulator.SampleAccessKeyID, simulator.SampleSecretAccessKey, ""),
	})
	if _, err := client.StartFHIRImportJob(hung, importInput()); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if got := len(s.Jobs()); got != 0 {
		t.Errorf("%d jobs were created", got)
	}
}

func TestRatesLimitOnTheClock(t *testing.T) {
	now := time.Now()
	e := start(t, simulator.Config{
		Now:   func() time.Time { return now },
		Rates: []simulator.Rate{{Operation: "DescribeFHIRImportJob", PerSecond: 10, Burst: 2}},
	})
	describe := func() string {
		return exchange{target: "DescribeFHIRImportJob", body: describeBody, at: now}.send(t, e).kind()
	}
	const ok, throttled = "ResourceNotFoundException", "ThrottlingException"
	for i, step := range []struct {
		wait time.Duration
		want string
	}{
		{0, ok},
		{0, ok},
		{0, throttled},
		{50 * time.Millisecond, throttled},
		{50 * time.Millisecond, ok},
		{0, throttled},
		{-time.Minute, throttled},
		{time.Hour, ok},
	} {
		now = now.Add(step.wait)
		if got := describe(); got != step.want {
			t.Errorf("call %d: %s, want %s", i+1, got, step.want)
		}
	}
	if r := (exchange{target: "StartFHIRImportJob", body: startBody(""), at: now}).send(t, e); r.status != 200 {
		t.Errorf("another operation got %d %s", r.status, r.body)
	}
}

func TestRetryAfterIsSentWhileAJobRuns(t *testing.T) {
	e := start(t, simulator.Config{RetryAfter: 3 * time.Second, ImportPlans: []simulator.Plan{simulator.EndPlan(simulator.Failed)}})
	id := aws.ToString(startJob(t, newClient(e), "t"))
	var got []string
	for range 3 {
		r := exchange{target: "DescribeFHIRImportJob", body: strings.Replace(describeBody, "unknown", id, 1)}.send(t, e)
		got = append(got, r.header.Get("Retry-After"))
	}
	if diff := cmp.Diff([]string{"3", "3", ""}, got); diff != "" {
		t.Errorf("Retry-After (-want +got):\n%s", diff)
	}
}

func TestCallsAreListedInOrder(t *testing.T) {
	e := start(t, simulator.Config{MaxCalls: 50})
	var group sync.WaitGroup
	for range 60 {
		group.Go(func() { exchange{target: "DescribeFHIRImportJob", body: describeBody}.send(t, e) })
	}
	group.Wait()
	calls := e.Calls()
	if len(calls) != 50 {
		t.Fatalf("%d calls are listed", len(calls))
	}
	for i := 1; i < len(calls); i++ {
		if calls[i].Number <= calls[i-1].Number || calls[i].Time.Before(calls[i-1].Time) {
			t.Fatalf("call %+v stands after %+v", calls[i], calls[i-1])
		}
	}
}

func TestCredentialEndpointFeedsTheSDK(t *testing.T) {
	e := start(t, simulator.Config{
		Credentials: []simulator.Credential{{AccessKeyID: "AKIAUNUSED", SecretAccessKey: "unused"}},
	})
	address, err := e.StartCredentials(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cache := aws.NewCredentialsCache(endpointcreds.New(address))
	client := newClient(e, func(o *healthlake.Options) { o.Credentials = cache })
	first := startJob(t, client, "1")
	cache.Invalidate()
	if again := startJob(t, client, "1"); aws.ToString(again) != aws.ToString(first) {
		t.Errorf("jobs are %s and %s", aws.ToString(first), aws.ToString(again))
	}
	calls := e.Calls()
	if len(calls) != 2 || calls[0].AccessKeyID == calls[1].AccessKeyID || !strings.HasPrefix(calls[0].AccessKeyID, "ASIA") {
		t.Errorf("calls are %+v", calls)
	}
}

func TestIssuedCredentialsExpire(t *testing.T) {
	now := time.Now()
	e := start(t, simulator.Config{Now: func() time.Time { return now }})
	c := e.Issue(time.Minute)
	x := exchange{target: "DescribeFHIRImportJob", body: describeBody, credential: c, at: now}
	if r := x.send(t, e); r.kind() != "ResourceNotFoundException" {
		t.Errorf("reply is %d %s", r.status, r.body)
	}
	now = now.Add(time.Minute)
	if r := x.send(t, e); r.kind() != "ExpiredTokenException" {
		t.Errorf("reply is %d %s", r.status, r.body)
	}
}
