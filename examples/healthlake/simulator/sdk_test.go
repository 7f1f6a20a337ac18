package simulator_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/aws/aws-sdk-go-v2/service/healthlake/types"
	"github.com/aws/smithy-go"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

// start runs a server for the length of a test.
func start(t *testing.T, c simulator.Config) *simulator.Endpoint {
	t.Helper()
	e, err := simulator.New(c).Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// newClient returns a client of the official SDK that waits for nothing between
// its attempts.
func newClient(e *simulator.Endpoint, change ...func(*healthlake.Options)) *healthlake.Client {
	options := healthlake.Options{
		Region:       simulator.DefaultRegion,
		BaseEndpoint: aws.String(e.URL()),
		Credentials:  credentials.NewStaticCredentialsProvider(simulator.SampleAccessKeyID, simulator.SampleSecretAccessKey, ""),
		HTTPClient:   &http.Client{Transport: &http.Transport{}},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	}
	return healthlake.New(options, change...)
}

func importInput() *healthlake.StartFHIRImportJobInput {
	return &healthlake.StartFHIRImportJobInput{
		DatastoreId:       aws.String(simulator.SampleDatastoreID),
		DataAccessRoleArn: aws.String("arn:aws:iam::123456789012:role/healthlake-import"),
		InputDataConfig:   &types.InputDataConfigMemberS3Uri{Value: "s3://example-input/fhir/"},
		JobOutputDataConfig: &types.OutputDataConfigMemberS3Configuration{Value: types.S3Configuration{
			S3Uri: aws.String("s3://example-output/import/"), KmsKeyId: aws.String("alias/example"),
		}},
		ClientToken: aws.String("token-1"),
	}
}

func describeInput(jobID *string) *healthlake.DescribeFHIRImportJobInput {
	return &healthlake.DescribeFHIRImportJobInput{DatastoreId: aws.String(simulator.SampleDatastoreID), JobId: jobID}
}

func TestSDKFollowsAJobThroughItsStates(t *testing.T) {
	now := time.Now().Truncate(time.Millisecond)
	e := start(t, simulator.Config{Now: func() time.Time { return now }})
	client := newClient(e)
	in := importInput()
	in.JobName = aws.String("nightly import")
	in.ValidationLevel = types.ValidationLevelStrict
	out, err := client.StartFHIRImportJob(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if out.JobStatus != types.JobStatusSubmitted || aws.ToString(out.DatastoreId) != simulator.SampleDatastoreID {
		t.Errorf("start answered %s for data store %s", out.JobStatus, aws.ToString(out.DatastoreId))
	}
	var states []string
	var last *types.ImportJobProperties
	for range 5 {
		d, err := client.DescribeFHIRImportJob(t.Context(), describeInput(out.JobId))
		if err != nil {
			t.Fatal(err)
		}
		last = d.ImportJobProperties
		states = append(states, string(last.JobStatus))
	}
	if got := strings.Join(states, " "); got != "SUBMITTED QUEUED IN_PROGRESS COMPLETED COMPLETED" {
		t.Errorf("states were %s", got)
	}
	if !last.SubmitTime.Equal(now) || !last.EndTime.Equal(now) {
		t.Errorf("submitted at %v, ended at %v, want %v", last.SubmitTime, last.EndTime, now)
	}
	if aws.ToString(last.JobName) != "nightly import" || last.ValidationLevel != types.ValidationLevelStrict {
		t.Errorf("name %q, level %q", aws.ToString(last.JobName), last.ValidationLevel)
	}
	if last.JobProgressReport == nil || aws.ToInt64(last.JobProgressReport.TotalNumberOfResourcesImported) != 1000 {
		t.Errorf("progress report is %+v", last.JobProgressReport)
	}
	if input, ok := last.InputDataConfig.(*types.InputDataConfigMemberS3Uri); !ok || input.Value != "s3://example-input/fhir/" {
		t.Errorf("input is %+v", last.InputDataConfig)
	}
	if output, ok := last.JobOutputDataConfig.(*types.OutputDataConfigMemberS3Configuration); !ok ||
		aws.ToString(output.Value.KmsKeyId) != "alias/example" {
		t.Errorf("output is %+v", last.JobOutputDataConfig)
	}
}

func TestSDKWaiterTakesEndStates(t *testing.T) {
	tests := []struct {
		end     string
		wantErr bool
		message bool
	}{
		{simulator.Completed, false, false},
		{simulator.CompletedWithErrors, false, true},
		{simulator.Failed, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.end, func(t *testing.T) {
			e := start(t, simulator.Config{ImportPlans: []simulator.Plan{simulator.EndPlan(tt.end)}})
			client := newClient(e)
			out, err := client.StartFHIRImportJob(t.Context(), importInput())
			if err != nil {
				t.Fatal(err)
			}
			waiter := healthlake.NewFHIRImportJobCompletedWaiter(client, func(o *healthlake.FHIRImportJobCompletedWaiterOptions) {
				o.MinDelay, o.MaxDelay = time.Nanosecond, time.Nanosecond
			})
			err = waiter.Wait(t.Context(), describeInput(out.JobId), time.Minute)
			if (err != nil) != tt.wantErr {
				t.Errorf("waiter returned %v", err)
			}
			d, err := client.DescribeFHIRImportJob(t.Context(), describeInput(out.JobId))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(d.ImportJobProperties.JobStatus); got != tt.end {
				t.Errorf("job ended %s", got)
			}
			if (d.ImportJobProperties.Message != nil) != tt.message {
				t.Errorf("message is %v", aws.ToString(d.ImportJobProperties.Message))
			}
		})
	}
}

func TestSDKTypedErrors(t *testing.T) {
	forms := map[string]simulator.ErrorForm{
		"type and header": simulator.TypeAndHeader, "type": simulator.TypeOnly, "header": simulator.HeaderOnly,
		"suffix": simulator.SuffixedType, "code": simulator.CodeMember,
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			client := newClient(start(t, simulator.Config{ErrorForm: form}))
			in := importInput()
			in.JobName = aws.String("$")
			in.ClientToken = aws.String("not a token")
			_, err := client.StartFHIRImportJob(t.Context(), in)
			var invalid *types.ValidationException
			if !errors.As(err, &invalid) {
				t.Fatalf("error is %v", err)
			}
			for _, part := range []string{"2 validation errors", "'jobName'", "'clientToken'"} {
				if !strings.Contains(invalid.ErrorMessage(), part) {
					t.Errorf("message %q lacks %q", invalid.ErrorMessage(), part)
				}
			}
			_, err = client.DescribeFHIRImportJob(t.Context(), describeInput(aws.String("unknown")))
			var missing *types.ResourceNotFoundException
			if !errors.As(err, &missing) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestSDKSignaturesAreChecked(t *testing.T) {
	session := simulator.Credential{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "session-secret-value", SessionToken: "session/token=="}
	static := simulator.SampleCredential()
	tests := []struct {
		name           string
		key, secret    string
		token, region  string
		want           string
		mustNotContain string
	}{
		{name: "static", key: static.AccessKeyID, secret: static.SecretAccessKey},
		{name: "session", key: session.AccessKeyID, secret: session.SecretAccessKey, token: session.SessionToken},
		{
			name: "wrong secret", key: static.AccessKeyID, secret: "wrong",
			want: "InvalidSignatureException", mustNotContain: static.SecretAccessKey,
		},
		{
			name: "wrong session secret", key: session.AccessKeyID, secret: "wrong", token: session.SessionToken,
			want: "InvalidSignatureException", mustNotContain: session.SessionToken,
		},
		{name: "unknown key", key: "AKIAUNKNOWN", secret: "x", want: "UnrecognizedClientException"},
		{name: "no token", key: session.AccessKeyID, secret: session.SecretAccessKey, want: "UnrecognizedClientException"},
		{
			name: "wrong token", key: session.AccessKeyID, secret: session.SecretAccessKey, token: "other",
			want: "UnrecognizedClientException", mustNotContain: session.SessionToken,
		},
		{
			name: "token with static keys", key: static.AccessKeyID, secret: static.SecretAccessKey, token: "surplus-token",
			want: "UnrecognizedClientException",
		},
		{
			name: "wrong region", key: static.AccessKeyID, secret: static.SecretAccessKey, region: "eu-west-1",
			want: "InvalidSignatureException",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := start(t, simulator.Config{Credentials: []simulator.Credential{static, session}})
			client := newClient(e, func(o *healthlake.Options) {
				o.Credentials = credentials.NewStaticCredentialsProvider(tt.key, tt.secret, tt.token)
				if tt.region != "" {
					o.Region = tt.region
				}
			})
			_, err := client.StartFHIRImportJob(t.Context(), importInput())
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var api smithy.APIError
			if !errors.As(err, &api) || api.ErrorCode() != tt.want {
				t.Fatalf("error is %v, want %s", err, tt.want)
			}
			if tt.mustNotContain != "" && strings.Contains(err.Error(), tt.mustNotContain) {
				t.Errorf("the answer holds a secret")
			}
			if got := len(e.Jobs()); got != 0 {
				t.Errorf("%d jobs were created", got)
			}
			if tt.token != "" && strings.Contains(string(e.Log()), tt.token) {
				t.Errorf("the log holds the session token")
			}
		})
	}
}

func TestSDKRecoversFromFaults(t *testing.T) {
	tests := []struct {
		fault string
		calls int
	}{
		{"throttle@StartFHIRImportJob", 2},
		{"throttle-429@StartFHIRImportJob:1-2", 3},
		{"internal@StartFHIRImportJob", 2},
		{"unavailable@StartFHIRImportJob", 2},
		{"drop-before", 2},
		{"drop-after", 2},
		{"skew=20m", 2},
		{"skew=-20m", 2},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			fault, err := simulator.ParseFault(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			e := start(t, simulator.Config{Faults: []simulator.Fault{fault}})
			if _, err := newClient(e).StartFHIRImportJob(t.Context(), importInput()); err != nil {
				t.Fatal(err)
			}
			if got := len(e.Jobs()); got != 1 {
				t.Errorf("%d jobs were created", got)
			}
			calls := e.CallsOf("StartFHIRImportJob")
			if len(calls) != tt.calls {
				t.Errorf("%d calls were made, want %d: %+v", len(calls), tt.calls, calls)
			}
			for _, c := range calls {
				if c.InvocationID == "" || c.InvocationID != calls[0].InvocationID {
					t.Errorf("invocation %q is not %q", c.InvocationID, calls[0].InvocationID)
				}
			}
		})
	}
}

func TestSDKDoesNotTakeATruncatedBody(t *testing.T) {
	e := start(t, simulator.Config{Faults: []simulator.Fault{{Kind: simulator.Truncate, Operation: "StartFHIRImportJob"}}})
	_, err := newClient(e).StartFHIRImportJob(t.Context(), importInput())
	if err == nil {
		t.Fatal("half a body was taken for an answer")
	}
	if got := len(e.Jobs()); got != 1 {
		t.Errorf("%d jobs were created", got)
	}
}

func TestSDKGetsFreshCredentialsAfterExpiry(t *testing.T) {
	e := start(t, simulator.Config{Faults: []simulator.Fault{{Kind: simulator.ExpiredToken, Operation: "DescribeFHIRImportJob"}}})
	provider := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		c := e.Issue(time.Hour)
		return aws.Credentials{
			AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
			Expires: c.Expires, CanExpire: true,
		}, nil
	})
	cache := aws.NewCredentialsCache(provider)
	client := newClient(e, func(o *healthlake.Options) { o.Credentials = cache })
	out, err := client.StartFHIRImportJob(t.Context(), importInput())
	if err != nil {
		t.Fatal(err)
	}
	for attempt := range 3 {
		_, err = client.DescribeFHIRImportJob(t.Context(), describeInput(out.JobId))
		var api smithy.APIError
		if attempt < 2 && (!errors.As(err, &api) || api.ErrorCode() != "ExpiredTokenException") {
			t.Fatalf("attempt %d: error is %v", attempt, err)
		}
		if attempt == 1 {
			cache.Invalidate()
		}
	}
	if err != nil {
		t.Errorf("fresh credentials were refused: %v", err)
	}
}

func TestSDKCreatesAndDeletesADatastore(t *testing.T) {
	client := newClient(start(t, simulator.Config{}))
	ctx := t.Context()
	in := &healthlake.CreateFHIRDatastoreInput{
		DatastoreName: aws.String("clinic"), DatastoreTypeVersion: types.FHIRVersionR4,
		SseConfiguration: &types.SseConfiguration{KmsEncryptionConfig: &types.KmsEncryptionConfig{CmkType: types.CmkTypeAoCmk}},
	}
	created, err := client.CreateFHIRDatastore(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	id := &healthlake.DescribeFHIRDatastoreInput{DatastoreId: created.DatastoreId}
	states := []types.DatastoreStatus{created.DatastoreStatus}
	for range 2 {
		d, err := client.DescribeFHIRDatastore(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, d.DatastoreProperties.DatastoreStatus)
		if d.DatastoreProperties.SseConfiguration == nil || d.DatastoreProperties.CreatedAt == nil {
			t.Errorf("properties are %+v", d.DatastoreProperties)
		}
	}
	if _, err := client.DeleteFHIRDatastore(ctx, &healthlake.DeleteFHIRDatastoreInput{DatastoreId: created.DatastoreId}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := client.DescribeFHIRDatastore(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, d.DatastoreProperties.DatastoreStatus)
	}
	want := []types.DatastoreStatus{"CREATING", "CREATING", "ACTIVE", "DELETING", "DELETED"}
	for i := range want {
		if states[i] != want[i] {
			t.Fatalf("states were %v, want %v", states, want)
		}
	}
	start := importInput()
	start.DatastoreId = created.DatastoreId
	_, err = client.StartFHIRImportJob(ctx, start)
	var invalid *types.ValidationException
	if !errors.As(err, &invalid) {
		t.Errorf("a job on a deleted data store got %v", err)
	}
}

func TestSDKListsJobsInPages(t *testing.T) {
	client := newClient(start(t, simulator.Config{}))
	ctx := t.Context()
	for range 5 {
		in := importInput()
		in.ClientToken = nil // the SDK makes a new one each time
		if _, err := client.StartFHIRImportJob(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	pages := healthlake.NewListFHIRImportJobsPaginator(client, &healthlake.ListFHIRImportJobsInput{
		DatastoreId: aws.String(simulator.SampleDatastoreID), MaxResults: aws.Int32(2),
		SubmittedAfter: aws.Time(time.Now().Add(-time.Hour)), SubmittedBefore: aws.Time(time.Now().Add(time.Hour)),
	})
	seen := map[string]bool{}
	var sizes []int
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.ImportJobPropertiesList))
		for _, p := range page.ImportJobPropertiesList {
			seen[aws.ToString(p.JobId)] = true
		}
	}
	if len(seen) != 5 || len(sizes) != 3 {
		t.Errorf("%d jobs on pages of %v", len(seen), sizes)
	}
	store := aws.String(simulator.SampleDatastoreID)
	for _, in := range []*healthlake.ListFHIRImportJobsInput{
		{DatastoreId: store, JobStatus: types.JobStatusFailed},
		{DatastoreId: store, JobName: aws.String("other")},
		{DatastoreId: store, SubmittedBefore: aws.Time(time.Now().Add(-time.Hour))},
		{DatastoreId: store, SubmittedAfter: aws.Time(time.Now().Add(time.Hour))},
	} {
		none, err := client.ListFHIRImportJobs(ctx, in)
		if err != nil || len(none.ImportJobPropertiesList) != 0 {
			t.Errorf("%+v found %v, %v", in, none, err)
		}
	}
	for _, token := range []string{"page-0", "page-x", "other"} {
		_, err := client.ListFHIRImportJobs(ctx, &healthlake.ListFHIRImportJobsInput{DatastoreId: store, NextToken: aws.String(token)})
		var invalid *types.ValidationException
		if !errors.As(err, &invalid) {
			t.Errorf("page token %q got %v", token, err)
		}
	}
}

func TestSDKExports(t *testing.T) {
	client := newClient(start(t, simulator.Config{}))
	out, err := client.StartFHIRExportJob(t.Context(), &healthlake.StartFHIRExportJobInput{
		DatastoreId:       aws.String(simulator.SampleDatastoreID),
		DataAccessRoleArn: aws.String("arn:aws:iam::123456789012:role/healthlake-export"),
		OutputDataConfig: &types.OutputDataConfigMemberS3Configuration{Value: types.S3Configuration{
			S3Uri: aws.String("s3://example-output"), KmsKeyId: aws.String("alias/example"),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	waiter := healthlake.NewFHIRExportJobCompletedWaiter(client, func(o *healthlake.FHIRExportJobCompletedWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Nanosecond, time.Nanosecond
	})
	d, err := waiter.WaitForOutput(t.Context(), &healthlake.DescribeFHIRExportJobInput{
		DatastoreId: aws.String(simulator.SampleDatastoreID), JobId: out.JobId,
	}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if d.ExportJobProperties.JobStatus != types.JobStatusCompleted || d.ExportJobProperties.OutputDataConfig == nil {
		t.Errorf("properties are %+v", d.ExportJobProperties)
	}
	list, err := client.ListFHIRExportJobs(t.Context(), &healthlake.ListFHIRExportJobsInput{DatastoreId: aws.String(simulator.SampleDatastoreID)})
	if err != nil || len(list.ExportJobPropertiesList) != 1 {
		t.Errorf("list is %v, %v", list, err)
	}
}
