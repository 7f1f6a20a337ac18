package openapi_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func TestOpenRecognisesDescriptions(t *testing.T) {
	tests := []struct {
		name, data, kind, version string
	}{
		{"YAML", "openapi: 3.0.3\npaths: {}\n", "openapi", "3.0.3"},
		{"quoted version", "openapi: '3.1.0'\n", "openapi", "3.1.0"},
		{"double-quoted version", "openapi: \"3.1.0\"\n", "openapi", "3.1.0"},
		{"no line feed", "openapi: 3.1.0", "openapi", "3.1.0"},
		{"version after other members", "info:\n  title: openapi\npaths: {}\nopenapi: 3.1.1\n", "openapi", "3.1.1"},
		{"version with two numbers", "openapi: 3.1\n", "openapi", "3.1"},
		{"comment after the version", "openapi: 3.1.0 # the latest\n", "openapi", "3.1.0"},
		{"comments and document start", "# made by hand\n---\nopenapi: 3.0.0\n", "openapi", "3.0.0"},
		{"YAML directive", "%YAML 1.2\n---\nopenapi: 3.0.0\n", "openapi", "3.0.0"},
		{"byte order mark", "\ufeffopenapi: 3.0.0\n", "openapi", "3.0.0"},
		{"UTF-16", "\xff\xfeo\x00p\x00e\x00n\x00a\x00p\x00i\x00:\x00 \x003\x00.\x001\x00.\x000\x00\n\x00", "openapi", "3.1.0"},
		{"CRLF", "openapi: 3.0.0\r\npaths: {}\r\n", "openapi", "3.0.0"},
		{"quoted key", "\"openapi\": 3.0.0\n", "openapi", "3.0.0"},
		{"flow style", "{openapi: 3.0.0, paths: {}}\n", "openapi", "3.0.0"},
		{"indented", "  openapi: 3.0.0\n  paths: {}\n", "openapi", "3.0.0"},
		{"JSON", `{"openapi":"3.1.0","paths":{}}`, "openapi", "3.1.0"},
		{"JSON with space", "\n { \"openapi\" : \"3.1.0\" }\n", "openapi", "3.1.0"},
		{"JSON with a byte order mark", "\ufeff{\"openapi\":\"3.1.0\"}", "openapi", "3.1.0"},
		{"JSON, version last", `{"info":{"openapi":"no"},"openapi":"3.0.1"}`, "openapi", "3.0.1"},
		{"JSON with an escaped name", `{"open\u0061pi":"3.0.1"}`, "openapi", "3.0.1"},
		{"Swagger", "swagger: '2.0'\n", "swagger", "2.0"},
		{"Swagger without quotes", "swagger: 2.0\n", "swagger", "2.0"},
		{"Swagger in JSON", `{"swagger":"2.0"}`, "swagger", "2.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := openapi.Open("api", []byte(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{d.Kind(), d.Version(), d.Location()}
			if diff := cmp.Diff([]string{tt.kind, tt.version, "api"}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpenSaysWhatAFileIsInstead(t *testing.T) {
	tests := []struct {
		name, data, want string
	}{
		{"empty", "", "the file is empty"},
		{"only space", " \n\t\n", "the file is empty"},
		{"only a comment", "# nothing\n", "its root is null, not an object"},
		{"HTML", "<!DOCTYPE html>\n<html><body>Sign in</body></html>", "this is an HTML page"},
		{"HTML after a comment", "<!-- x --><HTML>", "this is an HTML page"},
		{"XML", "<?xml version=\"1.0\"?><a/>", "this is XML"},
		{"gzip", "\x1f\x8b\x08\x00", "this is binary data"},
		{"zip", "PK\x03\x04", "this is binary data"},
		{"zero bytes", "openapi: 3\x00", "this is binary data"},
		{"Arazzo", "arazzo: 1.0.1\nworkflows: []\n", "this is an Arazzo document, not an OpenAPI description"},
		{"AsyncAPI", `{"asyncapi":"3.0.0"}`, "this is an AsyncAPI description"},
		{"JSON Schema", `{"$schema":"https://json-schema.org/draft/2020-12/schema"}`, "this is a JSON Schema"},
		{"another object", "a: b\n", `it has no member "openapi"`},
		{"array", "- openapi: 3.0.0\n", "its root is an array"},
		{"JSON array", `["openapi"]`, "its root is an array"},
		{"text", "openapi 3.0.0\n", "its root is a string"},
		{"version not a string", "openapi:\n  - 3\n", `the version in "openapi" is not a string`},
		{"broken YAML", "a: [b\nopenapi: 3.0.0\n", "invalid YAML"},
		{"broken flow style", "{a: b,\nc: [d}\n", "invalid YAML"},
		{"broken JSON", `{"a":}`, "api:1:6: invalid JSON: a value is expected"},
		{"JSON that ends early", `{"a":[1,2`, "invalid JSON: the text ends before"},
		{"JSON with more behind", `{"a":1} x`, "something follows the end"},
		{"open string", `{"a":"b`, "a string is not closed"},
		{"deep JSON", `{"a":` + strings.Repeat("[", 5000), "more than 1,000 deep"},
		{"deep YAML", "a:\n" + strings.Repeat("- ", 5000) + "b\n", "more than 1,000 deep"},
		{"deep flow", "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "more than 1,000 deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := openapi.Open("api", []byte(tt.data))
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want one with %q", err, tt.want)
			}
			var problem *diag.Diagnostic
			if !errors.As(err, &problem) || problem.Rule != openapi.RuleInvalidDescription || problem.Range.File != "api" {
				t.Errorf("error %#v, want a diagnostic of %s", err, openapi.RuleInvalidDescription)
			}
		})
	}
}

func TestAFaultInTheTextShowsInTheFirstLookup(t *testing.T) {
	d, err := openapi.Open("api.json", []byte(`{"openapi":"3.1.0","paths":{"/a":]}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.OperationByID("a")
	if want := "api.json:1:34: invalid JSON: a value is expected (invalid-description)"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if d.HasOperation("a") || d.OperationIDs() != nil || len(d.Extensions("/info")) > 0 {
		t.Error("a broken file has operations")
	}
}

func TestExtensions(t *testing.T) {
	d := open(t, `
openapi: 3.0.0
info:
  title: x-y
  x-serviceName: healthlake
  x-big: 12345678901234567890123
  x-list: [1, {a: 1.10}]
x-root: true
`)
	want := map[string]any{
		"x-serviceName": "healthlake",
		"x-big":         number("12345678901234567890123"),
		"x-list":        []any{number("1"), map[string]any{"a": number("1.10")}},
	}
	for _, pointer := range []string{"/info", "#/info"} {
		if diff := cmp.Diff(want, d.Extensions(pointer)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", pointer, diff)
		}
	}
	if diff := cmp.Diff(map[string]any{"x-root": true}, d.Extensions("")); diff != "" {
		t.Errorf("root (-want +got):\n%s", diff)
	}
	for _, pointer := range []string{"/nowhere", "info", "/info/title"} {
		if got := d.Extensions(pointer); len(got) > 0 {
			t.Errorf("%s: %v, want nothing", pointer, got)
		}
	}
}
