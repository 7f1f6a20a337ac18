package arazzo

// Info is metadata about a document (Arazzo 1.1.0, Info Object).
type Info struct {
	Origin
	Title, Summary, Description, Version string
}

func (d *decoder) info(n *node) Info {
	info := Info{Origin: d.at(n)}
	for _, m := range d.members(n, infoObject) {
		switch m.key {
		case "title":
			info.Title = d.text(m)
		case "summary":
			info.Summary = d.text(m)
		case "description":
			info.Description = d.text(m)
		case "version":
			info.Version = d.text(m)
		}
	}
	return info
}
