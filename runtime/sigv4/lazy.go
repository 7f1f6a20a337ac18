package sigv4

import (
	"regexp"
	"sync"
)

// lazyRegexp compiles a pattern when it is first used. A run that calls no
// service of AWS, as most do not, then starts without the cost.
func lazyRegexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
