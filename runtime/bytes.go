package runtime

import (
	"encoding/json"
	"strconv"

	"github.com/seed-d89508e2/arazzo/expr"
)

// WithoutBytes returns values with descriptions in the place of the bytes among
// them: objects with the members "mediaType", "name", "size" and "sha256". It is
// for reports, which have no room for bytes and may outlive the files that keep
// them. Values without bytes are returned as they are.
func WithoutBytes(values map[string]any) map[string]any {
	out, _ := withoutBytes(values)
	object, _ := out.(map[string]any)
	return object
}

func withoutBytes(v any) (out any, changed bool) {
	switch v := v.(type) {
	case *expr.Binary:
		d := map[string]any{"size": json.Number(strconv.FormatInt(v.Size, 10)), "sha256": v.SHA256}
		if v.MediaType != "" {
			d["mediaType"] = v.MediaType
		}
		if v.Name != "" {
			d["name"] = v.Name
		}
		return d, true
	case map[string]any:
		return changedMembers(v, withoutBytes)
	case []any:
		return changedElements(v, withoutBytes)
	default:
		return v, false
	}
}
