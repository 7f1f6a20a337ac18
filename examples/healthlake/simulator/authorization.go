package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	signingAlgorithm = "AWS4-HMAC-SHA256"
	scopeTerminator  = "aws4_request"
	dateFormat       = "20060102"
	timestampFormat  = "20060102T150405Z"

	// maxAuthorization bounds the header that is parsed.
	maxAuthorization = 8 << 10
)

// Authorization is an Authorization header of AWS Signature Version 4, taken
// apart. It holds no secret besides the signature.
type Authorization struct {
	AccessKeyID string
	// Date is the day of the credential scope, as eight digits.
	Date    string
	Region  string
	Service string
	// SignedHeaders are in lower case and in ascending order.
	SignedHeaders []string
	// Signature is 64 hexadecimal digits in lower case.
	Signature string
}

// Scope returns the credential scope, without the access key.
func (a Authorization) Scope() string {
	return strings.Join([]string{a.Date, a.Region, a.Service, scopeTerminator}, "/")
}

// String returns the header as a client would send it.
func (a Authorization) String() string {
	return fmt.Sprintf("%s Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		signingAlgorithm, a.AccessKeyID, a.Scope(), strings.Join(a.SignedHeaders, ";"), a.Signature)
}

// ParseAuthorization reads an Authorization header strictly: the algorithm, one
// space, and the members Credential, SignedHeaders and Signature once each in
// any order, separated by a comma with or without a space after it.
func ParseAuthorization(header string) (Authorization, error) {
	if len(header) > maxAuthorization {
		return Authorization{}, fmt.Errorf("authorization header is longer than %d bytes", maxAuthorization)
	}
	algorithm, rest, found := strings.Cut(header, " ")
	if algorithm != signingAlgorithm || !found {
		return Authorization{}, fmt.Errorf("authorization header does not begin with '%s' and a space", signingAlgorithm)
	}
	var a Authorization
	seen := map[string]bool{}
	for i, member := range strings.Split(rest, ",") {
		if i > 0 {
			member = strings.TrimPrefix(member, " ")
		}
		name, value, found := strings.Cut(member, "=")
		if !found {
			return Authorization{}, fmt.Errorf("authorization header has a member without '='")
		}
		if seen[name] {
			return Authorization{}, fmt.Errorf("authorization header has '%s' twice", name)
		}
		seen[name] = true
		var err error
		switch name {
		case "Credential":
			err = a.parseCredential(value)
		case "SignedHeaders":
			err = a.parseSignedHeaders(value)
		case "Signature":
			err = a.parseSignature(value)
		default:
			err = fmt.Errorf("authorization header has an unknown member")
		}
		if err != nil {
			return Authorization{}, err
		}
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if !seen[name] {
			return Authorization{}, fmt.Errorf("authorization header requires '%s' parameter", name)
		}
	}
	return a, nil
}

func (a *Authorization) parseCredential(value string) error {
	parts := strings.Split(value, "/")
	if len(parts) != 5 {
		return fmt.Errorf("credential must be an access key, date, region, service and '%s', separated by '/'", scopeTerminator)
	}
	for _, part := range parts {
		if part == "" || strings.ContainsFunc(part, notPlain) {
			return fmt.Errorf("credential has an empty part or a character that is not allowed in it")
		}
	}
	if _, err := time.Parse(dateFormat, parts[1]); err != nil {
		return fmt.Errorf("date in credential scope must be eight digits, YYYYMMDD")
	}
	if parts[4] != scopeTerminator {
		return fmt.Errorf("credential must end with '%s'", scopeTerminator)
	}
	a.AccessKeyID, a.Date, a.Region, a.Service = parts[0], parts[1], parts[2], parts[3]
	return nil
}

func (a *Authorization) parseSignedHeaders(value string) error {
	names := strings.Split(value, ";")
	for i, name := range names {
		if name == "" || strings.ContainsFunc(name, notPlain) || strings.ToLower(name) != name {
			return fmt.Errorf("signed headers must be names in lower case, separated by ';'")
		}
		if i > 0 && names[i-1] >= name {
			return fmt.Errorf("signed headers must be sorted and named once")
		}
	}
	a.SignedHeaders = slices.Clone(names)
	return nil
}

func (a *Authorization) parseSignature(value string) error {
	if len(value) != 64 || strings.Trim(value, "0123456789abcdef") != "" {
		return fmt.Errorf("signature must be 64 hexadecimal digits in lower case")
	}
	a.Signature = value
	return nil
}

// notPlain reports whether a character may not stand in a part of the header.
func notPlain(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_.+", r)
}
