package runtime

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// replaced returns the payload with its replacements, in their order. The payload
// itself is not changed, since it may belong to an input. The text of a JSON
// payload is read before something in it is replaced; an XPath is applied to the
// XML that is made of a payload that is no text.
//
// Arazzo 1.1.0, Payload Replacement Object.
func (b *requestBuilder) replaced(v any, media string) (any, *Failure) {
	kind := wire.KindOf(media)
	for i, r := range b.step.body.replacements {
		text, isText := v.(string)
		switch {
		case i == 0 && isText && kind == wire.KindJSON:
			parsed, err := decodeJSON([]byte(text))
			if err != nil {
				return nil, b.invalidPayload(err)
			}
			v = parsed
		case !isText && kind == wire.KindXML && r.selector.Spec().Type == "xpath":
			body := wire.Body{
				MediaType: wire.Bare(media), Order: b.step.body.order, Read: b.readFile,
				Declared: wire.Declaration(b.declaredContent(), media),
			}
			content, err := body.Write(v)
			if err != nil {
				return nil, b.invalidPayload(err)
			}
			v = string(content.Data)
		}
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
