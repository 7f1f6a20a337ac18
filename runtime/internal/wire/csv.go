package wire

import (
	"fmt"
	"slices"
	"strings"
)

// appendCSV writes records (RFC 4180): a line for each element of an array. If
// the elements are objects, their members are the columns, named in a first line
// unless header is false; if they are arrays, so are their elements. A single
// object is one record.
func appendCSV(v any, o *Order, header bool) ([]byte, error) {
	list, isArray := v.([]any)
	if !isArray {
		if _, ok := v.(map[string]any); !ok {
			return []byte(Text(v, nil)), nil
		}
		list, o = []any{v}, &Order{Elements: []*Order{o}}
	}
	columns, err := csvColumns(list, o)
	if err != nil {
		return nil, err
	}
	var dst []byte
	if header && len(columns) > 0 {
		dst = appendRecord(dst, columns)
	}
	for i, e := range list {
		dst = appendRecord(dst, csvFields(e, o.element(i), columns))
		if err := tooLarge(dst); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// csvColumns returns the names of the members of all objects, in the order in
// which they come. It is nil if the elements are no objects.
func csvColumns(list []any, o *Order) ([]string, error) {
	var columns []string
	known := make(map[string]bool)
	for i, e := range list {
		object, isObject := e.(map[string]any)
		if _, first := list[0].(map[string]any); first != isObject {
			return nil, fmt.Errorf("record %d is %s, and the first is not", i+1, typeName(e))
		}
		for _, name := range o.element(i).names(object) {
			if !known[name] {
				known[name] = true
				columns = append(columns, name)
			}
		}
	}
	return columns, nil
}

func csvFields(e any, o *Order, columns []string) []string {
	switch e := e.(type) {
	case map[string]any:
		fields := make([]string, len(columns))
		for i, name := range columns {
			fields[i] = csvField(e[name], o.member(name))
		}
		return fields
	case []any:
		fields := make([]string, len(e))
		for i, field := range e {
			fields[i] = csvField(field, o.element(i))
		}
		return fields
	default:
		return []string{csvField(e, o)}
	}
}

// csvField returns the text of a field. There is no null in CSV; it is empty.
func csvField(v any, o *Order) string {
	if v == nil {
		return ""
	}
	return Text(v, o)
}

func appendRecord(dst []byte, fields []string) []byte {
	if slices.Equal(fields, []string{""}) {
		return append(dst, "\"\"\r\n"...) // an empty line would be no record
	}
	for i, field := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !strings.ContainsAny(field, ",\"\r\n") && field == strings.TrimSpace(field) {
			dst = append(dst, field...)
			continue
		}
		dst = append(dst, '"')
		dst = append(dst, strings.ReplaceAll(field, "\"", "\"\"")...)
		dst = append(dst, '"')
	}
	return append(dst, "\r\n"...)
}
