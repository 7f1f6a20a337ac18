package runtime

import "github.com/seed-d89508e2/arazzo/arazzo"

// Reach says on whose word a request goes where it goes, so that a [Transport]
// can keep strangers from sending it to places that only the user may name. It
// is plain data. The zero value stands for a destination that documents on the
// user's own machine name.
type Reach struct {
	// Document is the URL of a document that came from the network and on whose
	// word the request is made. Empty: no such document has a part in it.
	Document string `json:"document,omitempty"`
	// Server is the base URL that the user named for the request. Empty: the
	// server is that of a document.
	Server string `json:"server,omitempty"`
}

// onWordOf is the reach of a request in which a document has a part too. The
// first one from the network counts.
func (r Reach) onWordOf(document string) Reach {
	if r.Document == "" && arazzo.IsRemote(document) {
		r.Document = document
	}
	return r
}
