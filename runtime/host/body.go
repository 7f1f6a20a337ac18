package host

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

var errTooLarge = errors.New("body too large")

// readBody reads the body of a reply: into memory, or into a file if it is large
// and no text.
func (t *HTTP) readBody(req *http.Request, resp *http.Response) ([]byte, *runtime.File, error) {
	if hasNoBody(req, resp) {
		return nil, nil, nil
	}
	limit := t.maxBody()
	contentType := resp.Header.Get("Content-Type")
	if resp.ContentLength > limit && (t.Files == nil || runtime.IsText(contentType, []byte{0})) {
		return nil, nil, errTooLarge
	}
	body, err := decoded(req, resp)
	if err != nil {
		return nil, nil, err
	}
	const whole = 1 << 20 // that is read into a buffer of the size it says
	threshold := min(limit, t.Files.threshold(limit))
	if n := resp.ContentLength; n > 0 && n <= min(whole, threshold) && body == io.Reader(resp.Body) {
		content := make([]byte, n)
		if _, err := io.ReadFull(resp.Body, content); err != nil {
			return nil, nil, err
		}
		return content, nil, nil
	}
	content, err := io.ReadAll(io.LimitReader(body, threshold+1))
	if err != nil {
		return nil, nil, err
	}
	if int64(len(content)) > threshold && t.Files != nil && !runtime.IsText(contentType, content) {
		file, err := t.Files.keep(io.MultiReader(bytes.NewReader(content), body))
		return nil, file, err
	}
	rest, err := io.ReadAll(io.LimitReader(body, limit+1-int64(len(content))))
	if err != nil {
		return nil, nil, err
	}
	switch content = append(content, rest...); {
	case int64(len(content)) > limit:
		return nil, nil, errTooLarge
	case len(content) == 0:
		return nil, nil, nil
	}
	return content, nil, nil
}

// hasNoBody reports whether a reply never has a body, whatever its header says
// (RFC 9110, 6.4.1).
func hasNoBody(req *http.Request, resp *http.Response) bool {
	return req.Method == http.MethodHead || resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified || resp.ContentLength == 0
}

// decoded undoes the coding of the content, as far as the request has asked for
// it. The client of net/http asks for gzip by itself, and undoes it.
func decoded(req *http.Request, resp *http.Response) (io.Reader, error) {
	coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	if resp.StatusCode == http.StatusPartialContent || !asksFor(req.Header.Get("Accept-Encoding"), coding) {
		return resp.Body, nil
	}
	var body io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		body, err = gzip.NewReader(resp.Body)
	case "deflate":
		// RFC 9110, 8.4.1.2: some send the stream without the format around it.
		buffered := bufio.NewReader(resp.Body)
		body = flate.NewReader(buffered)
		if head, peekErr := buffered.Peek(2); peekErr == nil && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			body, err = zlib.NewReader(buffered)
		}
	default:
		return resp.Body, nil
	}
	if err != nil {
		return nil, err
	}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	return body, nil
}

// asksFor reports whether an Accept-Encoding field names a coding.
func asksFor(accept, coding string) bool {
	for item := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != coding && name != "*" || coding == "" {
			continue
		}
		return strings.Trim(strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q="), "0.") != "" || weight == ""
	}
	return false
}
