// Command quickstart is a small job API to try workflows against: a job is
// created, runs for two polls and is done. It listens on loopback until it is
// interrupted.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"
)

func main() {
	address := flag.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := serve(ctx, *address, os.Stderr); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, address string, progress io.Writer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newJobs(), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	_, _ = fmt.Fprintf(progress, "job API at http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// job is a job of the API.
type job struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// jobs is the API: POST /jobs and GET /jobs/{id}.
type jobs struct {
	mu   sync.Mutex
	list []*job
	seen map[int]int
}

func newJobs() http.Handler {
	j := &jobs{seen: make(map[int]int)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs", j.create)
	mux.HandleFunc("GET /jobs/{id}", j.describe)
	return mux
}

func (j *jobs) create(w http.ResponseWriter, r *http.Request) {
	var created job
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&created); err != nil || created.Name == "" {
		answer(w, http.StatusBadRequest, map[string]string{"message": "a job needs a name"})
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	created.ID, created.Status = len(j.list)+1, "queued"
	j.list = append(j.list, &created)
	answer(w, http.StatusCreated, created)
}

func (j *jobs) describe(w http.ResponseWriter, r *http.Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, found := range j.list {
		if fmt.Sprint(found.ID) != r.PathValue("id") {
			continue
		}
		switch j.seen[found.ID]++; j.seen[found.ID] {
		case 1, 2:
			found.Status = "running"
		default:
			found.Status = "done"
		}
		answer(w, http.StatusOK, found)
		return
	}
	answer(w, http.StatusNotFound, map[string]string{"message": "no such job"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
