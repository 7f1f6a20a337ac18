package diag

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteGitHub writes a list as workflow commands, which GitHub Actions shows as
// annotations beside the lines concerned. File names are written as they are;
// GitHub takes them as relative to the root of the repository.
func WriteGitHub(w io.Writer, list List) error {
	for i := range list {
		if _, err := io.WriteString(w, gitHubCommand(&list[i])); err != nil {
			return fmt.Errorf("writing diagnostics: %w", err)
		}
	}
	return nil
}

func gitHubCommand(d *Diagnostic) string {
	var properties []string
	add := func(name, value string) {
		properties = append(properties, name+"="+gitHubProperty(value))
	}
	if d.Range.File != "" {
		add("file", d.Range.File)
	}
	if start, end := d.Range.Start, d.Range.End; start.IsValid() {
		add("line", strconv.Itoa(start.Line))
		// Columns are only shown for a place on a single line.
		oneLine := !end.IsValid() || end.Line == start.Line
		if end.IsValid() {
			add("endLine", strconv.Itoa(end.Line))
		}
		if oneLine && start.Column > 0 {
			add("col", strconv.Itoa(start.Column))
		}
		if oneLine && end.IsValid() && end.Column > start.Column {
			add("endColumn", strconv.Itoa(end.Column))
		}
	}
	if d.Rule != "" {
		add("title", d.Rule)
	}
	command := map[Severity]string{Error: "error", Warning: "warning", Info: "notice"}[d.Severity]
	if command == "" {
		command = "error"
	}
	message := d.Message
	if d.Hint != "" {
		message += "\n" + d.Hint
	}
	if len(properties) > 0 {
		command += " " + strings.Join(properties, ",")
	}
	return "::" + command + "::" + gitHubData(message) + "\n"
}

// gitHubData escapes what ends a workflow command or begins an escape.
func gitHubData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// gitHubProperty escapes, in addition, what separates properties.
func gitHubProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
