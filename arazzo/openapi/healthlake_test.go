package openapi_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func TestPublishedHealthLakeDescription(t *testing.T) {
	data, err := os.ReadFile("../../../shared/corpus/amazon-healthlake/openapi/amazon-healthlake-openapi.yaml")
	if err != nil {
		t.Skip("the published HealthLake description is not beside this repository")
	}
	d, err := openapi.Open("amazon-healthlake-openapi.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	op := operation(t, d, "StartFHIRImportJob")
	if op.Path != "/#X-Amz-Target=HealthLake.StartFHIRImportJob" || op.Method != "POST" ||
		op.Range.String() != "amazon-healthlake-openapi.yaml:778:5" {
		t.Errorf("%s %s at %s", op.Method, op.Path, op.Range)
	}
	var servers []string
	for _, s := range op.Servers {
		servers = append(servers, s.URL+" "+s.Variables[0].Name+"="+s.Variables[0].Default)
	}
	if diff := cmp.Diff([]string{
		"http://healthlake.{region}.amazonaws.com region=us-east-1",
		"https://healthlake.{region}.amazonaws.com region=us-east-1",
		"http://healthlake.{region}.amazonaws.com.cn region=cn-north-1",
		"https://healthlake.{region}.amazonaws.com.cn region=cn-north-1",
	}, servers); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	names := make(map[string]bool)
	for _, p := range op.Parameters {
		names[p.Name] = p.Required
		if p.Name == "X-Amz-Target" && !cmp.Equal(p.Enum, []any{"HealthLake.StartFHIRImportJob"}) {
			t.Errorf("X-Amz-Target is one of %v", p.Enum)
		}
	}
	if diff := cmp.Diff(map[string]bool{
		"X-Amz-Target": true, "X-Amz-Content-Sha256": false, "X-Amz-Date": false, "X-Amz-Algorithm": false,
		"X-Amz-Credential": false, "X-Amz-Security-Token": false, "X-Amz-Signature": false, "X-Amz-SignedHeaders": false,
	}, names); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	want := []openapi.SecurityRequirement{{{Name: "hmac", Scheme: &openapi.SecurityScheme{
		Type: "apiKey", ParameterName: "Authorization", In: "header", Description: "Amazon Signature authorization v4",
		Extensions: map[string]any{"x-amazon-apigateway-authtype": "awsSigv4"},
	}}}}
	if diff := cmp.Diff(want, op.Security); diff != "" {
		t.Errorf("security (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&openapi.RequestBody{Required: true, Content: []openapi.MediaType{{Name: "application/json"}}}, op.RequestBody, factsOnly()); diff != "" {
		t.Errorf("request body (-want +got):\n%s", diff)
	}
	if got := d.Extensions("/info")["x-aws-signingName"]; got != "healthlake" {
		t.Errorf("x-aws-signingName is %v", got)
	}
	byPointer, err := d.OperationByPointer("/paths/~1#X-Amz-Target=HealthLake.StartFHIRImportJob/post")
	if err != nil || byPointer.ID != op.ID {
		t.Errorf("by pointer: %v, %v", byPointer, err)
	}
	if len(op.Warnings) > 0 {
		t.Errorf("warnings %q", warnings(op))
	}
}
