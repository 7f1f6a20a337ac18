package expr

import "errors"

// xpathSelector selects inside XML.
type xpathSelector struct{}

func compileXPathSelector(s SelectorSpec) (*xpathSelector, *SyntaxError) {
	return nil, &SyntaxError{End: len(s.Selector), Message: "xpath selectors are not supported yet"}
}

var errXPath = errors.New("xpath selectors are not supported yet")

func (*xpathSelector) selectFrom(any) (any, bool, error) { return nil, false, errXPath }
func (*xpathSelector) replaceIn(_, _ any) (any, error)   { return nil, errXPath }
