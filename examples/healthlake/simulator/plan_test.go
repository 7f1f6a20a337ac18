package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

func TestParsePlan(t *testing.T) {
	tests := []struct {
		text    string
		want    []simulator.Stage
		wantErr string
	}{
		{text: "COMPLETED", want: simulator.EndPlan("COMPLETED").Stages},
		{text: "SUBMITTED, QUEUED*3, IN_PROGRESS=90s,FAILED", want: []simulator.Stage{
			{Status: "SUBMITTED"},
			{Status: "QUEUED", Polls: 3},
			{Status: "IN_PROGRESS", Lasts: 90 * time.Second},
			{Status: "FAILED"},
		}},
		{text: "FAILED*1", want: []simulator.Stage{{Status: "FAILED", Polls: 1}}},
		{text: "", wantErr: "capital letters"},
		{text: "SUBMITTED,,FAILED", wantErr: "capital letters"},
		{text: "completed", wantErr: "capital letters"},
		{text: "QUEUED*0", wantErr: "positive integer"},
		{text: "QUEUED*many", wantErr: "positive integer"},
		{text: "QUEUED=-1s", wantErr: "positive duration"},
		{text: "QUEUED=5", wantErr: "positive duration"},
		{text: "=5s", wantErr: "capital letters"},
		{text: strings.Repeat("QUEUED,", 2000) + "FAILED", wantErr: "more than 1000"},
	}
	for _, tt := range tests {
		got, err := simulator.ParsePlan(tt.text)
		if tt.wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("%.40q: error is %v, want one with %q", tt.text, err, tt.wantErr)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		if diff := cmp.Diff(tt.want, got.Stages); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// states describes a job several times and returns the states that it showed.
func states(t *testing.T, client *healthlake.Client, id *string, times int) string {
	t.Helper()
	var list []string
	for range times {
		d, err := client.DescribeFHIRImportJob(t.Context(), describeInput(id))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(d.ImportJobProperties.JobStatus))
	}
	return strings.Join(list, " ")
}

func startJob(t *testing.T, client *healthlake.Client, token string) *string {
	t.Helper()
	in := importInput()
	in.ClientToken = aws.String(token)
	out, err := client.StartFHIRImportJob(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.JobId
}

func TestEndPlansAreShown(t *testing.T) {
	tests := map[string]string{
		"COMPLETED":             "SUBMITTED IN_PROGRESS COMPLETED COMPLETED COMPLETED COMPLETED",
		"COMPLETED_WITH_ERRORS": "SUBMITTED IN_PROGRESS COMPLETED_WITH_ERRORS COMPLETED_WITH_ERRORS COMPLETED_WITH_ERRORS COMPLETED_WITH_ERRORS",
		"FAILED":                "SUBMITTED IN_PROGRESS FAILED FAILED FAILED FAILED",
		"QUEUED":                "SUBMITTED QUEUED QUEUED QUEUED QUEUED QUEUED",
		"SUBMITTED":             "SUBMITTED SUBMITTED SUBMITTED SUBMITTED SUBMITTED SUBMITTED",
		"IN_PROGRESS":           "SUBMITTED IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS",
		"CANCEL_SUBMITTED":      "SUBMITTED IN_PROGRESS CANCEL_SUBMITTED CANCEL_SUBMITTED CANCEL_SUBMITTED CANCEL_SUBMITTED",
		"CANCEL_IN_PROGRESS":    "SUBMITTED IN_PROGRESS CANCEL_SUBMITTED CANCEL_IN_PROGRESS CANCEL_IN_PROGRESS CANCEL_IN_PROGRESS",
		"CANCEL_COMPLETED":      "SUBMITTED IN_PROGRESS CANCEL_SUBMITTED CANCEL_IN_PROGRESS CANCEL_COMPLETED CANCEL_COMPLETED",
		"CANCEL_FAILED":         "SUBMITTED IN_PROGRESS CANCEL_SUBMITTED CANCEL_IN_PROGRESS CANCEL_FAILED CANCEL_FAILED",
		"ARCHIVED_BY_2031":      "",
		"ARCHIVED":              "SUBMITTED IN_PROGRESS ARCHIVED ARCHIVED ARCHIVED ARCHIVED",
	}
	for end, want := range tests {
		t.Run(end, func(t *testing.T) {
			plan, err := simulator.ParsePlan(end)
			if want == "" {
				if err == nil {
					t.Error("a state with digits was taken")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			e := start(t, simulator.Config{ImportPlans: []simulator.Plan{plan}})
			client := newClient(e)
			if got := states(t, client, startJob(t, client, "t"), 6); got != want {
				t.Errorf("states were %s\nwant        %s", got, want)
			}
			never := want[strings.LastIndex(want, " ")+1:]
			waits := strings.Contains("SUBMITTED QUEUED IN_PROGRESS CANCEL_SUBMITTED CANCEL_IN_PROGRESS", never)
			if ended := !e.Jobs()[0].Ended.IsZero(); ended == waits {
				t.Errorf("ended is %t in state %s", ended, never)
			}
		})
	}
}

func TestJobsRunOneAfterTheOther(t *testing.T) {
	e := start(t, simulator.Config{ImportPlans: []simulator.Plan{simulator.EndPlan(simulator.Completed)}})
	client := newClient(e)
	first, second, third := startJob(t, client, "1"), startJob(t, client, "2"), startJob(t, client, "3")
	if got := states(t, client, second, 2); got != "SUBMITTED QUEUED" {
		t.Errorf("second job was %s", got)
	}
	// Two descriptions of the second job have let the first one run on.
	if got := states(t, client, first, 2); got != "COMPLETED COMPLETED" {
		t.Errorf("first job was %s", got)
	}
	// The second job has taken its place, and ends when the third one asks.
	if got := states(t, client, third, 3); got != "SUBMITTED IN_PROGRESS COMPLETED" {
		t.Errorf("third job was %s", got)
	}
	if got := states(t, client, second, 1); got != "COMPLETED" {
		t.Errorf("second job was %s", got)
	}
	jobs := e.Jobs()
	for i := 1; i < len(jobs); i++ {
		if jobs[i].Ended.Before(jobs[i-1].Ended) {
			t.Errorf("job %d ended before job %d", i+1, i)
		}
	}
}

func TestDatastoresMayHaveTheirOwnQueues(t *testing.T) {
	other := "fedcba9876543210fedcba9876543210"
	for _, own := range []bool{false, true} {
		e := start(t, simulator.Config{
			Datastores: []simulator.Datastore{{ID: simulator.SampleDatastoreID}, {ID: other}}, QueuePerDatastore: own,
			ImportPlans: []simulator.Plan{simulator.EndPlan(simulator.InProgress)},
		})
		client := newClient(e)
		startJob(t, client, "1")
		in := importInput()
		in.DatastoreId = aws.String(other)
		out, err := client.StartFHIRImportJob(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var last string
		for range 3 {
			d, err := client.DescribeFHIRImportJob(t.Context(), &healthlake.DescribeFHIRImportJobInput{DatastoreId: in.DatastoreId, JobId: out.JobId})
			if err != nil {
				t.Fatal(err)
			}
			last = string(d.ImportJobProperties.JobStatus)
		}
		if want := map[bool]string{false: "QUEUED", true: "IN_PROGRESS"}[own]; last != want {
			t.Errorf("own queues %t: job is %s, want %s", own, last, want)
		}
	}
}

func TestPlansByTheClock(t *testing.T) {
	now := time.Now().Truncate(time.Millisecond)
	began := now
	plan, err := simulator.ParsePlan("SUBMITTED=10s,IN_PROGRESS=60s,COMPLETED")
	if err != nil {
		t.Fatal(err)
	}
	e := start(t, simulator.Config{Now: func() time.Time { return now }, ImportPlans: []simulator.Plan{plan}})
	client := newClient(e)
	first, second := startJob(t, client, "1"), startJob(t, client, "2")
	tests := []struct {
		after         time.Duration
		first, second string
	}{
		{0, "SUBMITTED", "SUBMITTED"},
		{9 * time.Second, "SUBMITTED", "SUBMITTED"},
		{10 * time.Second, "IN_PROGRESS", "QUEUED"},
		{69 * time.Second, "IN_PROGRESS", "QUEUED"},
		{70 * time.Second, "COMPLETED", "IN_PROGRESS"},
		{129 * time.Second, "COMPLETED", "IN_PROGRESS"},
		{200 * time.Second, "COMPLETED", "COMPLETED"},
	}
	for _, tt := range tests {
		now = began.Add(tt.after)
		if got := states(t, client, first, 3); got != tt.first+" "+tt.first+" "+tt.first {
			t.Errorf("after %v the first job was %s", tt.after, got)
		}
		if got := states(t, client, second, 1); got != tt.second {
			t.Errorf("after %v the second job was %s, want %s", tt.after, got, tt.second)
		}
	}
	for i, want := range []time.Duration{70 * time.Second, 130 * time.Second} {
		if got := e.Jobs()[i].Ended.Sub(began); got != want {
			t.Errorf("job %d ended after %v, want %v", i+1, got, want)
		}
	}
}
