package auth

import "context"

// Environment is a [Source] that finds credentials in variables which are named
// for source and scheme: ARAZZO_PETS_APIKEY for the scheme "apiKey" of the
// source "pets". See [Variable].
type Environment struct {
	// Lookup returns the value of a variable; "" means that it is not set. In a
	// command it is os.Getenv. Nil: none is set.
	Lookup func(name string) string
}

// Variable returns the name of the environment variable that holds a value for
// a scheme: ARAZZO_<SOURCE>_<SCHEME>, with a suffix for all but [FieldValue]. Letters
// are put in upper case; what is neither a letter nor a digit of ASCII becomes
// "_".
func Variable(source, scheme string, field Field) string {
	return "ARAZZO_" + fold(source) + "_" + fold(scheme) + field.suffix()
}

func fold(name string) string {
	out := []byte(name[:0])
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z':
			out = append(out, byte(c)-'a'+'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			out = append(out, byte(c))
		default:
			out = append(out, '_')
		}
	}
	return string(out)
}

// Credential reads the variables of the scheme.
func (e Environment) Credential(_ context.Context, source, scheme string) (*Credential, error) {
	if e.Lookup == nil || scheme == "" {
		return nil, nil
	}
	var c Credential
	found := false
	for _, field := range fields() {
		text := e.Lookup(Variable(source, scheme, field))
		if text == "" {
			continue
		}
		found = true
		c.set(field, text)
	}
	if !found {
		return nil, nil
	}
	c.Origin = Variable(source, scheme, FieldValue)
	return &c, nil
}
