package runtime

import (
	"encoding/json"
	"fmt"
	"strings"
)

// sequence reads the items of a sequential media type.
func (b *lazyBody) sequence(kind, text string) ([]any, error) {
	items := []any{}
	add := func(text string) error {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		v, err := b.json(text)
		if err != nil {
			return fmt.Errorf("item %d: %w", len(items), err)
		}
		items = append(items, v)
		return nil
	}
	switch kind {
	case eventSequence:
		return events(text), nil
	case recordSequence: // RFC 7464: each text follows a record separator
		for record := range strings.SplitSeq(text, "\x1e") {
			if err := add(record); err != nil {
				return nil, err
			}
		}
	default:
		for line := range strings.SplitSeq(text, "\n") {
			if err := add(line); err != nil {
				return nil, err
			}
		}
	}
	return items, nil
}

// events reads a stream of server-sent events as objects with the members "data",
// "event", "id" and "retry", as far as they are given. An event without data is
// none, nor is one that the stream breaks off in.
//
// WHATWG HTML, 9.2.6: interpreting an event stream.
func events(text string) []any {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	items := []any{}
	event := map[string]any{}
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			if _, complete := event["data"]; complete {
				items = append(items, event)
			}
			event = map[string]any{}
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "data":
			if before, is := event["data"].(string); is {
				value = before + "\n" + value
			}
			event["data"] = value
		case "event":
			event[name] = value
		case "id":
			if !strings.Contains(value, "\x00") {
				event[name] = value
			}
		case "retry":
			if value != "" && strings.Trim(value, "0123456789") == "" {
				if value = strings.TrimLeft(value, "0"); value == "" {
					value = "0"
				}
				event[name] = json.Number(value)
			}
		}
	}
	return items
}
