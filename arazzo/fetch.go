package arazzo

import (
	"context"
	"fmt"
	"sync"
)

// Fetcher reads documents from the network. Implementations must be safe for
// concurrent use and should bound what they read. Documents come from strangers,
// and so do their references: what a document that was fetched refers to must
// not be at an address that only the user can reach, unless he permits it.
//
// An error of type [*diag.Diagnostic] is reported under its own rule, with its
// hint.
type Fetcher interface {
	Fetch(ctx context.Context, want FetchRequest) (*Fetched, error)
}

// FetchRequest says which document is to be fetched, and on whose word.
type FetchRequest struct {
	// URI is an http or https URL.
	URI string
	// From is the location of the document that refers to it, a path or a URL.
	// Empty: whoever calls the Loader named it.
	From string
	// Part says that it is no source description that refers to it, but a $ref in
	// an API description or a schema.
	Part bool
}

// Fetched is a document that was fetched.
type Fetched struct {
	Data []byte
	// URI is where it came from in the end. Empty: where it was asked for.
	URI string
	// Private says that it came from an address that is not public, so that no
	// document from elsewhere may refer to it.
	Private bool
}

// IsRemote reports whether a location is an http or https URL, so that what is
// read from there came from the network.
func IsRemote(location string) bool { return isRemote(location) }

// The rules by which a document is not read although it may be there. Those that
// no constant of this package stands for are a Fetcher's.
const (
	ruleRemoteReadsFile = "remote-document-reads-file"
	rulePrivateAddress  = "private-address"
)

// isRefusal reports whether a rule is about what may be read.
func isRefusal(rule string) bool {
	switch rule {
	case ruleRemoteReadsFile, rulePrivateAddress,
		"host-not-allowed", "unverified-address", "redirect-refused", "reference-not-permitted", "offline":
		return true
	default:
		return false
	}
}

// readsFile reports whether a document that came from the network refers to a
// local file. A file that the user gives is found by its $self, never by its
// path.
func readsFile(from, location string) bool {
	if !isRemote(from) || isRemote(location) {
		return false
	}
	scheme, ok := schemeOf(location)
	return !ok || scheme == "file"
}

func fileRefused(from, location string) *readError {
	return &readError{
		rule:    ruleRemoteReadsFile,
		message: fmt.Sprintf("%q was fetched from the network and cannot refer to the local file %q", withoutSecrets(from), shown(location)),
		hint:    "give the document whose \"$self\" it names with --include FILE, or say where the source is with --source",
	}
}

// privateRefused keeps documents from elsewhere from what came from an address
// that is not public.
func privateRefused(from, location string) *readError {
	return &readError{
		rule:    rulePrivateAddress,
		message: fmt.Sprintf("%q is at no public address, and %q, which refers to it, was fetched from elsewhere", withoutSecrets(location), withoutSecrets(from)),
		hint:    "if it may be reached, name its host with --allow-host",
	}
}

// budget bounds what one call of Load, and the lookups after it, may read.
type budget struct {
	mu      sync.Mutex
	bytes   int64
	fetches int
}

// fetch counts a document of the network and reports whether it is one too many.
func (b *budget) fetch() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fetches++
	return b.fetches > maxFetches
}

// add counts bytes and reports whether they are too many.
func (b *budget) add(n int, limit int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes += int64(n)
	return b.bytes > limit
}
