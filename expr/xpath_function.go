package expr

import (
	"math"
	"strings"
	"unicode/utf8"
)

// xpathArgument is what a function takes as an argument.
type xpathArgument int

const (
	argNodes   xpathArgument = iota // a node-set
	argString                       // converted as by string()
	argNumber                       // converted as by number()
	argBoolean                      // the effective boolean value
	argAtomic                       // any value; a node stands for its text
)

// xpathFunction is the signature of a function.
type xpathFunction struct {
	args     []xpathArgument
	optional int // how many of the last may be left out
	variadic bool
	result   xpathType
	measure  xpathMeasure
	later    bool // the function came with XPath 2.0
}

func (f *xpathFunction) arity() (least, most int) {
	if f.variadic {
		return len(f.args), -1
	}
	return len(f.args) - f.optional, len(f.args)
}

func (f *xpathFunction) argument(i int) xpathArgument { return f.args[min(i, len(f.args)-1)] }

// xpathFunctionNamed returns the signature of a function.
//
// XPath 1.0, section 4, and those of later versions that need nothing else.
func xpathFunctionNamed(name string) (xpathFunction, bool) {
	list := func(args ...xpathArgument) []xpathArgument { return args }
	switch name {
	case "last", "position":
		return xpathFunction{result: typeNumber, measure: measureInteger}, true
	case "count":
		return xpathFunction{args: list(argNodes), result: typeNumber, measure: measureInteger}, true
	case "sum":
		return xpathFunction{args: list(argNodes), result: typeNumber, measure: measureDouble}, true
	case "local-name", "namespace-uri", "name":
		return xpathFunction{args: list(argNodes), optional: 1, result: typeString}, true
	case "string":
		return xpathFunction{args: list(argAtomic), optional: 1, result: typeString}, true
	case "concat":
		return xpathFunction{args: list(argAtomic, argAtomic), variadic: true, result: typeString}, true
	case "starts-with", "contains":
		return xpathFunction{args: list(argString, argString), result: typeBoolean}, true
	case "ends-with", "matches":
		return xpathFunction{args: list(argString, argString), result: typeBoolean, later: true}, true
	case "substring-before", "substring-after":
		return xpathFunction{args: list(argString, argString), result: typeString}, true
	case "substring":
		return xpathFunction{args: list(argString, argNumber, argNumber), optional: 1, result: typeString}, true
	case "string-length":
		return xpathFunction{args: list(argString), optional: 1, result: typeNumber, measure: measureInteger}, true
	case "normalize-space":
		return xpathFunction{args: list(argString), optional: 1, result: typeString}, true
	case "translate":
		return xpathFunction{args: list(argString, argString, argString), result: typeString}, true
	case "boolean", "not":
		return xpathFunction{args: list(argBoolean), result: typeBoolean}, true
	case "true", "false":
		return xpathFunction{result: typeBoolean}, true
	case "lang":
		return xpathFunction{args: list(argString), result: typeBoolean}, true
	case "exists", "empty":
		return xpathFunction{args: list(argNodes), result: typeBoolean, later: true}, true
	case "number":
		return xpathFunction{args: list(argAtomic), optional: 1, result: typeNumber, measure: measureDouble}, true
	case "floor", "ceiling", "round":
		return xpathFunction{args: list(argNumber), result: typeNumber}, true
	default:
		return xpathFunction{}, false
	}
}

func xpathFunctionNames(later bool) []string {
	names := strings.Fields(`last position count sum local-name namespace-uri name string concat starts-with contains
		substring-before substring-after substring string-length normalize-space translate boolean not true false lang
		number floor ceiling round`)
	if later {
		names = append(names, "ends-with", "matches", "exists", "empty")
	}
	return names
}

// call evaluates a function.
func (ev *xpathEvaluation) call(n *xpathNode, c xpathContext) (any, error) {
	switch n.op {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "position":
		return ev.integer(c.position), nil
	case "last":
		return ev.integer(c.size), nil
	case "boolean", "not":
		v, err := ev.value(n.args[0], c)
		return ev.truth(v) == (n.op == "boolean"), err
	case "count", "sum", "exists", "empty":
		return ev.aggregate(n, c)
	case "local-name", "namespace-uri", "name":
		return ev.nodeName(n, c)
	case "string", "concat", "number":
		return ev.convert(n, c)
	case "floor", "ceiling", "round":
		return ev.whole(n, c)
	case "lang":
		lang, err := ev.stringOf(n, 0, c)
		return err == nil && ev.hasLanguage(c.node, lang), err
	default:
		return ev.textFunction(n, c)
	}
}

func (ev *xpathEvaluation) integer(n int) xpathNumber {
	if ev.later {
		return xpathNumber{float64(n), measureInteger}
	}
	return xpathNumber{float64(n), measureDouble}
}

func (ev *xpathEvaluation) aggregate(n *xpathNode, c xpathContext) (any, error) {
	nodes, err := ev.nodes(n.args[0], c)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "count":
		return ev.integer(len(nodes)), nil
	case "exists":
		return len(nodes) > 0, nil
	case "empty":
		return len(nodes) == 0, nil
	}
	if len(nodes) == 0 {
		return ev.integer(0), nil
	}
	sum := 0.0
	for _, node := range nodes {
		f, ok := parseNumber(ev.text(node), ev.later)
		if ev.later && (!ok || !ev.untyped(node)) {
			return nil, errNoXPathNumber("sum()")
		}
		sum += f
	}
	return xpathNumber{sum, measureDouble}, nil
}

func (ev *xpathEvaluation) nodeName(n *xpathNode, c xpathContext) (any, error) {
	node := c.node
	if len(n.args) > 0 {
		nodes, err := ev.nodes(n.args[0], c)
		if err != nil {
			return nil, err
		}
		if len(nodes) > 1 && ev.later {
			return nil, errManyNodes(n.op+"()", len(nodes))
		}
		if len(nodes) == 0 {
			return "", nil
		}
		node = nodes[0]
	}
	of := &ev.doc.nodes[node]
	switch {
	case n.op == "namespace-uri":
		return of.space, nil
	case n.op == "name" && of.prefix != "":
		return of.prefix + ":" + of.local, nil
	default:
		return of.local, nil
	}
}

// convert evaluates string(), concat() and number().
func (ev *xpathEvaluation) convert(n *xpathNode, c xpathContext) (any, error) {
	if len(n.args) == 0 {
		text := ev.text(c.node)
		if n.op == "string" {
			return text, nil
		}
		f, _ := parseNumber(text, ev.later)
		return xpathNumber{f, measureDouble}, nil
	}
	var joined strings.Builder
	for _, arg := range n.args {
		v, err := ev.value(arg, c)
		if err != nil {
			return nil, err
		}
		if nodes, is := v.(xpathNodes); is && len(nodes) > 1 && ev.later {
			return nil, errManyNodes(n.op+"()", len(nodes))
		}
		if n.op == "number" {
			f, _ := ev.toNumber(v)
			return xpathNumber{f, measureDouble}, nil
		}
		text := ev.toString(v)
		ev.charge(len(text) / 16)
		if n.op == "string" {
			return text, nil
		}
		joined.WriteString(text)
	}
	return joined.String(), nil
}

// whole evaluates floor(), ceiling() and round().
func (ev *xpathEvaluation) whole(n *xpathNode, c xpathContext) (any, error) {
	x, empty, err := ev.operand(n.args[0], c)
	if err != nil || empty {
		return xpathNodes(nil), err
	}
	switch n.op {
	case "floor":
		x.value = math.Floor(x.value)
	case "ceiling":
		x.value = math.Ceil(x.value)
	default:
		x.value = roundXPath(x.value)
	}
	return x, nil
}

// hasLanguage reports whether xml:lang gives the node the language or a
// dialect of it.
func (ev *xpathEvaluation) hasLanguage(node int32, lang string) bool {
	for {
		n := &ev.doc.nodes[node]
		ev.charge(1 + int(n.attributes))
		for i := int32(1); i <= n.attributes; i++ {
			a := &ev.doc.nodes[node+i]
			if a.local != "lang" || a.space != namespaceXML {
				continue
			}
			declared, lang := strings.ToLower(a.value), strings.ToLower(lang)
			return declared == lang || strings.HasPrefix(declared, lang+"-")
		}
		if node == 0 {
			return false
		}
		node = n.parent
	}
}

// textFunction evaluates the functions whose first argument is a string.
func (ev *xpathEvaluation) textFunction(n *xpathNode, c xpathContext) (any, error) {
	if len(n.args) == 0 { // string-length(), normalize-space()
		return ev.measureText(n.op, ev.text(c.node)), nil
	}
	text, err := ev.stringOf(n, 0, c)
	if err != nil {
		return nil, err
	}
	ev.charge(len(text) / 16)
	switch {
	case n.op == "substring":
		return ev.substring(n, text, c)
	case n.op == "matches":
		ev.charge(n.pattern.work(text) / (maxRegexpWork / maxXPathWork))
		return n.pattern.re.MatchString(text), nil
	case len(n.args) == 1:
		return ev.measureText(n.op, text), nil
	}
	second, err := ev.stringOf(n, 1, c)
	if err != nil {
		return nil, err
	}
	before, after, found := strings.Cut(text, second)
	switch n.op {
	case "starts-with":
		return strings.HasPrefix(text, second), nil
	case "ends-with":
		return strings.HasSuffix(text, second), nil
	case "contains":
		return found, nil
	case "substring-before":
		if !found {
			return "", nil
		}
		return before, nil
	case "substring-after":
		return after, nil
	default: // translate
		third, err := ev.stringOf(n, 2, c)
		return translate(text, second, third), err
	}
}

func (ev *xpathEvaluation) measureText(function, text string) any {
	if function == "string-length" {
		return ev.integer(utf8.RuneCountInString(text))
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), " ")
}

// substring selects the characters whose position p, counted from 1, is
// round(start) <= p < round(start) + round(length).
//
// XPath 1.0, section 4.2.
func (ev *xpathEvaluation) substring(n *xpathNode, text string, c xpathContext) (any, error) {
	start, empty, err := ev.operand(n.args[1], c)
	if err != nil {
		return nil, err
	}
	from, to := roundXPath(start.value), math.Inf(1)
	if len(n.args) > 2 && !empty {
		var length xpathNumber
		if length, empty, err = ev.operand(n.args[2], c); err != nil {
			return nil, err
		}
		to = from + roundXPath(length.value)
	}
	if empty {
		return nil, errNoXPathValue("substring()")
	}
	var b strings.Builder
	position := 0.0
	for _, r := range text {
		position++
		if position >= from && position < to {
			b.WriteRune(r)
		}
	}
	return b.String(), nil
}

// translate replaces the characters of one string by those at the same place
// of another, and drops those that have none there.
func translate(text, from, to string) string {
	replacements := map[rune]rune{}
	targets := []rune(to)
	at := 0
	for _, r := range from {
		if _, seen := replacements[r]; !seen {
			replacements[r] = -1
			if at < len(targets) {
				replacements[r] = targets[at]
			}
		}
		at++
	}
	return strings.Map(func(r rune) rune {
		if changed, is := replacements[r]; is {
			return changed
		}
		return r
	}, text)
}
