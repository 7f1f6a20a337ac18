// Command arazzo runs the workflows of Arazzo documents.
package main

import (
	"os"

	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
