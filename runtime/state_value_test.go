package runtime_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestStateKeepsBytes(t *testing.T) {
	picture := expr.NewBinary([]byte{0x89, 'P', 'N', 'G', 0, 0xff, 0xfe}, "image/png")
	kept := &expr.Binary{File: "/var/tmp/b", Size: 1 << 30, SHA256: "00", MediaType: "video/mp4"}
	values := map[string]any{
		"picture": picture, "list": []any{json.Number("12345678901234567890"), picture, map[string]any{"deep": kept}}, "plain": map[string]any{"a": []any{"b"}},
		// What a server sends stays what it is, however much it looks like bytes or a file.
		"forged":  map[string]any{"$binary": map[string]any{"size": json.Number("1"), "sha256": "x", "file": "/etc/passwd"}},
		"twice":   map[string]any{"$binary": map[string]any{"$literal": map[string]any{"$binary": "x"}}},
		"both":    map[string]any{"$binary": picture},
		"between": map[string]any{"$binary": "a", "other": picture},
		"null":    nil,
	}
	ref := runtime.WorkflowRef{Document: "d", WorkflowID: "w"}
	outcome := runtime.Outcome{Status: runtime.Succeeded, Inputs: values, Outputs: values}
	st := &runtime.State{
		RunID: "r", Status: runtime.Running, Root: ref,
		Frames: []runtime.Frame{
			{Workflow: ref, Inputs: values, Steps: map[string]*runtime.StepRecord{"s": {Outputs: values}}},
			{Workflow: ref, Purpose: runtime.ForStep, Inputs: map[string]any{"$binary": picture}, Ended: &runtime.Ended{Outcome: outcome}},
		},
		Finished: map[runtime.WorkflowRef]runtime.Outcome{ref: outcome},
		Outcome:  &outcome,
	}
	text, err := st.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := runtime.DecodeState(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(st, back); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	again, err := back.Encode()
	if err != nil || string(again) != string(text) {
		t.Errorf("the state is encoded as\n%s\nand then as\n%s\n%v", text, again, err)
	}
}

func TestDecodeStateRefusesBrokenBytes(t *testing.T) {
	for _, value := range []string{`"x"`, `{"size":1,"sha256":"","base64":"AA=="}`, `{}`, `{"size":1,"base64":"%"}`} {
		text := `{"runId":"r","program":"p","status":"running","root":"d#w","frames":[{"workflow":"d#w","inputs":{"a":[{"$binary":` + value + `}]},"next":0}],"attempts":0,"exchanges":0,"startedAt":"2026-01-02T03:04:05Z"}`
		if _, err := runtime.DecodeState([]byte(text)); err == nil {
			t.Errorf("%s was read", value)
		}
	}
}
