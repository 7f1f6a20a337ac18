package cli

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// fetchTime bounds the time of fetching all documents of a command.
const fetchTime = 5 * time.Minute

// access are the flags that say which hosts may be reached.
type access struct {
	allow   hosts
	offline bool
}

func (a *access) define(s *pflag.FlagSet) {
	s.Var(&a.allow, "allow-host", "the only `HOST` that may be reached, for whatever purpose:\napi.example.com, 127.0.0.1:8080 or *.example.com; repeatable")
	s.BoolVar(&a.offline, "offline", false, "fetch no document; requests are sent all the same")
}

// policy returns the policy that the flags ask for. The servers are URLs that
// the user gives in other flags.
func (a *access) policy(servers ...string) *host.Policy {
	p := &host.Policy{Allow: a.allow, Offline: a.offline}
	for _, server := range servers {
		if named, ok := host.ServerPattern(server); ok {
			p.Named = append(p.Named, named)
		}
	}
	return p
}

// hosts is the value of a flag that names hosts and may be repeated.
type hosts []host.Pattern

func (h *hosts) String() string {
	names := make([]string, len(*h))
	for i, p := range *h {
		names[i] = p.String()
	}
	return strings.Join(names, ",")
}

func (h *hosts) Set(text string) error {
	p, err := host.ParsePattern(text)
	if err == nil {
		*h = append(*h, p)
	}
	return err
}

func (h *hosts) Type() string { return "HOST" }
