package xmltree

import (
	"strings"
)

// sameName compares names without regard to case.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }

// sameList reports whether two names are likely to be those of the same list:
// "instances" and "instancesSet", "tags" and "tagSet", "Buckets" and "Bucket".
func sameList(a, b string) bool { return stem(a) == stem(b) }

// stem returns a name in lower case without the endings by which lists are
// named.
func stem(name string) string {
	name = strings.ToLower(name)
	for _, ending := range []string{"set", "list", "info", "collection"} {
		if rest, ok := strings.CutSuffix(name, ending); ok && rest != "" {
			name = rest
			break
		}
	}
	return singular(name)
}

// singular returns a lower-case English noun without the ending of its plural.
func singular(noun string) string {
	for _, ending := range []struct{ plural, singular string }{
		{"ies", "y"}, {"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"}, {"ss", "ss"}, {"us", "us"}, {"s", ""},
	} {
		if rest, ok := strings.CutSuffix(noun, ending.plural); ok && rest != "" {
			return rest + ending.singular
		}
	}
	return noun
}

// isItemName reports whether a name is one of those that say nothing but that
// the element is one of a list.
func isItemName(name string) bool { return sameName(name, "item") || sameName(name, "member") }
