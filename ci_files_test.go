package arazzo_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// action is action.yml as far as it is looked at.
type action struct {
	Name, Description string
	Inputs            map[string]struct{ Description, Default string }
	Runs              struct {
		Using string
		Steps []struct {
			Name, Uses, Shell, Run string
			WorkingDirectory       string `yaml:"working-directory"`
			With, Env              map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile("action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatalf("%+v", a)
	}
	return a
}

// fill replaces the expressions of GitHub in a text.
func fill(t *testing.T, text string, values map[string]string) string {
	t.Helper()
	return regexp.MustCompile(`\$\{\{ *([a-z_.-]+) *\}\}`).ReplaceAllStringFunc(text, func(e string) string {
		name := strings.Trim(e, "${} ")
		value, known := values[name]
		if !known {
			t.Errorf("the action uses %q, which is not declared", name)
		}
		return value
	})
}

// TestActionRuns runs the steps of action.yml as GitHub does, on sound and on
// invalid documents.
func TestActionRuns(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the steps of the action need bash")
	}
	a := readAction(t)
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	tests := []struct {
		name    string
		inputs  map[string]string
		fails   bool
		says    string
		results int
	}{
		{name: "sound", inputs: map[string]string{"files": "arazzo/check/example/rules/unknown-operation/good.yaml"}},
		{name: "invalid", inputs: map[string]string{"files": "arazzo/check/example/rules/unknown-operation"}, fails: true, says: "::error file=arazzo/check/example/rules/unknown-operation/bad.yaml,line=9,", results: 1},
		{name: "warnings", inputs: map[string]string{"files": "arazzo/check/example/rules/missing-parameter/bad.yaml\narazzo/check/example/rules/unknown-operation/good.yaml", "fail-on": "warning"}, fails: true, says: "::warning file=", results: 1},
		{name: "rules", inputs: map[string]string{"files": "arazzo/check/example/rules/missing-parameter/bad.yaml", "fail-on": "warning", "rules": "missing-parameter=off\ndotted-access=error\n"}},
		{name: "strict", inputs: map[string]string{"files": "arazzo/check/example/rules/headers-plural/bad.yaml", "strict": "true"}, fails: true, says: "::error", results: 1},
		{name: "no shell", inputs: map[string]string{"files": "$(touch injected); `touch injected`"}, fails: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sarif := filepath.Join(t.TempDir(), "out.sarif")
			values := map[string]string{"github.action_path": root, "inputs.sarif": sarif}
			for name, input := range a.Inputs {
				if input.Description == "" {
					t.Errorf("the input %q is not described", name)
				}
				if _, given := values["inputs."+name]; !given {
					values["inputs."+name] = input.Default
				}
			}
			for name, value := range test.inputs {
				if _, known := a.Inputs[name]; !known {
					t.Errorf("the action has no input %q", name)
				}
				values["inputs."+name] = value
			}
			var out []byte
			var failed error
			for _, step := range a.Runs.Steps {
				for _, value := range step.With {
					fill(t, value, values)
				}
				if step.Uses != "" {
					if !regexp.MustCompile(`^actions/[a-z-]+@v\d+$`).MatchString(step.Uses) {
						t.Errorf("the action uses %q", step.Uses)
					}
					continue
				}
				if strings.Contains(step.Run, "${{") {
					t.Errorf("step %q puts inputs into its script", step.Name)
				}
				command := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
				command.Dir = fill(t, step.WorkingDirectory, values)
				command.Env = append(os.Environ(), "RUNNER_TEMP="+temp)
				for name, value := range step.Env {
					command.Env = append(command.Env, name+"="+fill(t, value, values))
				}
				if out, failed = command.CombinedOutput(); failed != nil {
					break
				}
			}
			if (failed != nil) != test.fails || !strings.Contains(string(out), test.says) {
				t.Errorf("failed: %v, want %v, with %q\n%s", failed, test.fails, test.says, out)
			}
			if _, err := os.Stat("injected"); err == nil {
				t.Error("an input ran as a command")
			}
			if test.name == "no shell" {
				return
			}
			var log struct {
				Runs []struct{ Results []any }
			}
			content, err := os.ReadFile(sarif)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(content, &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) != test.results {
				t.Errorf("SARIF: %v, %d runs\n%s", err, len(log.Runs), content)
			}
		})
	}
}

// TestPreCommitHookRuns runs the hook as pre-commit does: with the names of files
// of its types behind it.
func TestPreCommitHookRuns(t *testing.T) {
	text, err := os.ReadFile(".pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Description, Entry, Language string
		TypesOr                                []string `yaml:"types_or"`
		RequireSerial                          bool     `yaml:"require_serial"`
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	build(t, filepath.Join(bin, "arazzo"), "./cmd/arazzo")
	for _, hook := range hooks {
		if hook.ID == "" || hook.Name == "" || hook.Language != "golang" || len(hook.TypesOr) == 0 {
			t.Errorf("%+v", hook)
		}
		for files, fails := range map[string]bool{
			"arazzo/check/example/rules/pets.yaml arazzo/check/example/rules/unknown-operation/good.yaml .golangci.yml": false,
			"arazzo/check/example/rules/pets.yaml arazzo/check/example/rules/unknown-operation/bad.yaml":                true,
		} {
			words := append(strings.Fields(hook.Entry), strings.Fields(files)...)
			out, err := exec.CommandContext(t.Context(), filepath.Join(bin, words[0]), words[1:]...).CombinedOutput()
			if (err != nil) != fails {
				t.Errorf("%s: %v\n%s", words, err, out)
			}
		}
	}
}
