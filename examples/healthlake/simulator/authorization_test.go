package simulator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

const (
	goodCredential = "Credential=AKIDEXAMPLE/20260101/us-east-1/healthlake/aws4_request"
	goodHeaders    = "SignedHeaders=content-type;host;x-amz-date"
)

func goodSignature() string { return "Signature=" + strings.Repeat("0a", 32) }

// authorizations are headers and what is wrong with them, or "" if nothing is.
func authorizations() map[string]string {
	c, h, s := goodCredential, goodHeaders, goodSignature()
	return map[string]string{
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", " + s: "",
		"AWS4-HMAC-SHA256 " + c + "," + h + "," + s:   "",
		"AWS4-HMAC-SHA256 " + s + ", " + c + ", " + h: "",
		"":                            "does not begin",
		"AWS4-HMAC-SHA256":            "does not begin",
		"aws4-hmac-sha256 " + c:       "does not begin",
		"AWS4-ECDSA-P256-SHA256 " + c: "does not begin",
		"AWS4-HMAC-SHA256 ":           "without '='",
		"AWS4-HMAC-SHA256  " + c + ", " + h + ", " + s:                                      "unknown member",
		"AWS4-HMAC-SHA256 " + c + ",  " + h + ", " + s:                                      "unknown member",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", " + s + ",":                                 "without '='",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", " + s + ", Extra=1":                         "unknown member",
		"AWS4-HMAC-SHA256 " + c + ", " + h:                                                  "requires 'Signature'",
		"AWS4-HMAC-SHA256 " + c + ", " + s:                                                  "requires 'SignedHeaders'",
		"AWS4-HMAC-SHA256 " + h + ", " + s:                                                  "requires 'Credential'",
		"AWS4-HMAC-SHA256 " + c + ", " + c + ", " + s:                                       "'Credential' twice",
		"AWS4-HMAC-SHA256 " + strings.ToLower(c) + ", " + h + ", " + s:                      "unknown member",
		"AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/healthlake, " + h + ", " + s:      "credential must be",
		"AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/healthlake/aws5, " + h + ", " + s: "must end with",
		"AWS4-HMAC-SHA256 Credential=/20260101/r/s/aws4_request, " + h + ", " + s:           "empty part",
		"AWS4-HMAC-SHA256 Credential=A B/20260101/r/s/aws4_request, " + h + ", " + s:        "not allowed",
		"AWS4-HMAC-SHA256 Credential=A/20261301/r/s/aws4_request, " + h + ", " + s:          "eight digits",
		"AWS4-HMAC-SHA256 Credential=A/2026-1-1/r/s/aws4_request, " + h + ", " + s:          "eight digits",
		"AWS4-HMAC-SHA256 " + c + ", SignedHeaders=, " + s:                                  "lower case",
		"AWS4-HMAC-SHA256 " + c + ", SignedHeaders=Host, " + s:                              "lower case",
		"AWS4-HMAC-SHA256 " + c + ", SignedHeaders=host;, " + s:                             "lower case",
		"AWS4-HMAC-SHA256 " + c + ", SignedHeaders=x-amz-date;host, " + s:                   "sorted",
		"AWS4-HMAC-SHA256 " + c + ", SignedHeaders=host;host, " + s:                         "sorted",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", Signature=0a":                               "64",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", " + strings.ToUpper(s[:20]) + s[20:]:        "unknown member",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", Signature=" + strings.Repeat("0A", 32):      "64",
		"AWS4-HMAC-SHA256 " + c + ", " + h + ", " + s + " ":                                 "64",
		"AWS4-HMAC-SHA256 " + strings.Repeat("x", 9000):                                     "longer",
	}
}

func TestParseAuthorization(t *testing.T) {
	want := simulator.Authorization{
		AccessKeyID: "AKIDEXAMPLE", Date: "20260101", Region: "us-east-1", Service: "healthlake",
		SignedHeaders: []string{"content-type", "host", "x-amz-date"}, Signature: strings.Repeat("0a", 32),
	}
	for header, problem := range authorizations() {
		got, err := simulator.ParseAuthorization(header)
		switch {
		case problem == "" && err != nil:
			t.Errorf("%q: %v", header, err)
		case problem == "":
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", header, diff)
			}
		case err == nil || !strings.Contains(err.Error(), problem):
			t.Errorf("%.80q: error is %v, want one with %q", header, err, problem)
		case strings.Contains(err.Error(), "0a0a"):
			t.Errorf("%.80q: the error shows the signature: %v", header, err)
		}
	}
}

func FuzzParseAuthorization(f *testing.F) {
	for header := range authorizations() {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a, err := simulator.ParseAuthorization(header)
		if err != nil {
			return
		}
		again, err := simulator.ParseAuthorization(a.String())
		if err != nil {
			t.Fatalf("%q was read, but not as it is written: %v", header, err)
		}
		if diff := cmp.Diff(a, again); diff != "" {
			t.Errorf("%q (-first +second):\n%s", header, diff)
		}
	})
}
