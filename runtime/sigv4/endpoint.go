package sigv4

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// regionText is what may stand for a region in a host name and a credential
// scope. Simulators may have regions that AWS has not.
var regionText = lazyRegexp(`^[a-z0-9][a-z0-9-]{0,62}$`)

// address finds the base URL and the region of the signature.
func (a *adapting) address(ctx context.Context) error {
	s, err := a.provider.load(ctx)
	if err != nil {
		return err
	}
	a.settings = s
	if a.service == "" && !a.provider.options.NoSignRequest {
		return &problem{
			rule:    "aws-unknown-service",
			message: fmt.Sprintf("nothing says which AWS service operation %q belongs to", operationName(a.target)),
			hint:    "name it in the description: x-aws-signingName under info",
		}
	}
	region, origin := a.configuredRegion()
	if region != "" && !regionText().MatchString(region) {
		return &problem{
			rule:    "aws-region",
			message: fmt.Sprintf("%s does not hold the name of an AWS region", origin),
			hint:    "regions are named like eu-central-1",
		}
	}
	custom, source := a.customEndpoint()
	if custom != "" {
		if s.fips || s.dualStack {
			return &problem{
				rule:    "aws-endpoint-conflict",
				message: fmt.Sprintf("a FIPS or dual-stack endpoint is asked for, and %s names an endpoint", source),
				hint:    "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT (use_fips_endpoint and use_dualstack_endpoint in the profile), or name no endpoint",
			}
		}
		return a.useCustom(custom, source, region, origin)
	}
	return a.useServer(region, origin)
}

// configuredRegion returns the region that the user chose, and where.
func (a *adapting) configuredRegion() (region, origin string) {
	if r := a.provider.options.Region; r != "" {
		return r, "--region"
	}
	for _, name := range sortedNames(a.target.Variables) {
		if isRegionVariable(name) && a.target.Variables[name] != "" {
			return a.target.Variables[name], "--server-var " + name
		}
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if r := a.provider.environ(name); r != "" {
			return r, "environment variable " + name
		}
	}
	if r := a.settings.shared.Region; r != "" {
		return r, fmt.Sprintf("AWS profile %q", a.settings.profile)
	}
	return "", ""
}

// customEndpoint returns the endpoint that the user chose, and where.
func (a *adapting) customEndpoint() (endpoint, source string) {
	if a.target.Server != "" {
		return a.target.Server, "--server"
	}
	if e := a.provider.options.EndpointURL; e != "" {
		return e, "--endpoint-url"
	}
	// The variables are for services of AWS, not for what customers run on API
	// Gateway.
	if a.settings.ignoreEndpoints || a.service == "execute-api" {
		return "", ""
	}
	names := endpointVariables(a.prefix, a.service)
	for _, name := range names {
		if e := a.provider.environ("AWS_ENDPOINT_URL_" + name); e != "" {
			return e, "environment variable AWS_ENDPOINT_URL_" + name
		}
	}
	if e := a.provider.environ("AWS_ENDPOINT_URL"); e != "" {
		return e, "environment variable AWS_ENDPOINT_URL"
	}
	for _, name := range names {
		if e := a.settings.shared.Services.ServiceValues[strings.ToLower(name)]["endpoint_url"]; e != "" {
			return e, fmt.Sprintf("AWS profile %q, services, %s", a.settings.profile, strings.ToLower(name))
		}
	}
	if e := a.settings.shared.BaseEndpoint; e != "" {
		return e, fmt.Sprintf("AWS profile %q, endpoint_url", a.settings.profile)
	}
	return "", ""
}

// useCustom sends requests to an endpoint that the user chose.
func (a *adapting) useCustom(endpoint, source, region, origin string) error {
	host, _ := parseHostname(hostOf(endpoint), region)
	server, haveServer := a.chooseServer(region)
	if region == "" && (!a.provider.options.NoSignRequest || slices.ContainsFunc(templateNames(endpoint), isRegionVariable)) {
		region = a.undeclaredRegion(host, server)
		if region == "" {
			return noRegion()
		}
	}
	// Variables of a --server template are those of the description.
	server.URL = endpoint
	if !haveServer {
		server.Range = a.target.Range
	}
	base, err := a.fill(server, region, origin)
	if err != nil {
		return err
	}
	u, ok := parseBase(base)
	if !ok {
		return &problem{
			rule:    "invalid-endpoint",
			message: fmt.Sprintf("%s is not an http or https URL of a server", source),
			hint:    "give it as in https://healthlake.eu-west-2.amazonaws.com or http://127.0.0.1:4566",
		}
	}
	a.result.Named = true
	return a.settle(u, region, origin)
}

// useServer sends requests to the server of the description that fits the
// region.
func (a *adapting) useServer(region, origin string) error {
	server, ok := a.chooseServer(region)
	if !ok {
		return &problem{
			rule:    "no-server",
			message: fmt.Sprintf("the description of operation %q names no server", operationName(a.target)),
			hint:    "name it with --server or --endpoint-url",
		}
	}
	host, _ := parseHostname(hostOf(server.URL), region)
	if global := globalRegion(host.prefix, partitionOf(region)); global != "" && host.resource == "" {
		region, origin = global, ""
	}
	if region == "" {
		region = a.undeclaredRegion(host, server)
	}
	if region == "" {
		return noRegion()
	}
	base, err := a.fill(server, region, origin)
	if err != nil {
		return err
	}
	u, ok := parseBase(base)
	if !ok {
		return &problem{
			rule:    "invalid-endpoint",
			message: fmt.Sprintf("the server %q of the description is not an absolute http or https URL", server.URL),
			hint:    "name another with --server or --endpoint-url",
		}
	}
	if err := a.rewrite(u, region); err != nil {
		return err
	}
	return a.settle(u, region, origin)
}

// chooseServer returns the server of the description for a region: one of its
// partition, by https if there is a choice.
func (a *adapting) chooseServer(region string) (openapi.Server, bool) {
	best, bestScore := openapi.Server{}, -1
	for _, server := range a.target.Operation.Servers {
		score := 0
		if h, ok := parseHostname(hostOf(server.URL), region); ok {
			if region != "" && strings.HasSuffix(h.domain, ".cn") == (partitionOf(region) == partitionChina) {
				score += 4
			} else if region == "" && !strings.HasSuffix(h.domain, ".cn") {
				score += 4
			}
			score += 2
		}
		if strings.HasPrefix(strings.ToLower(server.URL), "https:") {
			score++
		}
		if score > bestScore {
			best, bestScore = server, score
		}
	}
	return best, bestScore >= 0
}

// undeclaredRegion returns the region to use if none is configured: that of the
// host, else the default of the description with a warning, else "".
func (a *adapting) undeclaredRegion(host hostname, server openapi.Server) string {
	if host.region != "" && !isRegionTemplate(host.region) {
		return host.region
	}
	for _, v := range server.Variables {
		if isRegionVariable(v.Name) && strings.Contains(server.URL, "{"+v.Name+"}") && regionText().MatchString(v.Default) {
			a.found.Add(diag.Diagnostic{
				Rule:     "aws-default-region",
				Severity: diag.Warning,
				Message:  fmt.Sprintf("no AWS region is configured; %s, the default of the description, is used", v.Default),
				Hint:     "choose one with --region, AWS_REGION or a profile, since data goes where the region is",
				Range:    a.place(server),
			})
			return v.Default
		}
	}
	if own, ok := parseHostname(hostOf(server.URL), ""); ok && own.region == "" {
		return "us-east-1" // a host without a region is in this one
	} else if ok && !isRegionTemplate(own.region) {
		return own.region
	}
	return ""
}

func (a *adapting) place(server openapi.Server) diag.Range {
	if server.Range != (diag.Range{}) {
		return server.Range
	}
	return a.target.Range
}

// fill replaces the variables of a server's URL.
func (a *adapting) fill(server openapi.Server, region, origin string) (string, error) {
	out := server.URL
	for _, name := range templateNames(server.URL) {
		declared := slices.IndexFunc(server.Variables, func(v openapi.ServerVariable) bool { return v.Name == name })
		value := a.target.Variables[name]
		switch {
		case isRegionVariable(name):
			value = region
		case value == "" && declared >= 0:
			value = server.Variables[declared].Default
		}
		if value == "" {
			return "", &problem{
				rule:    "server-variable",
				message: fmt.Sprintf("server variable %q has no value", name),
				hint:    fmt.Sprintf("give it with --server-var %s=VALUE", name),
			}
		}
		if declared >= 0 {
			a.compareEnum(server, server.Variables[declared], value, origin)
		}
		out = strings.ReplaceAll(out, "{"+name+"}", value)
	}
	return out, nil
}

// compareEnum warns of a value that the description does not list. Its lists
// of regions are often years old.
func (a *adapting) compareEnum(server openapi.Server, v openapi.ServerVariable, value, origin string) {
	if len(v.Enum) == 0 || slices.Contains(v.Enum, value) {
		return
	}
	message := fmt.Sprintf("the description does not list %q for server variable %q", value, v.Name)
	if origin != "" && isRegionVariable(v.Name) {
		message += ", and it is used because of " + origin
	}
	a.found.Add(diag.Diagnostic{Rule: "server-variable-value", Severity: diag.Warning, Message: message, Range: a.place(server)})
}

// rewrite turns the host of the description into the one that region and
// settings ask for.
func (a *adapting) rewrite(u *url.URL, region string) error {
	host, ok := parseHostname(strings.ToLower(u.Hostname()), region)
	if !ok {
		if a.settings.fips || a.settings.dualStack {
			return unruledEndpoint(u.Hostname())
		}
		return nil
	}
	before := host
	in := partitionOf(region)
	if in == partitionIsolated && !strings.HasSuffix(host.domain, ".gov") && !strings.HasSuffix(host.domain, ".uk") {
		return &problem{
			rule:    "aws-partition",
			message: fmt.Sprintf("the description knows no endpoint for region %s", region),
			hint:    "name it with --endpoint-url",
		}
	}
	plain, dualStack := in.suffixes()
	if host.rewritable() && host.resource == "" && in != partitionIsolated {
		host.domain = plain
		if before.dual && strings.HasPrefix(before.domain, "api.") {
			host.domain = dualStack
		}
	}
	if a.settings.fips && !host.fips {
		if !host.rewritable() || strings.Contains(host.prefix, ".") {
			return unruledEndpoint(u.Hostname())
		}
		host.fips = true
	}
	if a.settings.dualStack && !host.dual {
		if !host.rewritable() {
			return unruledEndpoint(u.Hostname())
		}
		host.dual = true
		if host.prefix != "s3" {
			host.domain = dualStack
		}
	}
	if host.region == "" && host.rewritable() && a.isRegional(host) && region != "us-east-1" {
		a.found.Add(diag.Diagnostic{
			Rule:     "aws-regional-endpoint",
			Severity: diag.Warning,
			Message:  fmt.Sprintf("the description names %s without a region, and its endpoint in %s is used", u.Hostname(), region),
			Hint:     "name the endpoint with --endpoint-url if there is only one",
			Range:    a.target.Range,
		})
		host.region = region
	}
	port := u.Port()
	if u.Scheme == "http" && !a.provider.options.AllowHTTP && (port == "" || port == "80") {
		u.Scheme, port = "https", "" // every endpoint of AWS answers there
	}
	name := u.Hostname()
	if host != before {
		name = host.String()
	}
	u.Host = name
	if port != "" {
		u.Host = net.JoinHostPort(name, port)
	}
	return nil
}

// isRegional reports whether the host without a region stands for a service
// that has an endpoint in each.
func (a *adapting) isRegional(host hostname) bool {
	return host.prefix != "s3" && host.prefix != "sts" && globalRegion(host.prefix, partitionAWS) == ""
}

func unruledEndpoint(host string) *problem {
	return &problem{
		rule:    "aws-endpoint-conflict",
		message: fmt.Sprintf("a FIPS or dual-stack endpoint is asked for, and its name cannot be told from %q", host),
		hint:    "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, and name the endpoint with --endpoint-url",
	}
}

func noRegion() *problem {
	return &problem{
		rule:    "no-region",
		message: "no AWS region is configured",
		hint:    "choose one with --region, AWS_REGION or a profile",
	}
}

// settle fixes base URL and region, once they agree.
func (a *adapting) settle(u *url.URL, region, origin string) error {
	if host, ok := parseHostname(strings.ToLower(u.Hostname()), region); ok {
		global := globalRegion(host.prefix, partitionOf(region))
		switch {
		case global != "" && host.region == "":
			region = global
		case host.region != "" && (global != "" || host.resource != "" && origin != "--region"):
			region = host.region // the resource is there and nowhere else
		case host.region == "" && host.prefix == "sts":
			region = "us-east-1"
		case host.region != "" && host.region != region:
			return regionMismatch(u, host, region, origin)
		}
	} else if global := globalRegion(a.prefix, partitionOf(region)); global != "" {
		region = global
	}
	a.region = region
	a.result.BaseURL = strings.TrimRight(u.String(), "/")
	o := a.provider.options
	if u.Scheme == "http" && !o.NoSignRequest && !o.AllowHTTP && !isLoopback(u.Hostname()) {
		return &problem{
			rule:    "clear-text-credentials",
			message: fmt.Sprintf("signed requests would go to %s over clear text", u.Host),
			hint:    "use its https address, or permit clear text with --allow-http",
		}
	}
	return nil
}

// regionMismatch says that the signature would be for another region than that
// of the endpoint, which would refuse it.
func regionMismatch(u *url.URL, host hostname, region, origin string) *problem {
	p := &problem{
		rule:    "aws-region-mismatch",
		message: fmt.Sprintf("%s asks for region %s, and %s is in %s", origin, region, u.Hostname(), host.region),
		hint:    fmt.Sprintf("use --region %s, or name the endpoint in %s with --endpoint-url", host.region, region),
	}
	if host.rewritable() && host.resource == "" {
		host.region = region
		p.hint += " https://" + host.String()
	}
	return p
}

// parseBase parses the base URL of a server. One with credentials, a query or a
// fragment is refused.
func parseBase(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.User != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	u.Scheme = strings.ToLower(u.Scheme)
	return u, u.Scheme == "http" || u.Scheme == "https"
}

// templateNames returns the names of the variables in a server URL, each once.
func templateNames(text string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return names
		}
		name, rest, ok := strings.Cut(rest, "}")
		if !ok {
			return names
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		text = rest
	}
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
