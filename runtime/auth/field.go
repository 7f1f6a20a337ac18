package auth

import "strings"

// Field is one of the values that make up a [Credential].
type Field string

// The fields that may be given one by one. The values are their names in a file
// of credentials.
const (
	FieldValue        Field = "value"
	FieldUsername     Field = "username"
	FieldPassword     Field = "password"
	FieldClientID     Field = "clientId"
	FieldClientSecret Field = "clientSecret"
	FieldToken        Field = "token"
	FieldRefreshToken Field = "refreshToken"
	FieldScopes       Field = "scopes"
	FieldCert         Field = "cert"
	FieldKey          Field = "key"
	FieldCA           Field = "ca"
	// FieldTokenURL and FieldHeader can be given in a file only.
	FieldTokenURL Field = "tokenUrl"
	FieldHeader   Field = "header"
)

// fields are those that an environment variable can hold.
func fields() []Field {
	return []Field{FieldValue, FieldUsername, FieldPassword, FieldClientID, FieldClientSecret, FieldToken, FieldRefreshToken, FieldScopes, FieldCert, FieldKey, FieldCA}
}

// suffix is the end of the name of the field's environment variable.
func (f Field) suffix() string {
	switch f {
	case FieldValue:
		return ""
	case FieldClientID:
		return "_CLIENT_ID"
	case FieldClientSecret:
		return "_CLIENT_SECRET"
	case FieldRefreshToken:
		return "_REFRESH_TOKEN"
	case FieldUsername, FieldPassword, FieldToken, FieldScopes, FieldCert, FieldKey, FieldCA, FieldTokenURL, FieldHeader:
		return "_" + strings.ToUpper(string(f))
	default:
		return "_" + fold(string(f))
	}
}

// set gives a field its value. The line break that ends a file or a block of
// YAML does not belong to it.
func (c *Credential) set(field Field, text string) {
	text = strings.TrimRight(text, "\r\n")
	if field == FieldScopes {
		c.Scopes = strings.Fields(text)
	} else if at := c.place(field); at != nil {
		*at = text
	}
}

// get returns the value of a field, "" of a nil Credential.
func (c *Credential) get(field Field) string {
	if c == nil {
		return ""
	}
	if field == FieldScopes {
		return strings.Join(c.Scopes, " ")
	}
	if at := c.place(field); at != nil {
		return *at
	}
	return ""
}

// place is where a field is kept that is one text.
func (c *Credential) place(field Field) *string {
	switch field {
	case FieldValue:
		return &c.Value
	case FieldUsername:
		return &c.Username
	case FieldPassword:
		return &c.Password
	case FieldClientID:
		return &c.ClientID
	case FieldClientSecret:
		return &c.ClientSecret
	case FieldToken:
		return &c.Token
	case FieldRefreshToken:
		return &c.RefreshToken
	case FieldCert:
		return &c.Cert
	case FieldKey:
		return &c.Key
	case FieldCA:
		return &c.CA
	case FieldTokenURL:
		return &c.TokenURL
	case FieldHeader:
		return &c.Header
	case FieldScopes:
		return nil
	default:
		return nil
	}
}
