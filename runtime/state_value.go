package runtime

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// In an encoded state, an object with the only member binaryMember stands for
// a [expr.Binary]. An object of the run that happens to look like that is
// written with one more object around its value, so that nothing which a server
// has sent is ever taken for bytes or for a file.
const (
	binaryMember  = "$binary"
	literalMember = "$literal"
)

// encodeObject returns the values in the form that stands in an encoded state:
// the map itself, or a copy if something in it needs another form.
func encodeObject(values map[string]any) (encoded map[string]any, changed bool) {
	encoded, changed = changedMembers(values, encodeValue)
	if inner, ambiguous := encoded[binaryMember]; ambiguous && len(encoded) == 1 {
		return map[string]any{binaryMember: map[string]any{literalMember: inner}}, true
	}
	return encoded, changed
}

func encodeValue(v any) (encoded any, changed bool) {
	switch v := v.(type) {
	case *expr.Binary:
		return map[string]any{binaryMember: v}, true
	case map[string]any:
		return encodeObject(v)
	case []any:
		return changedElements(v, encodeValue)
	default:
		return v, false
	}
}

// decodeObject turns values of an encoded state back into those of a run, in
// place.
func decodeObject(values map[string]any) error {
	for name, v := range values { // order: each member by itself
		decoded, err := decodeValue(v)
		if err != nil {
			return err
		}
		values[name] = decoded
	}
	return nil
}

func decodeValue(v any) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		inner, marked := v[binaryMember]
		if !marked || len(v) != 1 {
			return v, decodeObject(v)
		}
		if object, ok := inner.(map[string]any); ok && len(object) == 1 {
			if literal, ok := object[literalMember]; ok {
				decoded, err := decodeValue(literal)
				return map[string]any{binaryMember: decoded}, err
			}
		}
		text, err := json.Marshal(inner)
		if err != nil {
			return nil, err
		}
		var b expr.Binary
		if err := json.Unmarshal(text, &b); err != nil {
			return nil, err
		}
		return &b, nil
	case []any:
		for i, e := range v {
			decoded, err := decodeValue(e)
			if err != nil {
				return nil, err
			}
			v[i] = decoded
		}
		return v, nil
	default:
		return v, nil
	}
}

// values calls a function with every map of values that the state holds, and
// keeps what it returns.
func (s *State) values(change func(map[string]any) map[string]any) {
	outcome := func(o *Outcome) {
		o.Inputs, o.Outputs = change(o.Inputs), change(o.Outputs)
	}
	for i := range s.Frames {
		f := &s.Frames[i]
		f.Inputs = change(f.Inputs)
		for _, r := range f.Steps { // order: each record by itself
			if r != nil {
				r.Outputs = change(r.Outputs)
			}
		}
		if f.Ended != nil {
			outcome(&f.Ended.Outcome)
		}
	}
	for ref, o := range s.Finished { // order: each outcome by itself
		outcome(&o)
		s.Finished[ref] = o
	}
	if s.Outcome != nil {
		outcome(s.Outcome)
	}
}

// needsEncoding reports whether a value in the state needs another form in JSON.
func (s *State) needsEncoding() bool {
	needs := false
	s.values(func(m map[string]any) map[string]any {
		if !needs {
			_, needs = encodeObject(m)
		}
		return m
	})
	return needs
}

// changedMembers applies a change to the members of an object. The object itself
// stays as it is: it is returned if nothing differs, else a copy.
func changedMembers(v map[string]any, change func(any) (any, bool)) (out map[string]any, changed bool) {
	out = v
	for name, member := range v { // order: a copy of a map
		one, differs := change(member)
		if !differs {
			continue
		}
		if !changed {
			out, changed = maps.Clone(v), true
		}
		out[name] = one
	}
	return out, changed
}

// changedElements is changedMembers for an array.
func changedElements(v []any, change func(any) (any, bool)) (out []any, changed bool) {
	out = v
	for i, element := range v {
		one, differs := change(element)
		if !differs {
			continue
		}
		if !changed {
			out, changed = slices.Clone(v), true
		}
		out[i] = one
	}
	return out, changed
}
