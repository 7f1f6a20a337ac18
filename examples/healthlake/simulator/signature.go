package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxSkew is how far the time of a signature may be from the server's.
	maxSkew = 15 * time.Minute

	maskedToken = "(hidden)"
)

// verify checks the signature of a request at the server's time now, and
// returns the credential that signed it. The rules are those of AWS Signature
// Version 4 for a service other than S3.
func (s *Server) verify(r *http.Request, body []byte, now time.Time) (Credential, *failure) {
	auth, signed, problem := s.readSignature(r)
	if problem != nil {
		return Credential{}, problem
	}
	credential, problem := s.credential(r, auth.AccessKeyID)
	if problem != nil {
		return Credential{}, problem
	}
	if problem := s.checkScope(auth, signed, now); problem != nil {
		return Credential{}, problem
	}
	if problem := s.checkSignedHeaders(r, auth.SignedHeaders); problem != nil {
		return Credential{}, problem
	}
	digest := sha256.Sum256(body)
	payload := hex.EncodeToString(digest[:])
	if given := r.Header.Values("X-Amz-Content-Sha256"); len(given) > 0 && (len(given) > 1 || given[0] != payload) {
		return Credential{}, s.refuse(invalidSignature,
			"The value of the X-Amz-Content-Sha256 header does not match the hash of the body.")
	}
	canonical := canonicalRequest(r, auth.SignedHeaders, payload, false)
	want := sign(credential.SecretAccessKey, auth, stringToSign(auth, signed, canonical))
	if subtle.ConstantTimeCompare([]byte(want), []byte(auth.Signature)) != 1 {
		return Credential{}, s.mismatch(r, auth, signed, payload, canonical)
	}
	if s.expired(credential, now) {
		return credential, s.refuse(expiredToken, "The security token included in the request is expired")
	}
	return credential, nil
}

// readSignature returns the parsed Authorization header and the time of signing.
func (s *Server) readSignature(r *http.Request) (Authorization, time.Time, *failure) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return Authorization{}, time.Time{}, s.refuse(missingToken, "Missing Authentication Token")
	}
	if len(headers) > 1 {
		return Authorization{}, time.Time{}, s.refuse(incompleteSignature, "Authorization header is there more than once")
	}
	auth, err := ParseAuthorization(headers[0])
	if err != nil {
		return Authorization{}, time.Time{}, s.refuse(incompleteSignature, upperFirst(err.Error()))
	}
	dates := r.Header.Values("X-Amz-Date")
	if len(dates) != 1 {
		return Authorization{}, time.Time{}, s.refuse(incompleteSignature, "Authorization header requires existence of one 'X-Amz-Date' header.")
	}
	signed, err := time.Parse(timestampFormat, dates[0])
	if err != nil {
		return Authorization{}, time.Time{}, s.refuse(incompleteSignature, "Date in X-Amz-Date must be in the form YYYYMMDD'T'HHMMSS'Z'.")
	}
	return auth, signed, nil
}

// credential finds the keys that the request names; its session token must be
// exactly theirs.
func (s *Server) credential(r *http.Request, accessKeyID string) (Credential, *failure) {
	tokens := r.Header.Values("X-Amz-Security-Token")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.credentials {
		if c.AccessKeyID != accessKeyID {
			continue
		}
		switch {
		case c.SessionToken == "" && len(tokens) == 0:
			return c, nil
		case c.SessionToken != "" && len(tokens) == 1 &&
			subtle.ConstantTimeCompare([]byte(c.SessionToken), []byte(tokens[0])) == 1:
			return c, nil
		}
	}
	return Credential{}, s.refuse(unrecognizedClient, "The security token included in the request is invalid.")
}

func (s *Server) checkScope(auth Authorization, signed, now time.Time) *failure {
	switch {
	case auth.Date != signed.Format(dateFormat):
		return s.refuse(invalidSignature, fmt.Sprintf(
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			auth.Date, signed.Format(dateFormat), signed.Format(timestampFormat)))
	case auth.Region != s.config.Region:
		return s.refuse(invalidSignature, fmt.Sprintf("Credential should be scoped to a valid region, not '%s'.", auth.Region))
	case auth.Service != serviceName:
		return s.refuse(invalidSignature, fmt.Sprintf("Credential should be scoped to correct service: '%s'.", serviceName))
	case now.Sub(signed) > maxSkew:
		return s.refuse(s.config.SkewType, fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 15 min.)",
			signed.Format(timestampFormat), now.Add(-maxSkew).UTC().Format(timestampFormat), now.UTC().Format(timestampFormat)))
	case signed.Sub(now) > maxSkew:
		return s.refuse(s.config.SkewType, fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 15 min.)",
			signed.Format(timestampFormat), now.Add(maxSkew).UTC().Format(timestampFormat), now.UTC().Format(timestampFormat)))
	}
	return nil
}

// checkSignedHeaders insists that all headers that the signature must cover are
// covered, and that all that it claims to cover are there.
func (s *Server) checkSignedHeaders(r *http.Request, signed []string) *failure {
	must := []string{"host"}
	if s.config.MediaType != AcceptAnyJSON {
		must = append(must, "content-type")
	}
	for name := range r.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") {
			must = append(must, name)
		}
	}
	slices.Sort(must)
	for _, name := range must {
		if !slices.Contains(signed, name) {
			return s.refuse(incompleteSignature, fmt.Sprintf("'%s' must be a 'SignedHeader' in the AWS Authorization.", name))
		}
	}
	for _, name := range signed {
		if _, there := headerValues(r, name); !there {
			return s.refuse(invalidSignature, fmt.Sprintf("The signed header '%s' is not in the request.", name))
		}
	}
	return nil
}

// mismatch explains a wrong signature with what the server computed. A session
// token is hidden in it.
func (s *Server) mismatch(r *http.Request, auth Authorization, signed time.Time, payload, canonical string) *failure {
	return s.refuse(invalidSignature, fmt.Sprintf("The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n"+
		"The Canonical String for this request should have been\n'%s'\n\nThe String-to-Sign should have been\n'%s'\n",
		canonicalRequest(r, auth.SignedHeaders, payload, true), stringToSign(auth, signed, canonical)))
}

// canonicalRequest returns the canonical request of AWS Signature Version 4 for a
// request to the path "/", the only one that the service has.
func canonicalRequest(r *http.Request, signed []string, payload string, masked bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n/\n%s\n", r.Method, canonicalQuery(r.URL))
	for _, name := range signed {
		values, _ := headerValues(r, name)
		if masked && name == "x-amz-security-token" {
			values = []string{maskedToken}
		}
		trimmed := make([]string, len(values))
		for i, v := range values {
			trimmed[i] = strings.Join(strings.FieldsFunc(v, func(c rune) bool { return c == ' ' }), " ")
		}
		fmt.Fprintf(&b, "%s:%s\n", name, strings.Join(trimmed, ","))
	}
	fmt.Fprintf(&b, "\n%s\n%s", strings.Join(signed, ";"), payload)
	return b.String()
}

// canonicalQuery sorts the parameters by encoded name, then by encoded value.
func canonicalQuery(u *url.URL) string {
	type parameter struct{ name, value string }
	var list []parameter
	for name, values := range u.Query() {
		for _, value := range values {
			list = append(list, parameter{encode(name), encode(value)})
		}
	}
	slices.SortFunc(list, func(a, b parameter) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	pairs := make([]string, len(list))
	for i, p := range list {
		pairs[i] = p.name + "=" + p.value
	}
	return strings.Join(pairs, "&")
}

// encode percent-encodes all but the unreserved characters of RFC 3986.
func encode(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// headerValues returns the values of a header by its name in lower case,
// including those that net/http keeps elsewhere.
func headerValues(r *http.Request, name string) ([]string, bool) {
	if values := r.Header.Values(name); len(values) > 0 {
		return values, true
	}
	switch {
	case name == "host" && r.Host != "":
		return []string{r.Host}, true
	case name == "content-length" && r.ContentLength >= 0:
		return []string{strconv.FormatInt(r.ContentLength, 10)}, true
	case name == "transfer-encoding" && len(r.TransferEncoding) > 0:
		return r.TransferEncoding, true
	}
	return nil, false
}

func stringToSign(auth Authorization, signed time.Time, canonical string) string {
	digest := sha256.Sum256([]byte(canonical))
	return strings.Join([]string{
		signingAlgorithm, signed.Format(timestampFormat), auth.Scope(), hex.EncodeToString(digest[:]),
	}, "\n")
}

// sign derives the signing key from the secret and signs the text with it.
func sign(secret string, auth Authorization, text string) string {
	key := []byte("AWS4" + secret)
	for _, part := range []string{auth.Date, auth.Region, auth.Service, scopeTerminator} {
		key = keyedHash(key, part)
	}
	return hex.EncodeToString(keyedHash(key, text))
}

func keyedHash(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(text))
	return mac.Sum(nil)
}

func upperFirst(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
