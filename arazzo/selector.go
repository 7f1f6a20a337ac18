package arazzo

import (
	"strings"
)

// IsSelector reports whether a value is a Selector Object and not plain data:
// an object with the fields context, selector and type and no others but
// extensions, whose context is a runtime expression (Arazzo 1.1.0, Selector
// Object).
func IsSelector(v Value) bool {
	if v.Kind() != Object {
		return false
	}
	for name := range v.Members() {
		if name != "context" && name != "selector" && name != "type" && !strings.HasPrefix(name, "x-") {
			return false
		}
	}
	context, _ := v.Member("context").Text()
	return strings.HasPrefix(context, "$") && v.Has("selector") && v.Has("type")
}
