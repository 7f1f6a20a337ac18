package openapi

// content reads the media types of a body.
func (r *resolver) content(body place) []MediaType {
	list := memberOf([]place{body}, "content")
	var types []MediaType
	known := make(map[string]int)
	r.members(list, "content", func(at place, f field) {
		m := r.mediaType(at, f.name)
		if i, ok := known[f.name]; ok {
			types[i] = m
			return
		}
		known[f.name] = len(types)
		types = append(types, m)
	})
	return types
}

func (r *resolver) mediaType(p place, name string) MediaType {
	m := MediaType{Name: name, object: p}
	if target, ok := r.followPlace(p); ok { // OpenAPI 3.2 has references here
		p, m.object = target, target
	}
	m.Schema = r.schemaMember(p, "schema")
	m.ItemSchema = r.schemaMember(p, "itemSchema")
	list := memberOf([]place{p}, "encoding")
	known := make(map[string]int)
	r.members(list, "encoding", func(at place, f field) {
		e := r.encoding(at, f.name)
		if i, ok := known[f.name]; ok {
			m.Encoding[i] = e
			return
		}
		known[f.name] = len(m.Encoding)
		m.Encoding = append(m.Encoding, e)
	})
	r.elements(memberOf([]place{p}, "prefixEncoding"), "prefixEncoding", func(at place, _ string) {
		m.PrefixEncoding = append(m.PrefixEncoding, r.encoding(at, ""))
	})
	if item, ok := p.member(p.found, "itemEncoding"); ok && item.found.kind() == kindObject {
		e := r.encoding(item, "")
		m.ItemEncoding = &e
	}
	return m
}

func (r *resolver) schemaMember(p place, name string) *Schema {
	member, ok := p.member(p.found, name)
	if !ok {
		return nil
	}
	return r.schema(member, member.found)
}

func (r *resolver) encoding(p place, name string) Encoding {
	e := Encoding{Name: name, Headers: r.headers(p)}
	e.ContentType, _ = p.found.member("contentType").text()
	for _, stated := range []string{"style", "explode", "allowReserved"} {
		e.Styled = e.Styled || p.found.member(stated).exists()
	}
	styled := Parameter{Name: name, In: "query"}
	r.style(&styled, p.found)
	e.Style, e.Explode = styled.Style, styled.Explode
	e.AllowReserved = p.found.member("allowReserved").isTrue()
	return e
}

// headers reads the Header Objects of a response or an encoding. They are
// parameters without a name and a location of their own.
func (r *resolver) headers(p place) []Parameter {
	list := memberOf([]place{p}, "headers")
	var out []Parameter
	r.members(list, "headers", func(at place, f field) {
		h, ok := r.followPlace(at)
		if !ok {
			return
		}
		header := Parameter{Name: f.name, In: "header", Required: h.found.member("required").isTrue(), Range: f.value.place(f.keyStart())}
		r.describe(&header, h)
		out = append(out, header)
	})
	return out
}

// example returns the first example that an object gives in "example" or
// "examples".
//
// OpenAPI 3.1.1, Fixed Fields for use with schema: "examples" maps names to
// Example Objects; 3.2.0 adds dataValue to these.
func (p place) example() (x any, ok bool) {
	if p.source == nil {
		return nil, false
	}
	p.read(func(r *resolver, v value) {
		x, ok = nil, false
		for _, name := range []string{"example", "x-example"} { // the latter in Swagger 2.0
			if single := v.member(name); single.exists() {
				x, ok = r.json(single)
				return
			}
		}
		v.member("examples").fields(func(f field) bool {
			object, found := r.follow(f.value)
			if !found {
				return true
			}
			for _, name := range []string{"dataValue", "value"} {
				if content := object.member(name); content.exists() {
					x, ok = r.json(content)
					return !ok
				}
			}
			return true
		})
	})
	return x, ok
}
