package sigv4

import (
	"net/url"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// recognition says whether an operation takes AWS signatures.
type recognition int

const (
	notAWS recognition = iota
	signatureV4
	signatureV2
)

// signatureText is how descriptions name Signature Version 4 so that nothing
// else can be meant.
var signatureText = lazyRegexp(`(?i)sig(nature)?[ _-]?(v|ver|version)?[ _-]?4|aws[_-]?iam(\b|auth)|aws[ _-]?v4|aws4[ _-]?hmac|(aws|amazon)[ _-]?signature`)

// hmacText is a name under which others than AWS sign as well.
var hmacText = lazyRegexp(`(?i)hmac`)

var signatureV2Text = lazyRegexp(`(?i)sig(nature)?[ _-]?(v|ver|version)?[ _-]?2`)

// recognise looks for AWS signing in the security of an operation, and where
// none is declared in the host names of its servers. It returns the names of the
// schemes that stand for a signature. There are none if something else says so.
func recognise(t runtime.Target) (recognition, []string) {
	op := t.Operation
	if op == nil {
		return notAWS, nil
	}
	var signed, undefined []string
	found := notAWS
	declared := false
	for _, requirement := range op.Security {
		if len(requirement) == 0 {
			declared = true
		}
		for _, use := range requirement {
			if use.Scheme == nil || use.Scheme.Type == "" {
				undefined = append(undefined, use.Name)
				continue
			}
			declared = true
			switch recogniseScheme(t, use) {
			case signatureV4:
				signed = append(signed, use.Name)
			case signatureV2:
				found = signatureV2
			case notAWS:
			}
		}
	}
	if gateway, ok := extensions(op, op.Pointer)["x-amazon-apigateway-auth"].(map[string]any); ok {
		if kind, _ := gateway["type"].(string); strings.EqualFold(kind, "AWS_IAM") {
			return signatureV4, signed
		}
	}
	switch {
	case len(signed) > 0:
		return signatureV4, signed
	case found != notAWS || declared:
		return found, nil
	}
	for _, raw := range serverURLs(t) {
		if h, ok := parseHostname(hostOf(raw), ""); ok && h.takesSignature() {
			return signatureV4, undefined
		}
	}
	return notAWS, nil
}

func recogniseScheme(t runtime.Target, use openapi.SecurityUse) recognition {
	scheme := use.Scheme
	switch kind, _ := scheme.Extensions["x-amazon-apigateway-authtype"].(string); {
	case strings.EqualFold(kind, "awsSigv4"):
		return signatureV4
	case strings.EqualFold(kind, "awsSigv2"):
		return signatureV2
	case kind != "":
		return notAWS // an authorizer of the customer's
	}
	switch {
	case strings.EqualFold(scheme.Type, "apiKey") && strings.EqualFold(scheme.In, "header") && strings.EqualFold(scheme.ParameterName, "Authorization"):
	case strings.EqualFold(scheme.Type, "http") && strings.EqualFold(scheme.Scheme, "bearer"):
	case strings.EqualFold(scheme.Type, "http") && signatureText().MatchString(scheme.Scheme):
		return signatureV4
	default:
		return notAWS
	}
	texts := []string{use.Name, scheme.Description}
	for _, text := range texts {
		if signatureText().MatchString(text) && !onlyV2(text) {
			return signatureV4
		}
	}
	for _, text := range texts {
		if hmacText().MatchString(text) && belongsToAWS(t, scheme.Description) {
			return signatureV4
		}
		if signatureV2Text().MatchString(text) && belongsToAWS(t, scheme.Description) {
			return signatureV2
		}
	}
	return notAWS
}

// onlyV2 reports whether a text speaks of version 2 and not of version 4.
func onlyV2(text string) bool {
	return signatureV2Text().MatchString(text) && !strings.Contains(text, "4")
}

// belongsToAWS reports whether something besides the name of the scheme says
// that the description is of an AWS service.
func belongsToAWS(t runtime.Target, text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, "aws") || strings.Contains(text, "amazon") {
		return true
	}
	info := extensions(t.Operation, "/info")
	if provider, _ := info["x-providerName"].(string); strings.EqualFold(provider, "amazonaws.com") {
		return true
	}
	if name, _ := info["x-aws-signingName"].(string); name != "" {
		return true
	}
	for _, server := range t.Operation.Servers {
		if _, ok := parseHostname(hostOf(server.URL), ""); ok {
			return true
		}
	}
	return false
}

// serviceForm is what may stand in a credential scope.
var serviceForm = lazyRegexp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// serviceOf returns the names of the service that an operation belongs to: the
// one under which it signs, and the one in its host name. Both are "" if
// nothing tells.
func serviceOf(t runtime.Target) (service, prefix string) {
	for _, raw := range serverURLs(t) {
		h, ok := parseHostname(hostOf(raw), "")
		if !ok {
			continue
		}
		if name := h.service(); serviceForm().MatchString(name) {
			service, prefix = name, h.prefix
			break
		}
	}
	info := extensions(t.Operation, "/info")
	if name, _ := info["x-aws-signingName"].(string); serviceForm().MatchString(name) {
		if prefix == "" {
			prefix, _ = info["x-serviceName"].(string)
		}
		return name, prefix
	}
	if name, _ := info["x-serviceName"].(string); serviceForm().MatchString(name) {
		return signingName(name), name
	}
	if service == "" && isGateway(t.Operation) {
		return "execute-api", "execute-api"
	}
	return service, prefix
}

// isGateway reports whether the description was written for or by Amazon API
// Gateway, whose APIs may be served under any host name.
func isGateway(op *openapi.Operation) bool {
	for name := range extensions(op, op.Pointer) {
		if strings.HasPrefix(name, "x-amazon-apigateway-") {
			return true
		}
	}
	return false
}

// serverURLs returns the addresses of an operation: those of its description,
// then the one that the user gave.
func serverURLs(t runtime.Target) []string {
	var urls []string
	for _, server := range t.Operation.Servers {
		urls = append(urls, server.URL)
	}
	if t.Server != "" {
		urls = append(urls, t.Server)
	}
	return urls
}

// hostOf returns the host of a URL or URL template, without its port.
func hostOf(raw string) string {
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		rest, ok = strings.CutPrefix(raw, "//")
		if !ok {
			return ""
		}
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if strings.HasPrefix(rest, "[") {
		return rest
	}
	rest, _, _ = strings.Cut(rest, ":")
	return strings.TrimSuffix(rest, ".")
}

func extensions(op *openapi.Operation, pointer string) map[string]any {
	if op.Document == nil {
		return nil
	}
	return op.Document.Extensions(pointer)
}

// protocol is what an operation needs beyond a signature.
type protocol struct {
	// json is the version of the AWS JSON protocol, or "" if the operation does
	// not speak it.
	json string
	// declared says that the description itself names the protocol's media type.
	declared bool
	// target is the value of X-Amz-Target, or "".
	target string
}

// protocolOf recognises the AWS JSON protocol, whose operations share one path
// and are told apart by X-Amz-Target.
func protocolOf(op *openapi.Operation, service string) protocol {
	var p protocol
	path, fragment, keyed := strings.Cut(op.Path, "#")
	if text, err := url.PathUnescape(fragment); err == nil {
		fragment = text
	}
	isRPC := false
	if target, ok := strings.CutPrefix(fragment, "X-Amz-Target="); ok {
		p.target, isRPC = target, true
	}
	for _, parameter := range op.Parameters {
		if parameter.In != "header" || !strings.EqualFold(parameter.Name, "X-Amz-Target") {
			continue
		}
		isRPC = isRPC || parameter.Required || keyed
		if len(parameter.Enum) == 1 && p.target == "" {
			p.target, _ = parameter.Enum[0].(string)
		}
	}
	version := ""
	for _, name := range mediaTypes(op) {
		if v, ok := strings.CutPrefix(name, "application/x-amz-json-"); ok && (v == "1.0" || v == "1.1") {
			version = v
			break
		}
	}
	if keyed && version != "" && strings.Trim(path, "/") == "" && !strings.Contains(fragment, "=") {
		isRPC = true
	}
	if !isRPC {
		return protocol{}
	}
	p.json, p.declared = version, version != ""
	if p.json == "" {
		p.json = jsonVersion(service)
	}
	return p
}

// mediaTypes returns the names of the operation's media types without
// parameters, those of the request first.
func mediaTypes(op *openapi.Operation) []string {
	var names []string
	add := func(content []openapi.MediaType) {
		for _, m := range content {
			name, _, _ := strings.Cut(m.Name, ";")
			names = append(names, strings.ToLower(strings.TrimSpace(name)))
		}
	}
	if op.RequestBody != nil {
		add(op.RequestBody.Content)
	}
	for _, r := range op.Responses {
		add(r.Content)
	}
	return names
}
