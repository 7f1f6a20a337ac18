package sigv4

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxErrorBody bounds how much of a reply is searched for an error code.
const maxErrorBody = 1 << 20

// errorCode returns the name of the error that a reply reports, or "". It is
// taken from the header X-Amzn-Errortype, else from "__type" or "code" of a
// JSON body, else from the element Code of an XML body.
func errorCode(resp *runtime.Response) string {
	// Services that once spoke the query protocol keep its codes apart.
	if text, ok := resp.Header.Lookup("X-Amzn-Query-Error"); ok {
		text, _, _ = strings.Cut(text, ";")
		if code := cleanCode(text); code != "" {
			return code
		}
	}
	if text, ok := resp.Header.Lookup("X-Amzn-Errortype"); ok {
		if code := cleanCode(text); code != "" {
			return code
		}
	}
	body := bytes.TrimSpace(resp.Body)
	if len(body) > maxErrorBody || len(body) == 0 {
		return ""
	}
	switch body[0] {
	case '{':
		return jsonErrorCode(body)
	case '<':
		return xmlErrorCode(body)
	default:
		return ""
	}
}

func jsonErrorCode(body []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	for _, name := range []string{"__type", "code", "Code", "errorCode"} {
		var text string
		if json.Unmarshal(members[name], &text) == nil {
			if code := cleanCode(text); code != "" {
				return code
			}
		}
	}
	return ""
}

func xmlErrorCode(body []byte) string {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	var inCode bool
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case xml.StartElement:
			if strings.EqualFold(t.Name.Local, "html") {
				return ""
			}
			inCode = t.Name.Local == "Code"
		case xml.CharData:
			if inCode {
				return cleanCode(string(t))
			}
		case xml.EndElement:
			inCode = false
		}
	}
}

// repeatable reports whether a request can reach the service twice and have
// the effect of one.
func repeatable(req *runtime.Request) bool {
	if action, ok := actionOf(req); ok {
		return reads(action) || hasToken(req)
	}
	return req.Method == "GET" || req.Method == "HEAD" || hasToken(req)
}

// actionOf returns the name of the service's operation if the request carries
// it: in X-Amz-Target, or as Action in the query or in a form.
func actionOf(req *runtime.Request) (string, bool) {
	if target, ok := req.Header.Lookup("X-Amz-Target"); ok && target != "" {
		return target[strings.LastIndexByte(target, '.')+1:], true
	}
	for _, values := range []url.Values{queryOf(req), formOf(req)} {
		if action := values.Get("Action"); action != "" {
			return action, true
		}
	}
	return "", false
}

func queryOf(req *runtime.Request) url.Values {
	u, err := url.Parse(req.URL)
	if err != nil {
		return nil
	}
	return u.Query()
}

func formOf(req *runtime.Request) url.Values {
	mediaType, _ := req.Header.Lookup("Content-Type")
	if !strings.HasPrefix(strings.ToLower(mediaType), "application/x-www-form-urlencoded") {
		return nil
	}
	values, err := url.ParseQuery(string(req.Body))
	if err != nil {
		return nil
	}
	return values
}

// reads reports whether an operation of this name changes nothing.
func reads(operation string) bool {
	for _, verb := range []string{"Describe", "List", "Get", "BatchGet", "Query", "Scan", "Search", "Head"} {
		rest, ok := strings.CutPrefix(operation, verb)
		if !ok {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(rest); rest == "" || unicode.IsUpper(next) || unicode.IsDigit(next) {
			return true
		}
	}
	return false
}

// hasToken reports whether the request carries an idempotency token: a member
// of its JSON body, or a query or form parameter, that is not empty.
func hasToken(req *runtime.Request) bool {
	for _, values := range []url.Values{queryOf(req), formOf(req)} {
		for name := range values {
			if isToken(name) && values.Get(name) != "" {
				return true
			}
		}
	}
	if body := bytes.TrimSpace(req.Body); len(body) == 0 || body[0] != '{' {
		return false
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(req.Body, &members) != nil {
		return false
	}
	for name, value := range members {
		var text string
		if isToken(name) && json.Unmarshal(value, &text) == nil && text != "" {
			return true
		}
	}
	return false
}

// isToken reports whether a member of this name makes a request idempotent in
// the services of AWS.
func isToken(name string) bool {
	switch strings.ToLower(name) {
	case "clienttoken", "clientrequesttoken", "idempotencytoken", "clientidempotencytoken", "creationtoken",
		"clienttokenid", "creatorrequestid", "callerreference", "requesttoken":
		return true
	default:
		return false
	}
}
