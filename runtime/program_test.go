package runtime_test

import (
	"strings"
	"testing"
)

func TestAProgramIsKnownByTheSameFingerprintWhereverItIsCompiled(t *testing.T) {
	secured := petAPI + `security: [{key: []}]
components: {securitySchemes: {key: {type: apiKey, name: X-Key, in: header}}}
`
	documents := map[string]string{"arazzo.yaml": document(poll), "pets.yaml": secured}
	first, problems := load(t, documents)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	again, _ := load(t, documents)
	if first.Fingerprint() != again.Fingerprint() {
		t.Errorf("two fingerprints of one program: %s and %s", first.Fingerprint(), again.Fingerprint())
	}
	documents["pets.yaml"] = strings.Replace(secured, "X-Key", "X-Other", 1)
	if other, _ := load(t, documents); other.Fingerprint() == first.Fingerprint() {
		t.Error("a program whose requests differ has the same fingerprint")
	}
}
