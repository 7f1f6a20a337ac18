package runtime

import "fmt"

// replace applies the payload replacements in their order. The payload itself
// is not changed, since it may belong to an input.
//
// Arazzo 1.1.0, Payload Replacement Object.
func (b *requestBuilder) replace(v any) (any, *Failure) {
	for _, r := range b.step.body.replacements {
		set, missing := r.value.resolve(b.env)
		if missing != nil {
			return nil, b.absent(fmt.Sprintf("the replacement of %q", r.target), missing)
		}
		changed, err := r.selector.Replace(b.env, v, set)
		if err != nil {
			f := b.fail("replacement-failed", fmt.Sprintf("step %q cannot be sent: the replacement of %q failed: %v", b.step.id, r.target, err), "")
			f.Range = r.origin.Range()
			return nil, f
		}
		v = changed
	}
	return v, nil
}
