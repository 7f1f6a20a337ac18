package arazzo

// SourceDescription names a document that workflows use (Arazzo 1.1.0, Source
// Description Object).
type SourceDescription struct {
	Origin
	Name string
	// URL is the reference as it is written.
	URL string
	// Type is "openapi", "arazzo", "asyncapi", or empty if it is not given.
	Type string
}

func (d *decoder) sourceDescription(n *node) *SourceDescription {
	s := &SourceDescription{Origin: d.at(n)}
	for _, m := range d.members(n, sourceObject) {
		switch m.key {
		case "name":
			s.Name = d.text(m)
		case "url":
			s.URL = d.text(m)
		case "type":
			s.Type = d.text(m)
		}
	}
	return s
}
