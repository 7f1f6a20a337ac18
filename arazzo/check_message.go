package arazzo

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// messages checks the fields of a step that exchanges messages.
func (wc *workflowChecker) messages(s *Step) {
	if wc.document.minor < 1 {
		return // the fields are unknown
	}
	if s.Has("action") {
		// Arazzo 1.1.0, Step Object: action is "send" or "receive".
		wc.oneOf(s.Field("action"), "action of a step", s.Action, []string{"send", "receive"})
	}
	if s.Has("correlationId") && s.Action != "receive" && (s.Action == "send" || !s.Has("action")) {
		// Arazzo 1.1.0, Step Object: correlationId is for steps of an asyncapi source
		// that receive.
		wc.conflict(s, "correlationId", "set \"action\" to \"receive\"", "only a step that receives messages has a \"correlationId\"")
	}
	if s.Has("channelPath") && !s.Has("action") {
		wc.add(diag.Diagnostic{
			Rule: "missing-field", Range: s.FieldNameRange("channelPath"), Pointer: s.Pointer(),
			Message: fmt.Sprintf("step %q needs the field \"action\"", shown(s.StepID)), Hint: "add action: send or action: receive",
		})
	}
	kind, known := wc.targetKind(s)
	if !known || kind == "asyncapi" {
		return
	}
	for _, field := range []string{"action", "correlationId"} {
		// Arazzo 1.1.0, Step Object: both apply to steps of an asyncapi source only.
		if s.Has(field) {
			wc.conflict(s, field, "remove it", fmt.Sprintf("%q is only for steps that exchange messages, and step %q %s", field, shown(s.StepID), kind))
		}
	}
}

func (wc *workflowChecker) conflict(s *Step, field, hint, message string) {
	wc.add(diag.Diagnostic{
		Rule: "conflicting-fields", Range: s.FieldNameRange(field), Pointer: s.Field(field).Pointer(), Message: message, Hint: hint,
	})
}

// targetKind says what a step is about: "asyncapi", or what it does otherwise
// in words. It is not known if the source could not be read.
func (wc *workflowChecker) targetKind(s *Step) (kind string, known bool) {
	switch {
	case s.Has("workflowId"):
		return "calls a workflow", true
	case s.Has("channelPath"):
		return "asyncapi", true
	}
	_, source, _ := wc.bundle.Operation(s)
	switch {
	case source == nil || source.Kind == "":
		return "", false
	case source.Kind == "asyncapi":
		return "asyncapi", true
	default:
		return "calls an operation over HTTP", true
	}
}

// channel checks the reference of a step to a channel.
//
// Arazzo 1.1.0, Step Object: channelPath is a runtime expression for the url of
// the source description, followed by a JSON Pointer to the channel.
func (wc *workflowChecker) channel(s *Step) {
	place := s.Field("channelPath")
	if !s.Has("channelPath") || (Value{place}).Kind() != String || s.ChannelPath == "" {
		return
	}
	path := splitOperationPath(wc.document, s.ChannelPath)
	switch {
	case path.form == unknownPath || !strings.HasPrefix(path.pointer, "/"):
		wc.errorAt(place, ruleInvalidOperationRef, "write '{$sourceDescriptions.NAME.url}#/channels/CHANNEL'",
			"channelPath must name a source and end with \"#\" and a JSON Pointer to a channel")
		return
	case wc.document.SourceDescription(path.source) == nil:
		wc.add(*unknownSource(wc.document, place, path.source).problem)
		return
	}
	if source := wc.bundle.Source(wc.document, path.source); source != nil && source.Err == nil && source.Kind != "asyncapi" {
		// Arazzo 1.1.0, Step Object: channelPath refers to a channel of an asyncapi source.
		wc.errorAt(place, ruleInvalidOperationRef, "", "source %q is no AsyncAPI description and has no channels", shown(path.source))
	}
}
