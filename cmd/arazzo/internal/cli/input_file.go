package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/expr"
)

const (
	// maxFileBytes bounds a file that is the value of an input.
	maxFileBytes = 1 << 30
	// maxInline is the size of the largest file whose content is part of the run.
	// Of a larger one, the run knows where it is and what its hash must be.
	maxInline = 1 << 20
)

// readFileOfInput reads the file of NAME=@FILE: as text if it is one and not too
// large for that, and as bytes in any case.
func (a *app) readFileOfInput(name, path string) (given, *problem) {
	if path == "-" {
		data, p := a.readStdin("inputs")
		if p != nil {
			return given{}, p
		}
		return fileInput(name, path, data), nil
	}
	f, err := os.Open(path)
	if err != nil {
		p := hostf(err, "inputs file %q cannot be read: %s", path, reason(err))
		if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(path, "./\\") {
			p.hint = fmt.Sprintf("to give the input %q a value write -i %s=VALUE", path, path)
		}
		return given{}, p
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return given{}, hostf(nil, "inputs file %q is a directory", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxInputBytes+1))
	if err == nil && len(data) <= maxInputBytes {
		return fileInput(name, path, data), nil
	}
	var g given
	if err == nil {
		g, err = largeFile(name, path, data, f)
	}
	if err != nil {
		return given{}, hostf(err, "inputs file %q cannot be read: %s", path, reason(err))
	}
	return g, nil
}

// fileInput is a file whose content is at hand.
func fileInput(name, path string, data []byte) given {
	g := given{name: name, file: path, binary: expr.NewBinary(data, contentType(path, data))}
	if path != "-" {
		g.binary.Name = filepath.Base(path)
	}
	if utf8.Valid(data) {
		g.text, g.isText = withoutFinalBreak(string(data)), true
	}
	if absolute, err := filepath.Abs(path); err == nil && path != "-" && len(data) > maxInline {
		g.binary.File, g.binary.Data = absolute, nil
	}
	return g
}

// largeFile is a file whose content is too large to be read into memory.
func largeFile(name, path string, head []byte, rest io.Reader) (given, error) {
	h := sha256.New()
	size, err := io.Copy(h, io.MultiReader(bytes.NewReader(head), io.LimitReader(rest, maxFileBytes)))
	if err != nil {
		return given{}, err
	}
	if size > maxFileBytes {
		return given{}, fmt.Errorf("it is larger than %d MiB", maxFileBytes>>20)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return given{}, err
	}
	return given{name: name, file: path, binary: &expr.Binary{
		File: absolute, Name: filepath.Base(path), MediaType: contentType(path, head), Size: size, SHA256: hex.EncodeToString(h.Sum(nil)),
	}}, nil
}

// contentType returns the media type of a file by its extension, else by how it
// begins. The tables of the system are not asked, so that it is the same
// everywhere.
func contentType(path string, data []byte) string {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		return "application/json"
	case ".ndjson", ".jsonl":
		return "application/jsonl"
	case ".xml":
		return "application/xml"
	case ".yaml", ".yml":
		return "application/yaml"
	case ".csv":
		return "text/csv"
	case ".html", ".htm":
		return "text/html"
	case ".md":
		return "text/markdown"
	case ".txt", ".log":
		return "text/plain"
	case ".css":
		return "text/css"
	case ".js":
		return "text/javascript"
	case ".svg":
		return "image/svg+xml"
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	default:
		return http.DetectContentType(data)
	}
}
