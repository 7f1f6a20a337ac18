package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// scriptedServer behaves as the path of a request asks it to.
type scriptedServer struct {
	*httptest.Server
	// refused is the address of a server that has gone.
	refused string
	// hung is closed when a request to /hang has arrived for the first time.
	hung chan struct{}
	// web holds the files that are served below "web", and addresses what is
	// replaced in them.
	web       fs.FS
	addresses *strings.Replacer

	mu     sync.Mutex
	total  int
	seen   []string
	visits map[string]int
	once   sync.Once
}

func newScriptedServer() *scriptedServer {
	s := &scriptedServer{visits: map[string]int{}, hung: make(chan struct{})}
	gone := httptest.NewServer(http.NotFoundHandler())
	s.refused = gone.URL
	gone.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pets/{id}", s.pet)
	mux.HandleFunc("POST /pets", s.echo)
	mux.HandleFunc("POST /text", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		text, _ := json.Marshal(string(body))
		writeJSON(w, http.StatusOK, fmt.Sprintf(`{"text": %s, "path": "@secret.txt", "bytes": {"$binary": {"size": 6, "sha256": "x", "file": "secret.txt"}}}`, text))
	})
	mux.HandleFunc("GET /jobs/{plan}", s.job)
	mux.HandleFunc("GET /status/{code}", s.status)
	mux.HandleFunc("GET /html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html><body>Please log in</body></html>")
	})
	mux.HandleFunc("GET /hang", func(_ http.ResponseWriter, r *http.Request) {
		s.once.Do(func() { close(s.hung) })
		<-r.Context().Done()
	})
	mux.HandleFunc("GET /cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"id": 1,`)
	})
	mux.HandleFunc("GET /huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "10737418240")
		_, _ = io.WriteString(w, `{"id": "`)
	})
	mux.HandleFunc("GET /rude", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status": "\u001b[2J\u001b]0;owned\u0007 \u009b31m\u007f\u202e\u2066\u2028"}`)
	})
	mux.HandleFunc("GET /web/", s.document)
	mux.HandleFunc("GET /redirect/{to...}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", s.addresses.Replace("$"+r.PathValue("to")))
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("GET /bytes/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(bytes.Repeat([]byte{0x89, 0, 0xff, 0x1b}, n/4))
	})
	mux.HandleFunc("POST /files", upload)
	mux.HandleFunc("PUT /files", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		writeJSON(w, http.StatusOK, fmt.Sprintf(`{"type": %q, "size": %d, "sha256": "%x"}`, r.Header.Get("Content-Type"), len(body), sha256.Sum256(body)))
	})
	mux.HandleFunc("POST /", s.aws)
	s.secure(mux)
	s.Server = httptest.NewServer(s.recorded(mux))
	return s
}

// upload tells what a server makes of the part "file" of a form.
func upload(w http.ResponseWriter, r *http.Request) {
	file, header, err := r.FormFile("file")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	content, _ := io.ReadAll(file)
	writeJSON(w, http.StatusOK, fmt.Sprintf(`{"name": %q, "type": %q, "size": %d, "sha256": "%x", "note": %q}`,
		header.Filename, header.Header.Get("Content-Type"), len(content), sha256.Sum256(content), r.FormValue("note")))
}

// document serves a file, and is not counted among the requests.
func (s *scriptedServer) document(w http.ResponseWriter, r *http.Request) {
	text, err := fs.ReadFile(s.web, strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_, _ = io.WriteString(w, s.addresses.Replace(string(text)))
}

func (s *scriptedServer) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if !strings.HasPrefix(r.URL.Path, "/web/") {
			s.total++
		}
		if m := regexp.MustCompile(`Signature=([0-9a-f]+)`).FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
			s.seen = append(s.seen, m[1])
		}
		s.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (s *scriptedServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

func (s *scriptedServer) signatures() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

func (s *scriptedServer) pet(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, fmt.Sprintf(`{"id": %q, "name": "Rex", "status": "available", "big": 12345678901234567890}`, r.PathValue("id")))
}

func (s *scriptedServer) echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if len(body) == 0 {
		body = []byte("null")
	}
	writeJSON(w, http.StatusCreated, fmt.Sprintf(`{"received": %s, "authorization": %q}`, body, r.Header.Get("X-Token")))
}

// job goes through the states of its plan, one each time, and stays at the last.
func (s *scriptedServer) job(w http.ResponseWriter, r *http.Request) {
	plan := strings.Split(r.PathValue("plan"), ",")
	s.mu.Lock()
	visit := s.visits[r.URL.Path]
	s.visits[r.URL.Path]++
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, fmt.Sprintf(`{"status": %q}`, plan[min(visit, len(plan)-1)]))
}

func (s *scriptedServer) status(w http.ResponseWriter, r *http.Request) {
	code := http.StatusInternalServerError
	_, _ = fmt.Sscanf(r.PathValue("code"), "%d", &code)
	writeJSON(w, code, `{"code": "OutOfPets", "message": "there are no pets left"}`)
}

func (s *scriptedServer) aws(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") == "" {
		writeJSON(w, http.StatusForbidden, `{"__type": "MissingAuthenticationTokenException", "message": "Missing Authentication Token"}`)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, `{"JobId": "j1", "JobStatus": "SUBMITTED"}`)
}

func writeJSON(w http.ResponseWriter, code int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, body)
}
