package cli

import (
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// authenticators are all that can authenticate the requests of a run.
type authenticators struct {
	aws  *sigv4.Provider
	auth *auth.Provider
}

// authenticators reads the credentials file, if one is named, and sets up what
// authenticates requests. Credentials of the file come before those of the
// environment.
func (j *runJob) authenticators() (*authenticators, error) {
	f := j.flags
	var sources auth.Sources
	if f.credentials != "" {
		file, list := auth.ReadFile(f.credentials, j.app.getenv)
		if err := j.review(list); err != nil {
			return nil, err
		}
		sources = append(sources, file)
	}
	sources = append(sources, auth.Environment{Lookup: j.app.getenv})
	return &authenticators{
		aws: sigv4.New(sigv4.Options{
			Profile:       f.profile,
			Region:        f.region,
			EndpointURL:   f.endpointURL,
			NoSignRequest: f.noSign,
			NoCredentials: f.noCredentials,
			AllowHTTP:     f.allowHTTP,
			Warn:          j.warn,
		}),
		auth: auth.New(auth.Options{
			Source:        sources,
			NoCredentials: f.noCredentials,
			AllowHTTP:     f.allowHTTP,
			Policy:        j.hosts,
			Warn:          j.warn,
		}),
	}, nil
}

// adapters are asked in this order: what knows a family of APIs comes before
// what chooses among the credentials.
func (a *authenticators) adapters() []runtime.Adapter { return []runtime.Adapter{a.aws, a.auth} }

func (a *authenticators) signers() map[string]host.Signer {
	return map[string]host.Signer{sigv4.Scheme: a.aws, auth.AuthScheme: a.auth}
}
