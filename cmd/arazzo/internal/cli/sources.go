package cli

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// parseSources reads the --source flags: NAME=PATH or NAME=URL.
func parseSources(flags []string) (map[string]string, *problem) {
	out := make(map[string]string, len(flags))
	for _, flag := range flags {
		name, location, ok := strings.Cut(flag, "=")
		if !ok || name == "" || location == "" {
			return nil, usagef("flag \"--source\" wants NAME=PATH or NAME=URL, not %q", flag)
		}
		out[name] = location
	}
	return out, nil
}

// parseServers reads the --server flags: URL for all sources, or SOURCE=URL.
// The key of the former is empty.
func parseServers(flags []string) (map[string]string, *problem) {
	out := make(map[string]string, len(flags))
	for _, flag := range flags {
		name, address, named := strings.Cut(flag, "=")
		if !named || strings.ContainsAny(name, ":/?") {
			name, address = "", flag
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, usagef("flag \"--server\" wants an absolute http or https URL, not %q", withoutUserInfo(address))
		}
		if u.User != nil {
			return nil, usagef("flag \"--server\" does not take a user name or password in the URL")
		}
		if u.RawQuery != "" || u.Fragment != "" {
			return nil, usagef("flag \"--server\" wants a URL without query and fragment, not %q", address)
		}
		out[name] = address
	}
	return out, nil
}

// withoutUserInfo cuts what may be a password out of text that is no URL.
func withoutUserInfo(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

// serverVariable is one --server-var flag before the source names are known.
type serverVariable struct{ name, value string }

func parseServerVariables(flags []string) ([]serverVariable, *problem) {
	out := make([]serverVariable, 0, len(flags))
	for _, flag := range flags {
		name, value, ok := strings.Cut(flag, "=")
		if !ok || name == "" {
			return nil, usagef("flag \"--server-var\" wants NAME=VALUE or SOURCE.NAME=VALUE, not %q", flag)
		}
		out = append(out, serverVariable{name, value})
	}
	return out, nil
}

// assignVariables sorts server variables by the source that they are for, the
// empty name standing for all. What is in front of a dot is a source only if
// the document has one of that name.
func assignVariables(list []serverVariable, sources []string) map[string]map[string]string {
	out := make(map[string]map[string]string)
	for _, v := range list {
		source, name, dotted := strings.Cut(v.name, ".")
		if !dotted || !slices.Contains(sources, source) {
			source, name = "", v.name
		}
		if out[source] == nil {
			out[source] = make(map[string]string)
		}
		out[source][name] = v.value
	}
	return out
}

// sourceNames are the names of the source descriptions of a document.
func sourceNames(doc *arazzo.Document) []string {
	names := make([]string, 0, len(doc.SourceDescriptions))
	for _, s := range doc.SourceDescriptions {
		names = append(names, s.Name)
	}
	return names
}

// checkSourceNames reports a flag that names a source which the document does
// not have.
func checkSourceNames(flag string, given map[string]string, names []string) *problem {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if name == "" || slices.Contains(names, name) {
			continue
		}
		p := usagef("flag %q names source %q, which the document does not have%s", flag, name, didYouMean(name, names, ""))
		if len(names) > 0 {
			p.hint = "its sources are " + quoted(names)
		}
		return p
	}
	return nil
}

// undescribedSource reports a --source flag for a source that no document
// describes.
func undescribedSource(given map[string]string, described map[string]bool) *problem {
	names := slices.Sorted(maps.Keys(described))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if described[name] {
			continue
		}
		p := usagef("flag \"--source\" names source %q, which no document describes%s", name, didYouMean(name, names, ""))
		if len(names) > 0 && len(names) <= 10 {
			p.hint = "described are " + quoted(names)
		}
		return p
	}
	return nil
}
