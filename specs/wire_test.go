package specs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/aws/aws-sdk-go-v2/service/healthlake/types"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

// judge is a RoundTripper that compares what goes over the wire with the
// description.
type judge struct {
	t       *testing.T
	ops     map[string]*openapi3.Operation
	replies map[string]int
}

func (j *judge) RoundTrip(req *http.Request) (*http.Response, error) {
	name := strings.TrimPrefix(req.Header.Get("X-Amz-Target"), "HealthLake.")
	op := j.ops[name]
	if op == nil {
		j.t.Errorf("operation %q is not described", name)
		return http.DefaultTransport.RoundTrip(req)
	}
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(sent))
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	received, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(received))
	status := strconv.Itoa(resp.StatusCode)
	j.replies[name+" "+status]++
	if resp.StatusCode == http.StatusOK {
		j.check(name+" request", op.RequestBody.Value.Content[req.Header.Get("Content-Type")], sent)
	}
	described := op.Responses.Value(status)
	if described == nil {
		j.t.Errorf("%s: status %s is not described", name, status)
		return resp, nil
	}
	j.check(name+" "+status, described.Value.Content[resp.Header.Get("Content-Type")], received)
	return resp, nil
}

func (j *judge) check(what string, media *openapi3.MediaType, data []byte) {
	if media == nil {
		j.t.Errorf("%s: the media type is not described", what)
		return
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		j.t.Errorf("%s: %v", what, err)
		return
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		j.t.Errorf("%s: %s does not match: %v", what, data, err)
	}
}

func TestDescriptionMatchesTheWire(t *testing.T) {
	sim, err := simulator.New(simulator.Config{
		ImportPlans: []simulator.Plan{simulator.EndPlan(simulator.CompletedWithErrors)},
		Faults: []simulator.Fault{
			{Kind: simulator.Throttle, Operation: "ListFHIRImportJobs", First: 2},
			{Kind: simulator.Internal, Operation: "ListFHIRImportJobs", First: 3},
		},
	}).Start("")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	j := &judge{t: t, ops: operations(description(t)), replies: map[string]int{}}
	client := healthlake.New(healthlake.Options{
		Region: simulator.DefaultRegion, BaseEndpoint: aws.String(sim.URL()), HTTPClient: &http.Client{Transport: j},
		Credentials: credentials.NewStaticCredentialsProvider(simulator.SampleAccessKeyID, simulator.SampleSecretAccessKey, ""),
		Retryer:     aws.NopRetryer{},
	})
	ctx, store := t.Context(), aws.String(simulator.SampleDatastoreID)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	output := &types.OutputDataConfigMemberS3Configuration{Value: types.S3Configuration{
		S3Uri: aws.String("s3://example-output/import/"), KmsKeyId: aws.String("arn:aws:kms:us-east-1:123456789012:key/abc-123"),
	}}
	role := aws.String("arn:aws:iam::123456789012:role/example")

	created, err := client.CreateFHIRDatastore(ctx, &healthlake.CreateFHIRDatastoreInput{
		DatastoreTypeVersion: types.FHIRVersionR4, DatastoreName: aws.String("clinic 1"),
		PreloadDataConfig: &types.PreloadDataConfig{PreloadDataType: types.PreloadDataTypeSynthea},
		SseConfiguration:  &types.SseConfiguration{KmsEncryptionConfig: &types.KmsEncryptionConfig{CmkType: types.CmkTypeAoCmk}},
		IdentityProviderConfiguration: &types.IdentityProviderConfiguration{
			AuthorizationStrategy: types.AuthorizationStrategyAwsAuth,
		},
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("")}},
	})
	must(err)
	for range 2 {
		_, err = client.DescribeFHIRDatastore(ctx, &healthlake.DescribeFHIRDatastoreInput{DatastoreId: created.DatastoreId})
		must(err)
	}
	_, err = client.DeleteFHIRDatastore(ctx, &healthlake.DeleteFHIRDatastoreInput{DatastoreId: created.DatastoreId})
	must(err)

	imported, err := client.StartFHIRImportJob(ctx, &healthlake.StartFHIRImportJobInput{
		DatastoreId: store, DataAccessRoleArn: role, JobOutputDataConfig: output, JobName: aws.String("nightly"),
		InputDataConfig: &types.InputDataConfigMemberS3Uri{Value: "s3://example-input"}, ValidationLevel: types.ValidationLevelMinimal,
	})
	must(err)
	for range 4 {
		_, err = client.DescribeFHIRImportJob(ctx, &healthlake.DescribeFHIRImportJobInput{DatastoreId: store, JobId: imported.JobId})
		must(err)
	}
	exported, err := client.StartFHIRExportJob(ctx, &healthlake.StartFHIRExportJobInput{
		DatastoreId: store, DataAccessRoleArn: role, OutputDataConfig: output,
	})
	must(err)
	_, err = client.DescribeFHIRExportJob(ctx, &healthlake.DescribeFHIRExportJobInput{DatastoreId: store, JobId: exported.JobId})
	must(err)
	_, err = client.ListFHIRExportJobs(ctx, &healthlake.ListFHIRExportJobsInput{DatastoreId: store, MaxResults: aws.Int32(1)})
	must(err)

	list := &healthlake.ListFHIRImportJobsInput{DatastoreId: store, SubmittedAfter: aws.Time(time.UnixMilli(1700000000123))}
	_, err = client.ListFHIRImportJobs(ctx, list)
	must(err)
	for range 2 { // throttled, then an internal error
		_, err = client.ListFHIRImportJobs(ctx, list)
		if err == nil {
			t.Error("a fault did not show")
		}
	}
	_, err = client.ListFHIRImportJobs(ctx, list, func(o *healthlake.Options) {
		o.Credentials = credentials.NewStaticCredentialsProvider("AKIAUNKNOWN", "x", "")
	})
	if err == nil {
		t.Error("an unknown key was taken")
	}
	for _, want := range []string{"400", "403", "500"} {
		if j.replies["ListFHIRImportJobs "+want] != 1 {
			t.Errorf("replies were %v, want a %s", j.replies, want)
		}
	}
	for name := range j.ops {
		if j.replies[name+" 200"] == 0 {
			t.Errorf("%s was not compared", name)
		}
	}
}
