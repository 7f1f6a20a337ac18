package host_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// serve answers every request by the function.
func serve(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func packed(t *testing.T, text string, to func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var b bytes.Buffer
	w := to(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zlibbed(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
func deflated(w io.Writer) io.WriteCloser {
	f, err := flate.NewWriter(w, flate.BestSpeed)
	if err != nil {
		panic(err)
	}
	return f
}

func TestBodiesThatAreNone(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/head":
			w.Header().Set("Content-Length", "2000")
		case "/empty":
		default:
			status, _ := strconv.Atoi(r.URL.Path[1:])
			w.WriteHeader(status)
		}
	})
	for _, req := range []*runtime.Request{
		{Method: "HEAD", URL: url + "/head"}, {Method: "GET", URL: url + "/empty"}, {Method: "DELETE", URL: url + "/204"}, {Method: "GET", URL: url + "/304"},
	} {
		resp, err := (&host.HTTP{}).Exchange(t.Context(), req)
		if err != nil || resp.Body != nil || resp.File != nil {
			t.Errorf("%s %s: body %q, error %v", req.Method, req.URL, resp.Body, err)
		}
	}
}

func TestContentCodings(t *testing.T) {
	const text = `{"a":1}`
	tests := []struct {
		name, accept, coding string
		body                 []byte
		want, left           string
	}{
		{"gzip by the client itself", "", "gzip", packed(t, text, gzipped), text, ""},
		{"gzip that the step asks for", "gzip, br", "gzip", packed(t, text, gzipped), text, ""},
		{"x-gzip", "x-gzip", "x-gzip", packed(t, text, gzipped), text, ""},
		{"deflate", "deflate;q=0.5", "deflate", packed(t, text, zlibbed), text, ""},
		{"bare deflate", "*", "Deflate", packed(t, text, deflated), text, ""},
		{"deflate that nobody asks for", "gzip;q=1, deflate;q=0", "deflate", []byte("??"), "??", "deflate"},
		{"br", "br", "br", []byte("??"), "??", "br"},
		{"identity", "gzip", "identity", []byte(text), text, "identity"},
	}
	for _, test := range tests {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", test.coding)
			_, _ = w.Write(test.body)
		})
		req := get(url)
		if test.accept != "" {
			req.Header.Set("Accept-Encoding", test.accept)
		}
		resp, err := (&host.HTTP{}).Exchange(t.Context(), req)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		left, _ := resp.Header.Lookup("Content-Encoding")
		if string(resp.Body) != test.want || left != test.left {
			t.Errorf("%s: body %q, coding %q; want %q, %q", test.name, resp.Body, left, test.want, test.left)
		}
	}
}

func TestBodiesThatBreakOff(t *testing.T) {
	whole := packed(t, strings.Repeat("abc", 100), gzipped)
	for name, answer := range map[string]http.HandlerFunc{
		"shorter than it says": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "abc")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"in chunks": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "abc")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(whole[:len(whole)-5])
		},
		"compressed, and the step asks for it": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			_, _ = w.Write([]byte{0x78})
		},
		"into a file": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(make([]byte, 100))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		dir := t.TempDir()
		req := get(serve(t, answer))
		if strings.HasSuffix(name, "asks for it") {
			req.Header.Set("Accept-Encoding", "deflate")
		}
		_, err := (&host.HTTP{Files: &host.Files{Dir: dir, MinSize: 10}}).Exchange(t.Context(), req)
		var failure *runtime.ExchangeError
		if !errors.As(err, &failure) || failure.Failure != runtime.Cut {
			t.Errorf("%s: error is %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

func TestDecompressedBodiesAreBounded(t *testing.T) {
	bomb := packed(t, strings.Repeat("a", 10<<20), gzipped)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	})
	for _, accept := range []string{"", "gzip"} {
		req := get(url)
		if accept != "" {
			req.Header.Set("Accept-Encoding", accept)
		}
		_, err := (&host.HTTP{MaxBody: 1 << 20}).Exchange(t.Context(), req)
		var failure *runtime.ExchangeError
		if !errors.As(err, &failure) || failure.Failure != runtime.TooLarge {
			t.Errorf("error is %v", err)
		}
	}
}

func TestLargeBytesAreKeptInFiles(t *testing.T) {
	bytesOf := func(n int) string { return strings.Repeat("\x00\xff\x80x", n/4) }
	textOf := func(n int) string { return strings.Repeat("text ", n/5) }
	tests := []struct {
		name, contentType, body string
		chunked, kept           bool
	}{
		{"a picture", "image/png", bytesOf(4000), false, true},
		{"a picture in chunks", "image/png", bytesOf(4000), true, true},
		{"a picture larger than what may be in memory", "image/png", bytesOf(40000), true, true},
		{"a small picture", "image/png", bytesOf(1000), true, false},
		{"of no media type", "", bytesOf(4000), false, true},
		{"bytes", "application/octet-stream", bytesOf(4000), true, true},
		{"text that is said to be bytes", "application/octet-stream", textOf(4000), true, false},
		{"text", "text/plain", bytesOf(4000), true, false},
		{"JSON", "application/json", textOf(4000), false, false},
		{"a drawing", "image/svg+xml", textOf(4000), false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{test.contentType}
				if !test.chunked {
					w.Header().Set("Content-Length", strconv.Itoa(len(test.body)))
				}
				w.Header().Set("Content-Disposition", `attachment; filename="../../etc/passwd"`)
				_, _ = io.WriteString(w, test.body)
			})
			dir := t.TempDir()
			transport := &host.HTTP{MaxBody: 10000, Files: &host.Files{Dir: dir, MinSize: 2000}}
			resp, err := transport.Exchange(t.Context(), get(url))
			if err != nil {
				t.Fatal(err)
			}
			if !test.kept {
				if string(resp.Body) != test.body || resp.File != nil {
					t.Errorf("%d bytes in memory and the file %+v", len(resp.Body), resp.File)
				}
				return
			}
			sum := sha256.Sum256([]byte(test.body))
			hash := hex.EncodeToString(sum[:])
			want := runtime.File{Path: filepath.Join(dir, hash), Size: int64(len(test.body)), SHA256: hash}
			if resp.Body != nil || resp.File == nil || *resp.File != want {
				t.Fatalf("file is %+v, want %+v", resp.File, want)
			}
			r, err := transport.OpenFile(resp.File.Path)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			_ = r.Close()
			if err != nil || string(content) != test.body {
				t.Errorf("the file holds %d bytes, %v", len(content), err)
			}
			info, err := os.Stat(want.Path)
			if err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("others may use the file: %v %v", info.Mode(), err)
			}
		})
	}
}

func TestFilesAreSharedBoundedAndRemoved(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(bytes.Repeat([]byte(r.URL.Path), 500))
	})
	t.Setenv("TMPDIR", t.TempDir())
	files := &host.Files{MinSize: 100, MaxTotal: 2500}
	transport := &host.HTTP{Files: files}
	fetch := func(path string) (*runtime.Response, error) { return transport.Exchange(t.Context(), get(url+path)) }
	one, err := fetch("/a")
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := fetch("/a")
		if err != nil || again.File.Path != one.File.Path {
			t.Fatalf("the same content is in %+v, %v", again, err)
		}
	}
	two, err := fetch("/b")
	if err != nil || two.File.Path == one.File.Path {
		t.Fatalf("other content is in %+v, %v", two, err)
	}
	_, err = fetch("/cc")
	var failure *runtime.ExchangeError
	if !errors.As(err, &failure) || failure.Failure != runtime.TooLarge || !strings.Contains(err.Error(), "all files together are larger than 2500 bytes") {
		t.Errorf("error is %v", err)
	}
	dir := filepath.Dir(one.File.Path)
	if err := files.Close(func(path string) bool { return path == two.File.Path }); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || filepath.Join(dir, left[0].Name()) != two.File.Path {
		t.Errorf("%v is left, %v", left, err)
	}
	if err := files.Close(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestFilesThatCannotBeWritten(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(make([]byte, 500))
	})
	_, err := (&host.HTTP{Files: &host.Files{Dir: filepath.Join(t.TempDir(), "missing"), MinSize: 100}}).Exchange(t.Context(), get(url))
	var failure *runtime.ExchangeError
	if !errors.As(err, &failure) || !strings.Contains(err.Error(), "cannot be kept in a file: no such file") {
		t.Errorf("error is %v", err)
	}
}
