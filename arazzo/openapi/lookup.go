package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// NotFoundError says that a description has no operation of an id.
type NotFoundError struct {
	// ID is the operationId that was asked for.
	ID string
	// Nearest are similar operationIds of the description, best first.
	Nearest []string
	// Unread are references of path items that lead nowhere; the operation may
	// stand behind one of them.
	Unread []string
	// Broken says why the description could be read only in part. It is nil if
	// all of it was read.
	Broken *diag.Diagnostic
}

// Unwrap returns why the description could be read only in part, or nil.
func (e *NotFoundError) Unwrap() error {
	if e.Broken == nil {
		return nil
	}
	return e.Broken
}

// Error names the operation, the most similar ones, and what was not read.
func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no operation has the operationId %q", e.ID) + didYouMean(e.Nearest)
	switch n := len(e.Unread); n {
	case 0:
	case 1:
		text += fmt.Sprintf("; it may be in the path item %q, which cannot be read", e.Unread[0])
	default:
		text += fmt.Sprintf("; it may be in one of the %d path items, such as %q, that cannot be read", n, e.Unread[0])
	}
	if e.Broken != nil {
		text += "; the file can be read only in part: " + e.Broken.Error()
	}
	return text
}

// AmbiguousError says that several operations have the same operationId.
type AmbiguousError struct {
	ID string
	// Pointers are the JSON Pointers of the operations, in document order.
	Pointers []string
}

// Error names the operations.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d operations have the operationId %q: %s",
		len(e.Pointers), e.ID, strings.Join(e.Pointers, ", "))
}

// PointerError says that a JSON Pointer does not lead to an operation.
type PointerError struct {
	// Pointer is the one that was asked for.
	Pointer string
	// Part is the part of it, unescaped, that does not exist. It is empty if the
	// pointer leads somewhere, but not to an operation.
	Part string
	// Nearest are similar names that exist in its place, best first.
	Nearest []string
	reason  string
}

// Error says which part of the pointer is wrong, and what comes close.
func (e *PointerError) Error() string {
	return fmt.Sprintf("the pointer %q leads to no operation: %s", e.Pointer, e.reason)
}

// RuleUnsupportedDescription is the rule id of a description in a format that is
// recognised, but not read.
const RuleUnsupportedDescription = "unsupported-description"

// isMethod reports whether a member of a path item is an operation.
func isMethod(name string) bool {
	switch name {
	case "get", "put", "post", "delete", "options", "head", "patch", "trace", "query":
		return true
	default:
		return false
	}
}

// record is an operation that was found, but not read.
type record struct {
	id        string
	path      string
	method    string // as it is written
	pointer   string
	item      []value // the path item, and those that its $ref leads to
	operation field
	warnings  diag.List // about the references of the path item
	shadowed  bool      // a later path or method has the same name
}

// operationTable lists the operations of a tree.
type operationTable struct {
	tree    *tree
	records []record
	byID    map[string][]int
	unread  []string // references of path items that lead nowhere
}

// table returns the operations of the document.
func (d *Document) table() (*operationTable, error) {
	if !d.isRead() {
		return nil, &diag.Diagnostic{
			Rule:    RuleUnsupportedDescription,
			Message: fmt.Sprintf("Swagger %s is not supported, only Swagger 2.0 and OpenAPI 3", d.version),
			Hint:    "convert the description to OpenAPI 3",
			Range:   diag.Range{File: d.Location(), Start: diag.Position{Line: 1, Column: 1}},
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		t, problem := d.source.tree()
		if problem != nil {
			return nil, problem
		}
		if d.operations != nil && d.operations.tree == t {
			return d.operations, nil
		}
		r := d.resolver()
		table := r.list(t)
		if !r.parseOdd() {
			d.operations = table
			return table, nil
		}
	}
}

// list finds all operations under "paths".
func (r *resolver) list(t *tree) *operationTable {
	table := &operationTable{tree: t, byID: make(map[string][]int)}
	r.seen(t)
	t.top().member("paths").fields(func(path field) bool {
		if strings.HasPrefix(path.name, "x-") {
			return true
		}
		r.warnings = nil
		rec := record{path: path.name, item: r.pathItem(path.value)}
		if rec.warnings = r.warnings; rec.warnings != nil {
			ref, _, _ := reference(rec.item[len(rec.item)-1])
			table.unread = append(table.unread, ref)
		}
		prefix := "/paths/" + escape(path.name)
		for i, part := range rec.item {
			part.fields(func(f field) bool {
				switch {
				case f.name == "additionalOperations":
					f.value.fields(func(extra field) bool {
						rec.method, rec.operation = extra.name, extra
						rec.pointer = prefix + "/additionalOperations/" + escape(extra.name)
						table.add(rec)
						return true
					})
				case isMethod(f.name) && f.value.kind() == kindObject && !inside(rec.item[:i], f.name):
					rec.method, rec.operation, rec.pointer = f.name, f, prefix+"/"+f.name
					table.add(rec)
				}
				return true
			})
		}
		return true
	})
	table.finish()
	return table
}

// inside reports whether one of the parts of a path item has a member.
func inside(item []value, name string) bool {
	for _, part := range item {
		if part.member(name).exists() {
			return true
		}
	}
	return false
}

func (t *operationTable) add(r record) {
	r.id, _ = r.operation.value.member("operationId").text()
	t.records = append(t.records, r)
}

// finish fills the index by id. An operation that a later one of the same path
// and method hides counts only if its id occurs nowhere else.
func (t *operationTable) finish() {
	last := make(map[string]int, len(t.records))
	for i, r := range t.records {
		if before, ok := last[r.pointer]; ok {
			t.records[before].shadowed = true
		}
		last[r.pointer] = i
	}
	for i, r := range t.records {
		if r.id != "" {
			t.byID[r.id] = append(t.byID[r.id], i)
		}
	}
	for id, found := range t.byID {
		if len(found) < 2 {
			continue
		}
		visible := slices.DeleteFunc(slices.Clone(found), func(i int) bool { return t.records[i].shadowed })
		if len(visible) == 0 {
			visible = found[len(found)-1:]
		}
		t.byID[id] = visible
	}
}

// HasOperation reports whether an operation has the operationId.
func (d *Document) HasOperation(id string) bool {
	table, err := d.table()
	return err == nil && len(table.byID[id]) > 0
}

// OperationIDs returns the operationIds of the description in document order.
func (d *Document) OperationIDs() []string {
	table, err := d.table()
	if err != nil {
		return nil
	}
	return table.ids()
}

func (t *operationTable) ids() []string {
	var ids []string
	for _, r := range t.records {
		if r.id != "" {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// OperationByID returns the operation with an operationId, which is compared
// exactly. The error is a [*NotFoundError], an [*AmbiguousError], or a
// [*diag.Diagnostic] if the text of the description cannot be read.
//
// Arazzo 1.0.1, Step Object: the operationId "MUST be unique" among the source
// descriptions.
func (d *Document) OperationByID(id string) (*Operation, error) {
	table, err := d.table()
	if err != nil {
		return nil, err
	}
	switch found := table.byID[id]; len(found) {
	case 0:
		return nil, &NotFoundError{
			ID: id, Nearest: nearest(id, table.ids()), Unread: table.unread, Broken: d.source.isBroken(),
		}
	case 1:
		return d.operation(table.records[found[0]])
	default:
		e := &AmbiguousError{ID: id}
		for _, i := range found {
			e.Pointers = append(e.Pointers, table.records[i].pointer)
		}
		return nil, e
	}
}

// OperationByPointer returns the operation at a JSON Pointer such as
// "/paths/~1pets/get", with or without a leading "#". A part that does not exist
// is tried again without its percent escapes. The error is a [*PointerError], or
// a [*diag.Diagnostic] if the text of the description cannot be read.
func (d *Document) OperationByPointer(pointer string) (*Operation, error) {
	table, err := d.table()
	if err != nil {
		return nil, err
	}
	fail := func(m *missing) error {
		return &PointerError{Pointer: pointer, Part: m.part, Nearest: m.names, reason: m.Error()}
	}
	parts, m := tokens(strings.TrimPrefix(pointer, "#"))
	if m != nil {
		return nil, fail(m)
	}
	if len(parts) < 3 || parts[0] != "paths" || len(parts) > 3 && parts[2] != "additionalOperations" || len(parts) > 4 {
		return nil, fail(&missing{syntax: "an operation is at /paths/{path}/{method}, where each \"/\" of the path is written \"~1\""})
	}
	path, ok := child(table.tree.top().member("paths"), parts[1])
	if !ok {
		return nil, fail(&missing{
			parent: "/paths", part: parts[1],
			names: nearest(parts[1], memberNames(table.tree.top().member("paths"))),
		})
	}
	var methods []string
	for i := len(table.records) - 1; i >= 0; i-- {
		r := &table.records[i]
		if r.path != path.name {
			continue
		}
		if r.method == parts[len(parts)-1] && strings.Contains(r.pointer, "/additionalOperations/") == (len(parts) == 4) {
			return d.operation(*r)
		}
		methods = append(methods, r.method)
	}
	part := parts[len(parts)-1]
	near := nearest(part, methods)
	if len(near) == 0 {
		near = methods[:min(len(methods), maxNearest)]
	}
	return nil, fail(&missing{parent: "/paths/" + escape(path.name), part: part, names: near})
}
