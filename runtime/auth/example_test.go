package auth_test

import (
	"os"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// A provider is an adapter when a program is bound, and a signer of the
// transport when it runs.
func Example() {
	provider := auth.New(auth.Options{Source: auth.Sources{
		auth.Static{"pets": {"apiKey": {Value: os.Getenv("PETS_KEY"), Hosts: []string{"api.pets.example"}}}},
		auth.Environment{Lookup: os.Getenv},
	}})
	bind := runtime.BindOptions{Adapters: []runtime.Adapter{provider}}
	transport := &host.HTTP{Signers: map[string]host.Signer{auth.AuthScheme: provider}}
	_, _ = bind, transport
}
