package conformance

import (
	"errors"
	"fmt"
	"slices"
)

// Skip says why a tool is not expected to pass some cases.
type Skip struct {
	// Reason is a sentence for the reader of the coverage table.
	Reason string `yaml:"reason"`
	// Mode limits the skip to one way of using the tool, named as the tool's own
	// tests name it: "default", "command". Empty: all ways.
	Mode string `yaml:"mode"`
	// Cases are the ids of the cases.
	Cases []string `yaml:"cases"`
}

// Skips is the list of cases that a tool is not expected to pass.
type Skips []Skip

// ParseSkips reads a list of skips, which must have reasons and name cases that
// exist, each once for a mode.
func ParseSkips(data []byte, cases []*Case) (Skips, error) {
	var skips Skips
	if err := decodeStrictly(data, &skips); err != nil {
		return nil, err
	}
	var faults []error
	seen := map[[2]string]bool{}
	for i, skip := range skips {
		if skip.Reason == "" || len(skip.Cases) == 0 {
			faults = append(faults, fmt.Errorf("skip %d: a reason and cases are required", i+1))
		}
		for _, id := range skip.Cases {
			if !slices.ContainsFunc(cases, func(c *Case) bool { return c.ID == id }) {
				faults = append(faults, fmt.Errorf("skip %d: there is no case %q", i+1, id))
			}
			if seen[[2]string{id, skip.Mode}] {
				faults = append(faults, fmt.Errorf("skip %d: case %q is skipped twice", i+1, id))
			}
			seen[[2]string{id, skip.Mode}] = true
		}
	}
	return skips, errors.Join(faults...)
}

// Reason returns why the case is skipped when the tool is used in the given
// ways, empty if it is not.
func (s Skips) Reason(id string, modes ...string) string {
	for _, skip := range s {
		if (skip.Mode == "" || slices.Contains(modes, skip.Mode)) && slices.Contains(skip.Cases, id) {
			return skip.Reason
		}
	}
	return ""
}
