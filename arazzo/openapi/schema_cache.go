package openapi

import (
	"slices"
	"sync"
)

// maxKnownSchemas bounds the schemas of one description that are remembered.
const maxKnownSchemas = 20_000

// knownSchemas remembers what was read of the schemas of a description, since one
// schema is asked for by many steps. It is safe for concurrent use.
type knownSchemas struct {
	mu    sync.Mutex
	parts map[schemaKey][]place
	facts map[schemaKey]facts
}

// schemaKey is where a schema stands.
type schemaKey struct {
	source  *source
	pointer string
}

func (k *knownSchemas) partsOf(p place) ([]place, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	parts, ok := k.parts[schemaKey{p.source, p.pointer}]
	return slices.Clip(parts), ok
}

func (k *knownSchemas) keepParts(p place, parts []place) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.parts == nil {
		k.parts = map[schemaKey][]place{}
	}
	if len(k.parts) < maxKnownSchemas {
		k.parts[schemaKey{p.source, p.pointer}] = parts
	}
}

func (k *knownSchemas) factsOf(p place) (facts, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, ok := k.facts[schemaKey{p.source, p.pointer}]
	return f, ok
}

func (k *knownSchemas) keepFacts(p place, f facts) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.facts == nil {
		k.facts = map[schemaKey]facts{}
	}
	if len(k.facts) < maxKnownSchemas {
		k.facts[schemaKey{p.source, p.pointer}] = f
	}
}
