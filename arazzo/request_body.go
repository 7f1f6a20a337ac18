package arazzo

// RequestBody is the content that a step sends (Arazzo 1.1.0, Request Body
// Object).
type RequestBody struct {
	Origin
	// ContentType is empty if the operation decides.
	ContentType  string
	Payload      Value
	Replacements []*PayloadReplacement
}

func (d *decoder) requestBody(n *node) *RequestBody {
	b := &RequestBody{Origin: d.at(n)}
	for _, m := range d.members(n, requestBodyObject) {
		switch m.key {
		case "contentType":
			b.ContentType = d.text(m)
		case "payload":
			b.Payload = d.value(m)
		case "replacements":
			b.Replacements = decodeList(d, m, 0, d.replacement)
		}
	}
	return b
}
