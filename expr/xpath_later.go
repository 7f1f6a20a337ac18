package expr

import "slices"

// isXPathClause reports whether the name, followed by a variable, begins an
// expression of XPath 2.0 or later.
func isXPathClause(name string) bool {
	return name == "for" || name == "some" || name == "every" || name == "let"
}

func clauseVersion(name string) string {
	if name == "let" {
		return "3.0"
	}
	return "2.0"
}

// laterSyntax returns the error about a token that XPath 1.0 does not have at
// this place but a later version may, or nil.
func laterSyntax(t *xpathToken) *SyntaxError {
	what := "`" + t.text + "`"
	if t.kind == tokenName && t.prefix == "" {
		switch t.text {
		case "eq", "ne", "lt", "le", "gt", "ge":
			return needsXPath(t.at, t.end, what, "2.0").withHint("write " + generalComparison(t.text))
		case "is", "to", "idiv", "intersect", "except", "return", "satisfies", "then", "else":
			return needsXPath(t.at, t.end, what, "2.0")
		case "union":
			return needsXPath(t.at, t.end, what, "2.0").withHint("write |")
		case "instance", "treat", "castable", "cast":
			second := "as"
			if t.text == "instance" {
				second = "of"
			}
			return needsXPath(t.at, t.end, "`"+t.text+" "+second+"`", "2.0")
		}
		return nil
	}
	if t.kind != tokenSymbol {
		return nil
	}
	switch t.text {
	case ",":
		return needsXPath(t.at, t.end, "a sequence made with a comma", "2.0")
	case "<<", ">>":
		return needsXPath(t.at, t.end, what, "2.0")
	case "(:":
		return needsXPath(t.at, t.end, "a comment", "2.0").withHint("leave the comment out")
	case "||":
		return needsXPath(t.at, t.end, what, "3.0").withHint("write or for a condition, concat() to join text")
	case "!":
		return needsXPath(t.at, t.end, what, "3.0").withHint("write not(…) for a negation")
	case "=>":
		return needsXPath(t.at, t.end, what, "3.1")
	case ":=", "#":
		return needsXPath(t.at, t.end, what, "3.0")
	case "?", "{", "}", "[":
		return needsXPath(t.at, t.end, what+" here", "3.1")
	default:
		return nil
	}
}

// generalComparison returns the operator of XPath 1.0 for a value comparison.
func generalComparison(op string) string {
	switch op {
	case "eq":
		return "="
	case "ne":
		return "!="
	case "lt":
		return "<"
	case "le":
		return "<="
	case "gt":
		return ">"
	default:
		return ">="
	}
}

// checkFunctionName refuses functions that are not answered. It takes the
// prefix "fn" off a name.
func checkFunctionName(name *xpathToken, later bool) *SyntaxError {
	full := name.text
	if name.prefix != "" {
		full = name.prefix + ":" + name.text
	}
	switch {
	case name.prefix == "fn" && later:
	case name.prefix == "xs":
		return needsXPath(name.at, name.end, "the constructor "+shorten(full)+"()", "2.0").withHint("write number(…) or string(…)")
	case name.prefix != "":
		return needsXPath(name.at, name.end, "the function "+shorten(full)+"()", "2.0")
	}
	switch name.text {
	case "if":
		return needsXPath(name.at, name.end, "`if`", "2.0").withHint("write two criteria, or join conditions with and, or")
	case "function":
		return needsXPath(name.at, name.end, "`function`", "3.0")
	case "id":
		return syntaxErrorf(name.at, name.end, "compare the attribute: //*[@id = '…']", "id() needs a document type declaration, and documents that have one are refused")
	}
	if slices.Contains([]string{"element", "attribute", "schema-element", "schema-attribute", "document-node", "item", "namespace-node"}, name.text) {
		return needsXPath(name.at, name.end, "the test "+name.text+"()", "2.0")
	}
	f, known := xpathFunctionNamed(name.text)
	switch {
	case !known:
		hint := "say it in XPath 1.0, or in a criterion or selector of another type"
		if near, ok := nearest(name.text, xpathFunctionNames(later)); ok {
			hint = "did you mean " + near + "()?"
		}
		return syntaxErrorf(name.at, name.end, hint, "the function %s() is not in XPath 1.0, and later versions are not supported", shorten(full))
	case f.later && !later:
		return needsXPath(name.at, name.end, "the function "+name.text+"()", "2.0")
	}
	return nil
}
