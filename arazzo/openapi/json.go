package openapi

import "encoding/json"

// json returns the value with numbers as json.Number. It is false if the value
// is larger or more deeply nested than anything a request needs.
func (v value) json() (any, bool) {
	budget := maxNodes
	return v.jsonWithin(&budget)
}

func (v value) jsonWithin(budget *int) (any, bool) { return v.jsonAt(budget, 0) }

// maxNodes bounds the size of one value that is read as a whole, aliases
// included.
const maxNodes = 100_000

func (v value) jsonAt(budget *int, depth int) (any, bool) {
	*budget--
	if *budget < 0 || depth > maxDepth {
		return nil, false
	}
	fits := true
	switch k := v.kind(); k {
	case kindObject:
		m := make(map[string]any)
		v.fields(func(f field) bool {
			m[f.name], fits = f.value.jsonAt(budget, depth+1)
			return fits
		})
		return m, fits
	case kindArray:
		list := []any{}
		v.items(func(item value) bool {
			var x any
			x, fits = item.jsonAt(budget, depth+1)
			list = append(list, x)
			return fits
		})
		return list, fits
	default:
		k, text := v.scalar()
		return scalarJSON(k, text), true
	}
}

func scalarJSON(k kind, text string) any {
	switch k {
	case kindBoolean:
		return text == "true"
	case kindNumber:
		return json.Number(text)
	case kindString:
		return text
	case kindNull, kindArray, kindObject:
		return nil
	default:
		return nil
	}
}
