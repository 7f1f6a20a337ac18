# Every target needs Go and nothing else; what the linter needs is pinned in tools/go.mod.
FUZZTIME ?= 20s

.PHONY: build test race fuzz bench lint demo ci

build:
	go build ./...

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

demo:
	go run ./examples/healthlake

ci:
	bash .ci/run
