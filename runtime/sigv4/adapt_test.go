package sigv4_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

func TestAdaptationOfAPublishedDescription(t *testing.T) {
	isolate(t)
	p := sigv4.New(sigv4.Options{Region: "eu-west-2"})
	got, found := adapt(t, p, runtime.Target{Operation: healthlake()})
	want := &runtime.Adaptation{
		BaseURL: "https://healthlake.eu-west-2.amazonaws.com",
		Claims: []runtime.Claim{{
			Scheme: "hmac",
			Title:  "AWS Signature Version 4",
			Auth:   runtime.Auth{Scheme: "aws-sigv4", Params: map[string]string{"service": "healthlake", "region": "eu-west-2"}},
		}},
		MediaTypes: map[string]string{"application/json": "application/x-amz-json-1.0"},
		Header:     runtime.Header{{Name: "X-Amz-Target", Value: "HealthLake.StartFHIRImportJob"}},
		Drop: []string{
			"Authorization", "X-Amz-Algorithm", "X-Amz-Content-Sha256", "X-Amz-Credential",
			"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-SignedHeaders",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("adaptation (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("(aws-json-media-type)", rules(found)); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
}

func BenchmarkAdapt(b *testing.B) {
	isolate(b)
	p := sigv4.New(sigv4.Options{Region: "eu-west-2"})
	target := runtime.Target{Operation: healthlake()}
	b.ReportAllocs()
	for b.Loop() {
		if a, _ := p.Adapt(b.Context(), target); a == nil {
			b.Fatal("the operation was not recognised")
		}
	}
}
