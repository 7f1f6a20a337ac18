package openapi

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// randomYAML returns a text of lines that are each likely in YAML, put together
// without regard to the whole.
func randomYAML(r *rand.Rand) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	indent := 0
	for range 1 + r.IntN(9) {
		switch r.IntN(5) {
		case 0:
			indent = r.IntN(7)
		case 1:
			indent += 2
		case 2:
			indent = max(0, indent-2)
		}
		b.WriteString(strings.Repeat(" ", indent))
		for r.IntN(4) == 0 {
			b.WriteString(pick("- ", "- ", "-   ", "-\n"+strings.Repeat(" ", indent+1)))
		}
		switch r.IntN(8) {
		case 0:
			b.WriteString(pick("text", "two words", "'quoted'", "\"quoted\"", "# comment", "", "{a: b}", "[a, b]", "it's", "a:b", "|", ">", "? a", ": b", "---", "...", "*x", "&x", "&x a", "!t a"))
		default:
			b.WriteString(pick("a", "b", "c d", "'e'", "\"f\"", "/g/{h}", "200", "i#j", "k:l", "'m''n'", "\"o\\\"p\"", "<<", "-q", "r -"))
			b.WriteString(pick(":", ":", ": ", ": ", ": ", ":  ", ":\t", " : ", ":x "))
			b.WriteString(pick("", "", "", "1", "text", "two words # comment", "# comment", "'one line'", "\"one line\"", "'over\n", "\"over\n", "lines'", "lines\"",
				"[a, 'b', {c: d}]", "[a,\n", "{a: b,\n", "]", "}", "|", ">-", "|2", ">+1", "| # c", "&x", "&x v", "*x", "!t v", "- a", "a: b", "''", "\"\"", "~", "0x1f", "1.50", "é", "\"\\u00e9\"", "it's", "x \"y", "@", "%", "`", "?", "-", "--", ":"))
		}
		b.WriteString(pick("\n", "\n", "\n", "\n", "\n\n", " \n", "\r\n", ""))
	}
	return b.String()
}

func TestScannerAgreesWithFullParserOnRandomTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // The texts are to be the same every time.
	texts := 20_000
	if testing.Short() || raceDetector {
		texts = 1_000
	}
	valid := 0
	for range texts {
		text := randomYAML(r)
		diff, ok := difference([]byte(text))
		if diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
		if ok {
			if _, err := parseYAML([]byte(text)); err == nil {
				valid++
			}
		}
	}
	if valid < texts/20 {
		t.Errorf("only %d of %d texts are YAML that the scanner understands", valid, texts)
	}
	t.Logf("%d of %d texts are YAML that the scanner understands", valid, texts)
}
