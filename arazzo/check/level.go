package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// Level is how a rule is reported.
type Level uint8

// The levels, from not at all to most severe. The zero value is Off.
const (
	Off Level = iota
	Info
	Warning
	Error
)

// Levels lists the names of the levels, the most severe first.
func Levels() []string { return []string{"error", "warning", "info", "off"} }

// ParseLevel returns the level of a name: "error", "warning", "info" or "off".
func ParseLevel(name string) (Level, bool) {
	switch name {
	case "error":
		return Error, true
	case "warning":
		return Warning, true
	case "info":
		return Info, true
	case "off":
		return Off, true
	default:
		return Off, false
	}
}

// severity is the level of a rule that is on.
func (l Level) severity() diag.Severity {
	switch l {
	case Warning:
		return diag.Warning
	case Info:
		return diag.Info
	case Off, Error:
		return diag.Error
	default:
		return diag.Error
	}
}
