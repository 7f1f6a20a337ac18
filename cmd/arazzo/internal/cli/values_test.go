package cli

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestDurations(t *testing.T) {
	const invalid = "want a duration such as 30s, 1.5m or 2h; a bare number is seconds"
	tests := []struct {
		text string
		want time.Duration
		err  string
	}{
		{"30s", 30 * time.Second, ""},
		{"1m30s", 90 * time.Second, ""},
		{"30", 30 * time.Second, ""},
		{"0.5", 500 * time.Millisecond, ""},
		{"0", 0, ""},
		{" 5 ", 5 * time.Second, ""},
		{"250ms", 250 * time.Millisecond, ""},
		{"", 0, invalid},
		{"soon", 0, invalid},
		{"inf", 0, invalid},
		{"NaN", 0, invalid},
		{"1e400", 0, invalid},
		{"99999999999999999", 0, invalid},
		{"-5s", 0, "a duration cannot be negative"},
		{"-5", 0, "a duration cannot be negative"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := parseDuration(test.text)
			if got != test.want || errorText(err) != test.err {
				t.Errorf("parseDuration(%q) = %v, %q; want %v, %q", test.text, got, errorText(err), test.want, test.err)
			}
		})
	}
}

func TestPollIntervals(t *testing.T) {
	tests := []struct {
		text string
		want runtime.Poll
		err  string
	}{
		{"0", runtime.Poll{Off: true}, ""},
		{"0,0", runtime.Poll{Off: true}, ""},
		{"5", runtime.Poll{Min: 5 * time.Second, Max: 60 * time.Second}, ""},
		{"5s,2m", runtime.Poll{Min: 5 * time.Second, Max: 2 * time.Minute}, ""},
		{"2m", runtime.Poll{Min: 2 * time.Minute, Max: 2 * time.Minute}, ""},
		{"10,5", runtime.Poll{}, "the longest pause is shorter than the first"},
		{"0,5", runtime.Poll{}, "the first pause is 0 but the longest is not; 0 alone turns pauses off"},
		{"5,", runtime.Poll{}, "want a duration such as 30s, 1.5m or 2h; a bare number is seconds"},
		{"1,2,3", runtime.Poll{}, "want a duration such as 30s, 1.5m or 2h; a bare number is seconds"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			var got interval
			err := got.Set(test.text)
			if diff := cmp.Diff(test.want, runtime.Poll(got)); diff != "" || errorText(err) != test.err {
				t.Errorf("Set(%q) = %q, want %q; value differs:\n%s", test.text, errorText(err), test.err, diff)
			}
		})
	}
}

func TestServers(t *testing.T) {
	tests := []struct {
		name  string
		flags []string
		want  map[string]string
		err   string
	}{
		{"for all", []string{"https://a.example/v1"}, map[string]string{"": "https://a.example/v1"}, ""},
		{"for one", []string{"api=http://127.0.0.1:8080"}, map[string]string{"api": "http://127.0.0.1:8080"}, ""},
		{"an equals sign in the path", []string{"https://a.example/x=y"}, map[string]string{"": "https://a.example/x=y"}, ""},
		{"no scheme", []string{"a.example"}, nil, `flag "--server" wants an absolute http or https URL, not "a.example"`},
		{"other scheme", []string{"ftp://a.example"}, nil, `flag "--server" wants an absolute http or https URL, not "ftp://a.example"`},
		{"query", []string{"https://a.example/?a=b"}, nil, `flag "--server" wants a URL without query and fragment, not "https://a.example/?a=b"`},
		{"password", []string{"https://u:secret@a.example"}, nil, `flag "--server" does not take a user name or password in the URL`},
		{"password in no URL", []string{"u:secret@a.example"}, nil, `flag "--server" wants an absolute http or https URL, not "…@a.example"`},
		{"empty", []string{""}, nil, `flag "--server" wants an absolute http or https URL, not ""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, p := parseServers(test.flags)
			text := ""
			if p != nil {
				text = p.message
			}
			if diff := cmp.Diff(test.want, got); diff != "" || text != test.err {
				t.Errorf("error is %q, want %q; servers differ:\n%s", text, test.err, diff)
			}
		})
	}
}

func TestServerVariablesBelongToTheSourceInFrontOfTheDot(t *testing.T) {
	list, p := parseServerVariables([]string{"region=eu", "api.region=us", "a.b=c", "empty="})
	if p != nil {
		t.Fatal(p)
	}
	want := map[string]map[string]string{
		"":    {"region": "eu", "a.b": "c", "empty": ""},
		"api": {"region": "us"},
	}
	if diff := cmp.Diff(want, assignVariables(list, []string{"api"})); diff != "" {
		t.Errorf("variables differ (-want +got):\n%s", diff)
	}
}

func TestPrintableDefusesEscapes(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain", "plain"},
		{"größe ✓", "größe ✓"},
		{"a\nb\tc", `a\nb c`},
		{"\x1b[2Jgone", `\u001b[2Jgone`},
		{"\u202eevil", `\u202eevil`},
		{"\u009b31m", `\u009b31m`},
		{"bad\xff", `bad\ufffd`},
	}
	for _, test := range tests {
		if got := printable(test.in); got != test.want {
			t.Errorf("printable(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestFitCountsCells(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"short", 10, "short"},
		{"exactly", 7, "exactly"},
		{"too long", 5, "too …"},
		{"日本語", 5, "日本…"},
		{"e\u0301te\u0301", 3, "e\u0301te\u0301"},
		{"x", 0, ""},
	}
	for _, test := range tests {
		if got := fit(test.in, test.width, "…"); got != test.want {
			t.Errorf("fit(%q, %d) = %q, want %q", test.in, test.width, got, test.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
