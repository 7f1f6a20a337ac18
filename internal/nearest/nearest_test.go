package nearest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

func TestFind(t *testing.T) {
	tests := []struct {
		name       string
		candidates []string
		want       []string
	}{
		{"listPet", []string{"createPet", "listPets", "getPet"}, []string{"listPets"}},
		{"operationID", []string{"stepId", "operationId", "operationPath"}, []string{"operationId"}},
		{"operation_id", []string{"stepId", "operationId"}, []string{"operationId"}},
		{"get-pet", []string{"getPet", "GetPet", "get_pets"}, []string{"GetPet", "getPet", "get_pets"}},
		{"ab1", []string{"ba1"}, []string{"ba1"}},
		{"output", []string{"outputs", "inputs"}, []string{"outputs"}},
		{"StartImport", []string{"StartFHIRImportJob", "Other"}, nil},
		{"ImportJob", []string{"StartFHIRImportJob", "Other"}, []string{"StartFHIRImportJob"}},
		{"forkgist", []string{"gists/get", "gists/fork"}, []string{"gists/fork"}},
		{"creategistComment", []string{"gists/create", "gists/create-comment", "gists/list-comments"}, []string{"gists/create-comment"}},
		{"getAllUsers", []string{"users/get-by-name"}, nil},
		{"same", []string{"same"}, nil},
		{"x", []string{"completelyDifferent", ""}, nil},
		{"", []string{"a"}, nil},
		{"straße", []string{"strasse", "Straße"}, []string{"Straße", "strasse"}},
		{"aaaa", []string{"aaab", "aaac", "aaad", "aaae"}, []string{"aaab", "aaac", "aaad"}},
		{strings.Repeat("a", 1000), []string{strings.Repeat("a", 1001), strings.ToUpper(strings.Repeat("a", 1000))}, []string{
			strings.ToUpper(strings.Repeat("a", 1000)), strings.Repeat("a", 1001),
		}},
	}
	for _, test := range tests {
		if d := cmp.Diff(test.want, nearest.Find(test.name, test.candidates)); d != "" {
			t.Errorf("Find(%q) (-want +got):\n%s", test.name, d)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	candidates := strings.Fields(strings.Repeat("listPets createPet getPetById updatePet deletePet uploadFile findByStatus ", 100))
	b.ReportAllocs()
	for b.Loop() {
		nearest.Find("listPetz", candidates)
	}
}
