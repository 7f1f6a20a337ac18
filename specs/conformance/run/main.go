// Command run judges a tool that runs Arazzo documents by the conformance
// suite. The tool is reached through an adapter, a small program that is told
// by environment variables what to run and prints how it came out; see the
// README of the suite.
//
//	go run ./specs/conformance/run -adapter ./specs/conformance/adapters/arazzo.sh
//
// The exit code is 0 if no case failed, 1 if one did, 2 if the suite could not
// be run.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
