# Every target needs Go and nothing else; what the linter needs is pinned in tools/go.mod.
FUZZTIME ?= 20s

.PHONY: build test race fuzz bench lint conformance demo ci

build: # one static binary
	go build ./...
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/arazzo ./cmd/arazzo

test:
	go test ./...

race: # needs a C compiler
	go test -race ./...

fuzz: # each fuzz target for FUZZTIME
	bash .ci/fuzz $(FUZZTIME)

bench:
	go test -run '^$$' -bench . -benchmem ./...

lint:
	go tool -modfile=tools/go.mod golangci-lint run

conformance: # the cases of the specification, through the library and the command
	go test -count=1 ./specs/conformance

demo:
	go run ./examples/healthlake

ci:
	bash .ci/run
