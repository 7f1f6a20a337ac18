package arazzo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// readError says why a document could not be read.
type readError struct {
	rule, message, hint string
	related             []diag.Related
	// mend attaches a fix. It may be nil.
	mend func(*diag.Diagnostic)
}

// diagnostic is the error without a place.
func (e *readError) diagnostic() *diag.Diagnostic {
	return &diag.Diagnostic{Rule: e.rule, Message: e.message, Hint: e.hint}
}

// read reads a local file or, through the Fetcher, a document of the network.
// It never reads more than the bounds.
func (l *Loader) read(ctx context.Context, want FetchRequest, b *budget) (*Fetched, *readError) {
	limit, total := l.MaxBytes, l.MaxTotalBytes
	if limit <= 0 {
		limit = defaultMaxBytes
	}
	if total <= 0 {
		total = defaultMaxTotalBytes
	}
	location := want.URI
	if err := ctx.Err(); err != nil {
		return nil, &readError{rule: ruleFetchFailed, message: fmt.Sprintf("reading of %q was given up: %s", withoutSecrets(location), err)}
	}
	text := &Fetched{URI: location}
	var problem *readError
	switch scheme, ok := schemeOf(location); {
	case isRemote(location):
		text, problem = l.fetch(ctx, want, limit, b)
	case ok && scheme != "file":
		problem = &readError{
			rule:    ruleRemoteDocument,
			message: fmt.Sprintf("%q names no document that was given, and documents of the scheme %q cannot be read", shown(withoutSecrets(location)), shown(scheme)),
			hint:    "give the document whose \"$self\" it is with --include FILE",
		}
	default:
		text.URI = localPath(location)
		text.Data, problem = readFile(text.URI, limit)
	}
	if problem != nil {
		return nil, problem
	}
	if b.add(len(text.Data), total) {
		return nil, &readError{
			rule:    ruleFileTooLarge,
			message: fmt.Sprintf("%q is too much: all documents together have more than %s", withoutSecrets(location), mebibytes(total)),
			hint:    "give smaller documents, for instance without what no step uses",
		}
	}
	return text, nil
}

// readShared is read, through the cache if there is one.
func (l *Loader) readShared(ctx context.Context, want FetchRequest, b *budget) (*Fetched, *readError) {
	if l.Cache == nil {
		return l.read(ctx, want, b)
	}
	return l.Cache.text(want, func() (*Fetched, *readError) { return l.read(ctx, want, b) })
}

func (l *Loader) fetch(ctx context.Context, want FetchRequest, limit int64, b *budget) (*Fetched, *readError) {
	location := withoutSecrets(want.URI)
	if l.Fetcher == nil {
		return nil, &readError{
			rule:    ruleRemoteDocument,
			message: fmt.Sprintf("%q is not a local file, and no document is fetched from the network", location),
		}
	}
	if b.fetch() {
		return nil, &readError{rule: "too-many-sources", message: fmt.Sprintf("%q is not fetched: it is one of more than %d documents", location, maxFetches)}
	}
	text, err := l.Fetcher.Fetch(ctx, want)
	var refused *diag.Diagnostic
	switch {
	case errors.As(err, &refused):
		return nil, &readError{rule: refused.Rule, message: fmt.Sprintf("%q is not fetched: %s", location, refused.Message), hint: refused.Hint}
	case err != nil:
		return nil, &readError{rule: ruleFetchFailed, message: fmt.Sprintf("%q could not be fetched: %s", location, err)}
	case int64(len(text.Data)) > limit:
		return nil, tooLarge(location, int64(len(text.Data)), limit)
	}
	if text.URI == "" {
		text.URI = want.URI
	}
	return text, nil
}

func readFile(file string, limit int64) ([]byte, *readError) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(file, err)
	}
	if info.IsDir() {
		return nil, &readError{
			rule: ruleFileUnreadable, message: fmt.Sprintf("%q is a directory, not a document", file),
			hint: "name a file in it",
		}
	}
	if info.Mode().IsRegular() && info.Size() > limit {
		return nil, tooLarge(file, info.Size(), limit)
	}
	var b bytes.Buffer
	if info.Mode().IsRegular() {
		b.Grow(int(info.Size()) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fileError(file, err)
	}
	if n > limit {
		return nil, tooLarge(file, 0, limit)
	}
	return b.Bytes(), nil
}

func fileError(file string, err error) *readError {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &readError{rule: ruleFileNotFound, message: fmt.Sprintf("the file %q does not exist", file)}
	case errors.Is(err, fs.ErrPermission):
		return &readError{rule: ruleFileUnreadable, message: fmt.Sprintf("the file %q may not be read", file), hint: "change its permissions"}
	default:
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err
		}
		return &readError{rule: ruleFileUnreadable, message: fmt.Sprintf("the file %q cannot be read: %s", file, err)}
	}
}

func tooLarge(name string, size, limit int64) *readError {
	message := fmt.Sprintf("%q is larger than the %s that a document may have", name, mebibytes(limit))
	if size > 0 {
		message = fmt.Sprintf("%q has %s, more than the %s that a document may have", name, mebibytes(size), mebibytes(limit))
	}
	return &readError{rule: ruleFileTooLarge, message: message, hint: "give a smaller document, for instance one without what no step uses"}
}

func mebibytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// isRemote reports whether a location is an http or https URL.
func isRemote(location string) bool {
	scheme, _, found := strings.Cut(location, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// localPath turns a file URL into a path and leaves a path as it is.
func localPath(location string) string {
	if len(location) < len("file:") || !strings.EqualFold(location[:len("file:")], "file:") {
		return location
	}
	u, err := url.Parse(location)
	if err != nil || u.Path == "" {
		return location
	}
	return filepath.FromSlash(u.Path)
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.IsDir()
}

// withoutSecrets drops a password and the query of a URL for a message.
func withoutSecrets(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return "the URL"
	}
	u.RawQuery, u.Fragment = "", ""
	return u.Redacted()
}

// Sniff finds out what a document says it is, without reading all of it as a
// model: "openapi", "swagger", "arazzo", "asyncapi", or "" if that cannot be told
// cheaply. The beginning of a document is enough if it says so there.
func Sniff(data []byte) string {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
	if len(data) > 0 && data[0] == '{' {
		return sniffJSON(data)
	}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		name, _, found := bytes.Cut(line, []byte{':'})
		if !found {
			continue
		}
		if kind := kindOfKey(string(bytes.Trim(bytes.TrimRight(name, " \t"), `"'`))); kind != "" {
			return kind
		}
	}
	return ""
}

func sniffJSON(data []byte) string {
	d := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	if _, err := d.ReadToken(); err != nil {
		return ""
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return ""
		}
		if kind := kindOfKey(name.String()); kind != "" {
			return kind
		}
		if d.SkipValue() != nil {
			return ""
		}
	}
	return ""
}

func kindOfKey(name string) string {
	switch name {
	case "openapi", "swagger", "arazzo", "asyncapi":
		return name
	default:
		return ""
	}
}
