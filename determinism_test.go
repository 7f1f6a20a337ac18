package arazzo_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRuntimeIsDeterministic holds the rule that a run depends on its program,
// its inputs and what its Transport and Clock return, and on nothing else: no
// file of package runtime starts a goroutine, reads or waits by the system's
// clock, or lets the order of a map's entries through.
//
// The files are type-checked, so that names, aliases and method values are seen
// for what they are. What the rule cannot see is a range over a map whose order
// does not matter; such a line says why in a comment, "// order: …", at its end
// or on the line above. It does not look into the packages that runtime calls.
func TestRuntimeIsDeterministic(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("runtime", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	if len(names) == 0 {
		t.Fatal("no files found in folder runtime")
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	for _, found := range chanceIn(t, fset, compiledImporter(t, fset, "./runtime"), files...) {
		t.Error(found)
	}
}

// TestDeterminismRuleCatches shows the rule every way around it that it knows.
func TestDeterminismRuleCatches(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"the engine's own kind of code", `for i := range 3 { _ = i }; for range []int{} {}; _ = time.Unix(0, 0).Add(time.Second)`, nil},
		{"goroutine", `go func() {}()`, []string{"go statement"}},
		{"goroutine of a wait group", `var wg sync.WaitGroup; wg.Go(func() {})`, []string{"sync.WaitGroup.Go"}},
		{"system time", `_ = time.Now()`, []string{"time.Now"}},
		{"function value", `now := time.Now; _ = now`, []string{"time.Now"}},
		{"method of its value", `_ = time.Time{}.Local()`, []string{"time.Time.Local"}},
		{"time zone of the machine", `_ = time.Local`, []string{"time.Local"}},
		{"waiting", `time.Sleep(0); <-time.After(0)`, []string{"time.Sleep", "time.After"}},
		{"timers", `_ = time.NewTimer(0); _ = time.NewTicker(1); time.AfterFunc(0, func() {})`, []string{"time.NewTimer", "time.NewTicker", "time.AfterFunc"}},
		{"timeout by the system clock", `_, stop := context.WithTimeout(ctx, 1); stop()`, []string{"context.WithTimeout"}},
		{"callback from another goroutine", `context.AfterFunc(ctx, func() {})`, []string{"context.AfterFunc"}},
		{"cancellation is a host's right", `_, stop := context.WithCancelCause(ctx); stop(nil)`, nil},
		{"choice of a channel", `var c chan int; select { case <-c: case <-ctx.Done(): }`, []string{"select statement"}},
		{"look at a channel", `select { case <-ctx.Done(): default: }`, nil},
		{"map", `for range m {}`, []string{"range over a map"}},
		{"map of a named type", `type set map[string]bool; for k := range (set{}) { _ = k }`, []string{"range over a map"}},
		{"map behind a type parameter", `_ = first(m)`, []string{"range over a map"}},
		{"reason at the end", "for k := range m { // order: the sum does not depend on it\n_ = k }", nil},
		{"reason above", "// order: each entry is set once\nfor k := range m { _ = k }", nil},
		{"no reason", "for k := range m { // order:\n_ = k }", []string{"range over a map"}},
		{"reason too far away", "// order: each entry is set once\n\nfor k := range m { _ = k }", []string{"range over a map"}},
		{"iterators of a map", `for range maps.Keys(m) {}; _ = slices.Collect(maps.Values(m)); for range maps.All(m) {}`, []string{"maps.Keys", "maps.Values", "maps.All"}},
		{"sorted", `for range slices.Sorted(maps.Keys(m)) {}`, nil},
		{"sorted, equal ones as they come", `_ = slices.SortedFunc(maps.Values(m), func(a, b int) int { return 0 })`, []string{"maps.Values"}},
		{"from map to map", `_ = maps.Collect(maps.All(m))`, nil},
		{"concurrent map", `var sm sync.Map; sm.Range(func(k, v any) bool { return true })`, []string{"sync.Map.Range"}},
		{"reflection", `_ = reflect.ValueOf(m).MapKeys()`, []string{"reflect.Value.MapKeys"}},
	}
	const frame = `package p

import ("context"; "maps"; "reflect"; "slices"; "sync"; "time")

var (
	_ = context.Background; _ = maps.Clone[map[int]int]; _ = reflect.TypeOf
	_ sync.Mutex; _ = slices.Max[[]int]; _ time.Duration
)

func f(ctx context.Context, m map[string]int) {
%s
}
%s`
	const generic = `func first[M ~map[K]V, K comparable, V any](m M) (k K) { for k = range m { break }; return k }`
	fset := token.NewFileSet()
	imports := compiledImporter(t, fset, "context", "maps", "reflect", "slices", "sync", "time")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			extra := ""
			if strings.Contains(test.body, "first(") {
				extra = generic
			}
			file, err := parser.ParseFile(fset, "p.go", fmt.Sprintf(frame, test.body, extra), parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, found := range chanceIn(t, fset, imports, file) {
				got = append(got, found.what)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("what the rule finds (- want, + got):\n%s", diff)
			}
		})
	}
}

// chance is a place where something other than its inputs decides what code
// does.
type chance struct {
	position  token.Position
	what, why string
}

func (c chance) String() string { return fmt.Sprintf("%s: %s: %s", c.position, c.what, c.why) }

// chanceIn type-checks the files of one package and returns what breaks the
// determinism rule, in the order of the source.
func chanceIn(t *testing.T, fset *token.FileSet, imports types.Importer, files ...*ast.File) []chance {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imports}
	if _, err := config.Check("p", fset, files, info); err != nil {
		t.Fatal(err)
	}
	var found []chance
	for _, file := range files {
		reasons := orderReasons(fset, file)
		settled := map[ast.Node]bool{} // iterators whose order is lost at once
		ast.Inspect(file, func(n ast.Node) bool {
			what, why := "", ""
			switch n := n.(type) {
			case *ast.GoStmt:
				what, why = "go statement", "concurrency lives in drivers"
			case *ast.RangeStmt:
				if overMap(info.TypeOf(n.X)) && !reasons[fset.Position(n.Pos()).Line] {
					what, why = "range over a map", "sort the keys, or say on the line why the order reaches no effect: // order: …"
				}
			case *ast.SelectStmt:
				if cases := slices.DeleteFunc(slices.Clone(n.Body.List), isDefault); len(cases) > 1 {
					what, why = "select statement", "it picks one of several ready cases at random"
				}
			case *ast.CallExpr:
				if losesOrder(info.Uses[calledName(n)]) {
					for _, argument := range n.Args {
						if call, ok := argument.(*ast.CallExpr); ok {
							settled[calledName(call)] = true
						}
					}
				}
			case *ast.Ident:
				name := qualifiedName(info.Uses[n])
				if why = forbidden(name); why != "" {
					what = name
				} else if showsOrder(name) && !settled[n] && !reasons[fset.Position(n.Pos()).Line] {
					what, why = name, "sort what it yields, or say on the line why the order reaches no effect: // order: …"
				}
			}
			if what != "" {
				found = append(found, chance{fset.Position(n.Pos()), what, why})
			}
			return true
		})
	}
	return found
}

// forbidden says why package runtime may not use an object of the standard
// library, or returns "". The packages that it may not import at all are in
// the import table.
func forbidden(name string) string {
	switch name {
	case "time.Now", "time.Since", "time.Until", "time.Local", "time.LoadLocation", "time.Time.Local":
		return "a run reads the time from runtime.Clock only"
	case "time.Sleep", "time.After", "time.AfterFunc", "time.NewTimer", "time.NewTicker", "time.Tick":
		return "a run waits with runtime.Clock only"
	case "context.WithTimeout", "context.WithTimeoutCause", "context.WithDeadline", "context.WithDeadlineCause":
		return "that is the system clock; a limit is data that a Clock or Transport acts on"
	case "context.AfterFunc", "sync.WaitGroup.Go":
		return "concurrency lives in drivers"
	}
	return ""
}

// showsOrder reports whether what the named function returns or calls comes in
// the order of a map.
func showsOrder(name string) bool {
	switch name {
	case "maps.All", "maps.Keys", "maps.Values", "sync.Map.Range", "reflect.Value.MapKeys", "reflect.Value.MapRange", "reflect.Value.Seq", "reflect.Value.Seq2":
		return true
	}
	return false
}

// losesOrder reports whether a function makes the same of its argument in
// whatever order that comes.
func losesOrder(object types.Object) bool {
	switch qualifiedName(object) {
	case "slices.Sorted", "maps.Collect", "maps.Insert":
		return true
	}
	return false
}

// overMap reports whether a range over a value of the type visits a map.
func overMap(t types.Type) bool {
	if parameter, ok := t.(*types.TypeParam); ok {
		if set, ok := parameter.Underlying().(*types.Interface); ok {
			for embedded := range set.EmbeddedTypes() {
				if union, ok := embedded.(*types.Union); ok {
					for term := range union.Terms() {
						if overMap(term.Type()) {
							return true
						}
					}
				}
			}
		}
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func isDefault(clause ast.Stmt) bool {
	communication, ok := clause.(*ast.CommClause)
	return ok && communication.Comm == nil
}

// calledName returns the last name of what is called, nil if it has none.
func calledName(call *ast.CallExpr) *ast.Ident {
	switch called := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return called
	case *ast.SelectorExpr:
		return called.Sel
	}
	return nil
}

// qualifiedName returns "package.Name" or "package.Type.Method" of an object at
// the top of a package, else "".
func qualifiedName(object types.Object) string {
	if object == nil || object.Pkg() == nil {
		return ""
	}
	if function, ok := object.(*types.Func); ok {
		if receiver := function.Signature().Recv(); receiver != nil {
			t := receiver.Type()
			if pointer, ok := t.(*types.Pointer); ok {
				t = pointer.Elem()
			}
			if named, ok := t.(*types.Named); ok {
				return object.Pkg().Path() + "." + named.Obj().Name() + "." + object.Name()
			}
			return ""
		}
	}
	if object.Parent() != object.Pkg().Scope() {
		return ""
	}
	return object.Pkg().Path() + "." + object.Name()
}

// orderReasons returns the lines that a comment "// order: …" speaks for: its
// own and the next.
func orderReasons(fset *token.FileSet, file *ast.File) map[int]bool {
	lines := map[int]bool{}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			reason, ok := strings.CutPrefix(comment.Text, "// order:")
			if ok && strings.TrimSpace(reason) != "" {
				line := fset.Position(comment.Pos()).Line
				lines[line], lines[line+1] = true, true
			}
		}
	}
	return lines
}

// compiledImporter imports what the build cache holds of the packages and of
// what they need; the go command compiles what is missing.
func compiledImporter(t *testing.T, fset *token.FileSet, packages ...string) types.Importer {
	t.Helper()
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}, packages...)
	compiled := map[string]string{}
	for line := range strings.Lines(goCommand(t, args...)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			compiled[name] = file
		}
	}
	return importer.ForCompiler(fset, "gc", func(name string) (io.ReadCloser, error) {
		file, ok := compiled[name]
		if !ok {
			return nil, fmt.Errorf("package %q is not in the build", name)
		}
		return os.Open(file)
	})
}
