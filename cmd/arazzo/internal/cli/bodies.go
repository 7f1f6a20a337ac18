package cli

import (
	"bytes"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// bodies keeps the bytes that replies bring where they neither fill the memory
// nor stand in the answer.
type bodies struct {
	files *host.Files
	// keep is set if the user has named the folder: then all stays in it.
	keep bool
	// used are the files that outputs name.
	used map[string]bool
}

func newBodies(dir string) *bodies {
	return &bodies{files: &host.Files{Dir: dir}, keep: dir != "", used: make(map[string]bool)}
}

// longestInline is the size up to which bytes stand in the answer, as base64.
const longestInline = 1 << 10

// handOut puts bytes that are too many to be shown into files, and notes which
// files the outputs name.
func (b *bodies) handOut(outputs map[string]any) (map[string]any, error) {
	v, err := b.value(outputs)
	if err != nil {
		return outputs, err
	}
	object, _ := v.(map[string]any)
	return object, nil
}

func (b *bodies) value(v any) (any, error) {
	switch v := v.(type) {
	case *expr.Binary:
		return b.binary(v)
	case map[string]any:
		if v == nil {
			return v, nil
		}
		out := make(map[string]any, len(v))
		for name, member := range v {
			changed, err := b.value(member)
			if err != nil {
				return nil, err
			}
			out[name] = changed
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			changed, err := b.value(element)
			if err != nil {
				return nil, err
			}
			out[i] = changed
		}
		return out, nil
	default:
		return v, nil
	}
}

func (b *bodies) binary(v *expr.Binary) (any, error) {
	if v.File == "" && v.Size > longestInline {
		file, err := b.files.Write(bytes.NewReader(v.Data))
		if err != nil {
			return nil, err
		}
		kept := *v
		kept.Data, kept.File = nil, file.Path
		v = &kept
	}
	if v.File != "" {
		b.used[v.File] = true
	}
	return v, nil
}

// close removes the files that no output names.
func (b *bodies) close() {
	if !b.keep {
		_ = b.files.Close(func(path string) bool { return b.used[path] })
	}
}
