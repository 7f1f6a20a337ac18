package sample

import (
	"encoding/json"
	"math/big"
)

// bounds are the numbers that a schema admits.
type bounds struct {
	least, most         *big.Rat // nil: none
	openLeast, openMost bool
	step                *big.Rat // nil: none
}

// boundsOf reads the keywords for numbers. In OpenAPI 3.0 exclusiveMinimum and
// exclusiveMaximum are booleans.
func boundsOf(m interface{ Keyword(string) (any, bool) }) bounds {
	var b bounds
	b.least, b.openLeast = bound(m, "minimum", "exclusiveMinimum", 1)
	b.most, b.openMost = bound(m, "maximum", "exclusiveMaximum", -1)
	if v, ok := m.Keyword("multipleOf"); ok {
		if step := rational(v); step != nil && step.Sign() > 0 {
			b.step = step
		}
	}
	return b
}

// bound reads a bound in both of its forms. The narrower one counts: sign is 1
// if that is the larger.
func bound(m interface{ Keyword(string) (any, bool) }, closed, open string, sign int) (limit *big.Rat, exclusive bool) {
	if v, ok := m.Keyword(closed); ok {
		limit = rational(v)
	}
	v, ok := m.Keyword(open)
	if !ok {
		return limit, false
	}
	if flag, is := v.(bool); is {
		return limit, flag
	}
	if other := rational(v); other != nil && (limit == nil || other.Cmp(limit)*sign >= 0) {
		return other, true
	}
	return limit, false
}

// rational returns a number exactly, or nil for what is no number or one that
// is written with so large an exponent that its digits would fill the memory.
func rational(v any) *big.Rat {
	n, ok := v.(json.Number)
	if !ok || len(n) > 400 {
		return nil
	}
	if f, err := n.Float64(); err != nil || f != 0 && (f < 1e-300 && f > -1e-300) {
		return nil
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return nil
	}
	return r
}

func (b bounds) admit(r *big.Rat) bool {
	if b.least != nil {
		if c := r.Cmp(b.least); c < 0 || c == 0 && b.openLeast {
			return false
		}
	}
	if b.most != nil {
		if c := r.Cmp(b.most); c > 0 || c == 0 && b.openMost {
			return false
		}
	}
	return b.step == nil || new(big.Rat).Quo(r, b.step).IsInt()
}

// number returns a number within the bounds, a small one if nothing is said.
func (g *generator) number(m merged, integer bool, at place) any {
	b := boundsOf(m)
	preferred := []*big.Rat{big.NewRat(int64(1+at.index), 1)}
	switch {
	case integer && m.Format() == "int64":
		// One that a float64 cannot hold shows who cuts digits off.
		preferred = append([]*big.Rat{big.NewRat(1<<53+1+int64(at.index), 1)}, preferred...)
	case !integer:
		preferred = append([]*big.Rat{big.NewRat(int64(3+2*at.index), 2)}, preferred...)
	}
	unit := big.NewRat(1, 1)
	if b.step != nil {
		unit = b.step
	}
	for _, end := range []struct {
		limit *big.Rat
		sign  int64
	}{{b.least, 1}, {b.most, -1}} {
		if end.limit == nil {
			continue
		}
		steps := new(big.Rat).Quo(end.limit, unit)
		floor := new(big.Int).Div(steps.Num(), steps.Denom())
		for _, shift := range []int64{0, 1, -1} {
			whole := new(big.Int).Add(floor, big.NewInt(shift+end.sign*int64(at.index)))
			preferred = append(preferred, new(big.Rat).Mul(new(big.Rat).SetInt(whole), unit))
		}
		preferred = append(preferred, end.limit)
	}
	if b.least != nil && b.most != nil {
		middle := new(big.Rat).Add(b.least, b.most)
		preferred = append(preferred, middle.Quo(middle, big.NewRat(2, 1)))
	}
	preferred = append(preferred, unit, new(big.Rat))
	for _, r := range preferred {
		if b.admit(r) && (!integer || r.IsInt()) {
			return jsonNumber(r)
		}
	}
	return decimal(1)
}

// jsonNumber writes a number with at most 17 digits after the point.
func jsonNumber(r *big.Rat) json.Number {
	if r.IsInt() {
		return json.Number(r.Num().String())
	}
	digits, exact := r.FloatPrec()
	if !exact || digits > 17 {
		digits = 17
	}
	return json.Number(r.FloatString(digits))
}
