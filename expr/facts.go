package expr

import (
	"slices"
	"strings"
)

// Types is a set of JSON types. The zero value says that the type is not known.
type Types uint8

// The types of JSON. An integer is a number.
const (
	TypeNull Types = 1 << iota
	TypeBoolean
	TypeNumber
	TypeString
	TypeArray
	TypeObject
)

// Only reports whether the types are known and all among others.
func (t Types) Only(others Types) bool { return t != 0 && t&^others == 0 }

// Facts are what is known of the value of an expression before there is one,
// from the schemas of inputs and API descriptions. The zero value: nothing.
type Facts struct {
	Types Types
	// Present says that there always is a value. It may be null if Types admits it.
	Present bool
	// Filled says that an object always has a member.
	Filled bool
	// Declared says that a schema lists the member that the expression names.
	Declared bool
	// Texts are all texts that the value can be. Nil: any.
	Texts []string
}

// distinct reports whether no text that the value can be differs from another by
// the case of letters only.
func (f Facts) distinct(text string) bool {
	return f.Texts != nil && !slices.ContainsFunc(f.Texts, func(t string) bool { return t != text && strings.EqualFold(t, text) })
}

// Values tells what is known of values. Implementations must be safe for
// concurrent use.
type Values interface {
	// Describe returns what is known of an expression, which may have a pointer
	// that leads on into the value.
	Describe(e *Expression) Facts
}

// describe asks the options for the facts about an expression.
func (o Options) describe(e *Expression) Facts {
	if o.Values == nil || e == nil {
		return Facts{}
	}
	return o.Values.Describe(e)
}

// inside returns an expression for a part of the value of another.
func (e *Expression) inside(steps []pathStep) *Expression {
	part := *e
	part.alternative, part.HasPointer = nil, true
	part.Pointer = append(Pointer{}, e.Pointer...)
	for _, s := range steps {
		if s.isIndex && s.index < 0 {
			return nil
		}
		part.Pointer = append(part.Pointer, s.token())
	}
	if e.Whole && len(part.Pointer) > 0 {
		part.Whole, part.Name = false, part.Pointer[0]
		part.Pointer = part.Pointer[1:]
	}
	part.HasPointer = len(part.Pointer) > 0
	if e.dynamic != nil {
		part.dynamic = append(append([]*Expression{}, e.dynamic...), make([]*Expression, len(steps))...)
	}
	part.source = part.String()
	return &part
}
