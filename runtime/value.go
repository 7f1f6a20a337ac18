package runtime

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// value is a compiled value of the document: a constant, an expression, a text
// with expressions in it, or an object or array of such.
type value struct {
	origin   arazzo.Origin
	constant any
	// template is set for a string that holds an expression.
	template *expr.Template
	// context and selector are set for a Selector Object.
	context  *expr.Expression
	selector *expr.Selector
	members  []member
	elements []*value
	kind     valueKind
}

type valueKind uint8

const (
	constantValue valueKind = iota
	templateValue
	objectValue
	arrayValue
	selectorValue
)

type member struct {
	name string
	// template is set for a name that holds an expression.
	template *expr.Template
	value    *value
}

// named returns the name of the member. A name has to have a value.
func (m *member) named(env expr.Environment) (string, *absence) {
	if m.template == nil {
		return m.name, nil
	}
	v, ok := m.template.Evaluate(env)
	if !ok {
		return "", &absence{origin: m.value.origin, expression: m.template.Missing(env)}
	}
	return expr.Text(v), nil
}

// absence says that a value could not be computed because something it needs
// is absent.
type absence struct {
	origin     arazzo.Origin
	expression *expr.Expression
	// err says why a selector could not be applied, if that is the reason.
	err error
}

var errTextTooLarge = errors.New("it embeds what is too large for a text")

func (c *compiler) value(v arazzo.Value) *value {
	out := &value{origin: v.Origin}
	switch v.Kind() {
	case arazzo.Object:
		if c.expr.Version != expr.V1_0 && arazzo.IsSelector(v) {
			return c.selectorObject(v)
		}
		out.kind = objectValue
		for name, m := range v.Members() {
			t, _, _ := expr.ParseMemberName(name, c.expr)
			out.members = append(out.members, member{name: name, template: t, value: c.value(m)})
		}
	case arazzo.Array:
		out.kind = arrayValue
		for _, e := range v.Elements() {
			out.elements = append(out.elements, c.value(e))
		}
	case arazzo.String:
		text, _ := v.Text()
		t := c.template(v.Origin, text)
		if t == nil {
			return out
		}
		if s, ok := t.Literal(); ok {
			out.constant = s
			return out
		}
		out.kind, out.template = templateValue, t
	default:
		out.constant = v.JSON()
	}
	return out
}

// selectorObject compiles a Selector Object (Arazzo 1.1.0, Selector Object).
func (c *compiler) selectorObject(v arazzo.Value) *value {
	out := &value{origin: v.Origin, kind: selectorValue}
	spec := expr.SelectorSpec{}
	spec.Selector, _ = v.Member("selector").Text()
	if t := v.Member("type"); t.Kind() == arazzo.Object {
		spec.Type, _ = t.Member("type").Text()
		spec.Version, _ = t.Member("version").Text()
	} else {
		spec.Type, _ = t.Text()
	}
	text, _ := v.Member("context").Text()
	var err error
	if out.context, _, err = expr.ParseExpression(text, c.expr); err != nil {
		c.syntaxProblem(v.Field("context"), "invalid-expression", err)
	}
	if out.selector, _, err = expr.CompileSelector(spec, c.expr); err != nil {
		c.selectorProblem(v.Field("selector"), v.Field("type"), err)
	}
	return out
}

// eval computes the value. It reports false if the whole value is absent or
// something in it that may not be left out is.
func (v *value) eval(env expr.Environment) (any, bool) {
	result, missing := v.resolve(env)
	return result, missing == nil
}

// resolve computes the value. Members of objects whose whole value is absent
// are left out; anything else that is absent makes the value absent, and the
// absence says what is missing.
func (v *value) resolve(env expr.Environment) (any, *absence) {
	switch v.kind {
	case constantValue:
		return v.constant, nil
	case templateValue:
		if result, ok := v.template.Evaluate(env); ok {
			return result, nil
		}
		missing := &absence{origin: v.origin, expression: v.template.Missing(env)}
		if missing.expression == nil {
			missing.err = errTextTooLarge
		}
		return nil, missing
	case selectorValue:
		evaluate := v.context.Evaluate
		if v.selector.Spec().Type != "xpath" {
			evaluate = v.context.EvaluateStructured
		}
		root, ok := evaluate(env)
		if !ok {
			return nil, &absence{origin: v.origin, expression: v.context}
		}
		selected, ok, err := v.selector.Select(env, root)
		if err != nil || !ok {
			return nil, &absence{origin: v.origin, expression: v.context, err: err}
		}
		return selected, nil
	case objectValue:
		out := make(map[string]any, len(v.members))
		for i := range v.members {
			m := &v.members[i]
			result, missing := m.value.resolve(env)
			if missing != nil {
				if m.value.isWhole() {
					leaveOut(env, missing)
					continue
				}
				return nil, missing
			}
			name, missing := m.named(env)
			if missing != nil {
				return nil, missing
			}
			out[name] = result
		}
		return out, nil
	case arrayValue:
		out := make([]any, len(v.elements))
		for i, e := range v.elements {
			result, missing := e.resolve(env)
			if missing != nil {
				return nil, missing
			}
			out[i] = result
		}
		return out, nil
	default:
		return nil, &absence{origin: v.origin}
	}
}

// leaveOut tells whoever wants to know of a member that is left out.
func leaveOut(env expr.Environment, missing *absence) {
	if e, is := env.(*environment); is && e.leftOut != nil {
		e.leftOut(missing)
	}
}

// isWhole reports whether the value is one expression, or one Selector Object,
// and nothing else.
func (v *value) isWhole() bool {
	if v.kind == selectorValue {
		return true
	}
	if v.kind != templateValue {
		return false
	}
	_, ok := v.template.Whole()
	return ok
}

// appendJSON writes the value as JSON, members in the order of the document.
func (v *value) appendJSON(buf []byte, env expr.Environment) ([]byte, *absence, error) {
	switch v.kind {
	case objectValue:
		buf = append(buf, '{')
		first := true
		for i := range v.members {
			m := &v.members[i]
			mark := len(buf)
			if !first {
				buf = append(buf, ',')
			}
			name, missing := m.named(env)
			if missing != nil {
				return buf, missing, nil
			}
			buf = wire.AppendJSONString(buf, name)
			buf = append(buf, ':')
			out, missing, err := m.value.appendJSON(buf, env)
			switch {
			case err != nil:
				return buf, nil, err
			case missing != nil && m.value.isWhole():
				leaveOut(env, missing)
				buf = buf[:mark]
				continue
			case missing != nil:
				return buf, missing, nil
			}
			buf, first = out, false
		}
		return append(buf, '}'), nil, nil
	case arrayValue:
		buf = append(buf, '[')
		for i, e := range v.elements {
			if i > 0 {
				buf = append(buf, ',')
			}
			var missing *absence
			var err error
			if buf, missing, err = e.appendJSON(buf, env); missing != nil || err != nil {
				return buf, missing, err
			}
		}
		return append(buf, ']'), nil, nil
	default:
		result, missing := v.resolve(env)
		if missing != nil {
			return buf, missing, nil
		}
		buf, err := wire.AppendJSON(buf, result, nil)
		return buf, nil, err
	}
}

// order returns the order of the members of the objects that are spelt out in the
// value, or nil if there are none.
func (v *value) order() *wire.Order {
	switch v.kind {
	case objectValue:
		o := &wire.Order{}
		for _, m := range v.members {
			o.Names = append(o.Names, m.name)
			o.Members = append(o.Members, m.value.order())
		}
		return o
	case arrayValue:
		o := &wire.Order{}
		for _, e := range v.elements {
			o.Elements = append(o.Elements, e.order())
		}
		return o
	default:
		return nil
	}
}

// sortedKeys returns the names of the members of an object, sorted.
func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// numberValue boxes an integer as a JSON number.
func numberValue(n int) any { return json.Number(strconv.Itoa(n)) }
