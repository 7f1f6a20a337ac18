package auth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// authorizationTimeout bounds one exchange with an authorization server.
const authorizationTimeout = 30 * time.Second

// exchange asks a token endpoint for a token. An empty endpoint is found in the
// metadata of the server.
func (p *Provider) exchange(ctx context.Context, auth runtime.Auth, c *Credential, g grant, endpoint, refresh string) (grantedToken, error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, authorizationTimeout)
	defer cancel()
	client, err := p.client(ctx, auth)
	if err != nil {
		return grantedToken{}, err
	}
	a := &asking{provider: p, client: client, credential: c, auth: auth, grant: g, endpoint: endpoint, refresh: refresh}
	styles := a.styles("")
	if endpoint == "" {
		m, err := p.servers.get(ctx, client, p, auth.Params[paramMetadata])
		if err != nil {
			return grantedToken{}, a.failure(parent, err)
		}
		a.endpoint, styles = m.tokenEndpoint, a.styles(m.style)
	}
	u, err := url.Parse(a.endpoint)
	switch {
	case err != nil || !p.mayReceive(u):
		return grantedToken{}, refuse("the token endpoint for %s is not an https URL", a.name())
	case c.TokenURL == "" && !admits(c.Hosts, u):
		return grantedToken{}, refuse("%s, the token endpoint for %s, is none of the hosts that may receive its credential (%s)", u.Host, a.name(), c.Origin)
	}
	a.host = u.Host
	styles = p.tokens.preferred(a.endpoint, c.ClientID, styles)
	asked := p.now()
	var token *oauth2.Token
	for i, style := range styles {
		token, err = a.ask(ctx, style)
		if err == nil {
			p.tokens.prefer(a.endpoint, c.ClientID, style)
		}
		if err == nil || i == len(styles)-1 || !mayTakeAnotherStyle(err) {
			break
		}
	}
	if err != nil {
		return grantedToken{}, a.failure(parent, err)
	}
	return a.granted(token, asked)
}

// asking is one request for a token.
type asking struct {
	provider   *Provider
	client     *http.Client
	credential *Credential
	auth       runtime.Auth
	grant      grant
	endpoint   string
	host       string
	refresh    string
}

func (a *asking) name() string {
	return fmt.Sprintf("%q of source %q", a.auth.Params[paramName], a.auth.Params[paramSource])
}

// styles returns how the client may authenticate itself, in the order in which
// it is tried: HTTP Basic, which every server must support, and then the body
// (RFC 6749, 2.3.1). A client without a secret only names itself.
func (a *asking) styles(method string) []oauth2.AuthStyle {
	switch {
	case a.credential.ClientSecret == "":
		return []oauth2.AuthStyle{oauth2.AuthStyleInParams}
	case method == "client_secret_basic":
		return []oauth2.AuthStyle{oauth2.AuthStyleInHeader}
	case method == "client_secret_post":
		return []oauth2.AuthStyle{oauth2.AuthStyleInParams}
	default:
		return []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams}
	}
}

func (a *asking) ask(ctx context.Context, style oauth2.AuthStyle) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, a.client)
	c := a.credential
	scopes := strings.Fields(a.auth.Params[paramScopes])
	if a.grant == grantClient {
		config := clientcredentials.Config{
			ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: a.endpoint, Scopes: scopes, AuthStyle: style,
		}
		return config.Token(ctx)
	}
	config := oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: scopes,
		Endpoint: oauth2.Endpoint{TokenURL: a.endpoint, AuthStyle: style},
	}
	if a.grant == grantPassword {
		return config.PasswordCredentialsToken(ctx, c.Username, c.Password)
	}
	return config.TokenSource(ctx, &oauth2.Token{RefreshToken: a.refresh}).Token()
}

// mayTakeAnotherStyle reports whether a refusal can be about the way in which
// the client authenticated itself, and not about what it asked for.
func mayTakeAnotherStyle(err error) bool {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.ErrorCode {
	case "invalid_client", "unauthorized_client", "invalid_request":
		return true
	case "":
		return refused.Response.StatusCode == http.StatusUnauthorized || refused.Response.StatusCode == http.StatusBadRequest
	default:
		return false
	}
}

// granted reads what the server gave.
func (a *asking) granted(token *oauth2.Token, asked time.Time) (grantedToken, error) {
	const bearerName = "Bearer"
	if name := token.Type(); !strings.EqualFold(name, bearerName) {
		return grantedToken{}, refuse("the token endpoint %s gives tokens of type %q, which cannot be used", a.host, clean(name))
	}
	if strings.ContainsFunc(token.AccessToken, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return grantedToken{}, refuse("the token endpoint %s gave something that is not a token", a.host)
	}
	out := grantedToken{refresh: token.RefreshToken}
	if out.refresh == "" {
		out.refresh = a.refresh
	}
	out.field = bearerName + " " + token.AccessToken
	lifetime := time.Duration(token.ExpiresIn) * time.Second
	if lifetime <= 0 && !token.Expiry.IsZero() { // of a form-encoded answer
		lifetime = time.Until(token.Expiry)
	}
	if lifetime > 0 {
		out.expires, out.early = asked.Add(lifetime), min(maxEarly, lifetime/10)
	}
	a.provider.secrets.add(token.AccessToken, token.RefreshToken)
	return out, nil
}

// failure says why there is no token. What the server answered is shown only as
// far as RFC 6749 defines it, and without secrets.
func (a *asking) failure(parent context.Context, err error) error {
	if parent.Err() != nil {
		return parent.Err()
	}
	var done *runtime.ExchangeError
	if errors.As(err, &done) {
		return err
	}
	where := a.host
	if where == "" {
		where = hostOf(a.auth.Params[paramMetadata])
	}
	out := &runtime.ExchangeError{Failure: runtime.NotSent}
	var refused *oauth2.RetrieveError
	var unreachable *url.Error
	var forbidden *diag.Diagnostic
	switch {
	case errors.As(err, &forbidden):
		out.Failure, out.Hint = runtime.Refused, forbidden.Hint
		out.Message = fmt.Sprintf("no access token for %s: %s", a.name(), forbidden.Message)
	case errors.As(err, &refused):
		a.refusal(out, refused, where)
	case errors.Is(err, context.DeadlineExceeded):
		out.Message = fmt.Sprintf("no access token for %s: %s did not answer within %v", a.name(), where, authorizationTimeout)
	case errors.As(err, &unreachable):
		out.Message = fmt.Sprintf("no access token for %s: %s cannot be reached: %v", a.name(), where, unreachable.Err)
	default:
		out.Message = fmt.Sprintf("no access token for %s: %s gave an answer that holds none", a.name(), where)
	}
	return out
}

// refusal describes the error response of a token endpoint (RFC 6749, 5.2).
func (a *asking) refusal(out *runtime.ExchangeError, refused *oauth2.RetrieveError, where string) {
	status := refused.Response.StatusCode
	out.Message = fmt.Sprintf("no access token for %s: %s answered %d", a.name(), where, status)
	if refused.ErrorCode != "" {
		out.Message = fmt.Sprintf("no access token for %s: %s says %s", a.name(), where, a.shown(refused.ErrorCode))
		if text := a.shown(refused.ErrorDescription); text != "" {
			out.Message += ": " + text
		}
	}
	if status < http.StatusInternalServerError {
		out.Failure = runtime.Refused
	}
	source, scheme := a.auth.Params[paramSource], a.auth.Params[paramName]
	variable := func(f Field) string { return Variable(source, scheme, f) }
	switch {
	case refused.ErrorCode == "invalid_client":
		out.Hint = fmt.Sprintf("check %s and %s", variable(FieldClientID), variable(FieldClientSecret))
	case refused.ErrorCode == "invalid_scope":
		out.Hint = fmt.Sprintf("name the scopes that the client may have in %s", variable(FieldScopes))
	case isInvalidGrant(refused) && a.grant == grantPassword:
		out.Hint = fmt.Sprintf("check %s and %s", variable(FieldUsername), variable(FieldPassword))
	case isInvalidGrant(refused):
		out.Hint = fmt.Sprintf("get a new refresh token for %s", variable(FieldRefreshToken))
	case status >= 300 && status < 400:
		out.Hint = "secrets do not follow a redirect; correct the token URL in the description, or give it in the credentials file"
	}
	if refused.ErrorCode != "" {
		out.Err = codeError(a.shown(refused.ErrorCode))
	}
}

// codeError is the error code of a token endpoint, kept so that it can be found
// in the chain of an error.
type codeError string

func (c codeError) Error() string { return string(c) }

// isInvalidGrant reports whether a server does not take what was given for a
// token.
func isInvalidGrant(err error) bool {
	const code = "invalid_grant"
	var refused *oauth2.RetrieveError
	var kept codeError
	return errors.As(err, &refused) && refused.ErrorCode == code || errors.As(err, &kept) && kept == code
}

// shown returns a text of a server in a form that can be shown.
func (a *asking) shown(text string) string { return clean(a.provider.secrets.hide(text)) }

// clean cuts a text short and takes out what a terminal would act on.
func clean(text string) string {
	const most = 200
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strings.TrimSuffix(strings.TrimSpace(text), ".")
}

func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return "the authorization server"
}

// client returns what exchanges with an authorization server go over. Where the
// source has a client certificate and the server is that of the API, it is
// presented there too.
func (p *Provider) client(ctx context.Context, auth runtime.Auth) (*http.Client, error) {
	carrier := &carrier{base: p.policy.RoundTripper(runtime.Reach{Document: auth.Params[paramDocument]}), origin: auth.Params[paramOrigin]}
	c, err := p.find(ctx, auth.Params[paramSource], "")
	if err == nil && c != nil && c.Cert != "" {
		if carrier.vouched, err = p.wires.transport(c, carrier.base); err != nil {
			return nil, refuse("the client certificate for source %q cannot be used: %v", auth.Params[paramSource], err)
		}
	}
	return &http.Client{
		Transport: carrier,
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			// What is posted is secret, and who answers elsewhere must not say where
			// secrets go.
			const most = 3
			if via[0].Method != http.MethodGet || len(via) > most || originOf(next.URL.String()) != originOf(via[0].URL.String()) {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}, nil
}

// carrier sends the requests to an authorization server.
type carrier struct {
	base    http.RoundTripper
	vouched http.RoundTripper // presents the client certificate of the source
	origin  string
}

// RoundTrip sends a request.
func (c *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "arazzo")
	through := c.base
	if c.vouched != nil && originOf(req.URL.String()) == c.origin {
		through = c.vouched
	}
	resp, err := through.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	// Plain text may be a form, and is more often JSON that nobody declared.
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media == "text/plain" {
		peeked := bufio.NewReader(resp.Body)
		if first, err := peeked.Peek(1); err == nil && first[0] == '{' {
			resp.Header.Set("Content-Type", "application/json")
		}
		resp.Body = struct {
			io.Reader
			io.Closer
		}{peeked, resp.Body}
	}
	return resp, nil
}

// supported picks the way of authentication that a server names and that is
// known here.
func supported(methods []string) (string, bool) {
	if len(methods) == 0 {
		return "", true
	}
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		if slices.Contains(methods, method) {
			return method, true
		}
	}
	return "", slices.Contains(methods, "none")
}
