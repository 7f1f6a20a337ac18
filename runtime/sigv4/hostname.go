package sigv4

import (
	"slices"
	"strings"
)

// partition is a group of regions with names and credentials of their own.
type partition int

const (
	partitionAWS partition = iota
	partitionChina
	partitionGov
	partitionEurope // the European Sovereign Cloud
	partitionIsolated
)

// partitionOf returns the partition of a region.
func partitionOf(region string) partition {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return partitionChina
	case strings.HasPrefix(region, "us-gov-"):
		return partitionGov
	case strings.HasPrefix(region, "eusc-"):
		return partitionEurope
	case strings.HasPrefix(region, "us-iso"), strings.HasPrefix(region, "eu-iso"):
		return partitionIsolated
	default:
		return partitionAWS
	}
}

// suffixes returns the domain of a partition, and that of its dual-stack
// endpoints.
func (p partition) suffixes() (plain, dualStack string) {
	switch p {
	case partitionChina:
		return "amazonaws.com.cn", "api.amazonwebservices.com.cn"
	case partitionEurope:
		return "amazonaws.eu", "api.amazonwebservices.eu"
	case partitionAWS, partitionGov, partitionIsolated:
		return "amazonaws.com", "api.aws"
	default:
		return "amazonaws.com", "api.aws"
	}
}

// regionForm is what names of regions look like: us-east-1, us-gov-west-1.
var regionForm = lazyRegexp(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// hostname is a host name of AWS, or a template of one, taken apart.
type hostname struct {
	// resource are the labels before the service, such as the name of a bucket
	// or the id of an API. With one, the host belongs to one region.
	resource string
	// prefix are the labels that name the service: "healthlake", "api.ecr". It
	// may hold template expressions.
	prefix string
	// region is a region, a template expression for one, or "".
	region string
	// rest is what follows the region before the domain: "vpce".
	rest string
	// domain is the partition's: "amazonaws.com", "api.aws".
	domain string
	fips   bool
	dual   bool
}

// parseHostname takes a host name apart. It returns false if it is not one of
// AWS. The port, if any, must be cut off before. The region is one that the host
// may be in though its name is not like those of AWS; it may be empty.
func parseHostname(name, region string) (hostname, bool) {
	var h hostname
	var labels []string
	for _, domain := range []string{
		"api.amazonwebservices.com.cn", "api.amazonwebservices.eu", "amazonaws.com.cn", "amazonaws.com", "amazonaws.eu",
		"api.aws", "on.aws", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov",
	} {
		cut := len(name) - len(domain) - 1
		if cut > 0 && name[cut] == '.' && strings.EqualFold(name[cut+1:], domain) {
			h.domain = domain
			h.dual = strings.HasPrefix(domain, "api.")
			labels = splitLabels(name[:cut])
			break
		}
	}
	if h.domain == "" {
		return hostname{}, false
	}
	before, after := labels, []string(nil)
	for i := len(labels) - 1; i >= 0; i-- {
		if found, ok := regionLabel(labels[i], region); ok {
			before, after = labels[:i], labels[i+1:]
			h.region = found
			if found != labels[i] { // the older form s3-us-west-2
				before = append(before[:len(before):len(before)], "s3")
			}
			break
		}
	}
	h.rest = strings.Join(after, ".")
	before = h.cutMarkers(before)
	switch {
	case len(after) > 0 && after[len(after)-1] == "vpce":
		if len(before) > 1 {
			h.resource, before = before[0], before[1:]
		}
		h.prefix = strings.Join(before, ".")
	case len(after) > 0 && len(before) > 0:
		// search-x.us-east-1.es.amazonaws.com
		h.resource, h.prefix = strings.Join(before, "."), h.rest
	case len(after) > 0:
		// us-west-2.queue.amazonaws.com
		h.prefix = h.rest
	default:
		h.split(before)
	}
	return h, true
}

// split tells the labels of a resource from those of the service.
func (h *hostname) split(labels []string) {
	if len(labels) == 0 {
		return
	}
	h.prefix = strings.Join(labels, ".")
	last := labels[len(labels)-1]
	if len(labels) == 1 || signingName(h.prefix) != h.prefix {
		return
	}
	switch last {
	case "s3", "s3-accesspoint", "s3-control", "s3-outposts", "s3-object-lambda", "execute-api", "lambda-url",
		"dkr", "ecr", "iot", "elb", "compute", "compute-1", "rds", "cache", "redshift", "es", "kafka", "mq", "cloudsearch":
		if labels[0] == "api" || labels[0] == "data" {
			return
		}
		h.resource, h.prefix = strings.Join(labels[:len(labels)-1], "."), last
	}
}

// cutMarkers takes the labels out that ask for FIPS and dual-stack endpoints.
func (h *hostname) cutMarkers(labels []string) []string {
	var kept []string
	for _, label := range labels {
		switch short := strings.TrimSuffix(label, "-fips"); {
		case label == "dualstack":
			h.dual = true
		case label == "fips":
			h.fips = true
		case short != label && short != "":
			h.fips = true
			kept = append(kept, short)
		default:
			kept = append(kept, label)
		}
	}
	return kept
}

// service returns the name under which the service of the host signs, or "".
func (h hostname) service() string {
	if h.prefix == "" || strings.ContainsAny(h.prefix, "{}") {
		return ""
	}
	if name := signingName(h.prefix); name != h.prefix {
		return name
	}
	switch h.prefix {
	case "lambda-url":
		return "lambda"
	case "s3-accesspoint":
		return "s3"
	case "data.iot":
		return "iotdata"
	case "queue":
		return "sqs"
	case "global.health":
		return "health"
	}
	return h.prefix[strings.LastIndexByte(h.prefix, '.')+1:]
}

// takesSignature reports whether the host is a service of AWS itself, not
// something that a customer runs there and that may have a security of its own.
func (h hostname) takesSignature() bool {
	switch h.prefix {
	case "execute-api", "elb", "compute", "compute-1", "rds", "cache", "redshift", "lambda-url", "dkr", "iot", "kafka", "mq",
		"vpce", "s3-website", "":
		return false
	}
	return !strings.HasPrefix(h.prefix, "s3-website") && h.resource == ""
}

// rewritable reports whether the host name is of the usual form, so that
// another of the same service can be made from it.
func (h hostname) rewritable() bool { return h.rest == "" && h.prefix != "" && h.domain != "on.aws" }

// String puts a rewritable host name together.
func (h hostname) String() string {
	prefix := h.prefix
	if h.fips {
		prefix += "-fips"
	}
	labels := []string{h.resource, prefix}
	if h.dual && !strings.HasPrefix(h.domain, "api.") {
		labels = append(labels, "dualstack")
	}
	labels = append(labels, h.region, h.domain)
	return strings.Join(slices.DeleteFunc(labels, func(label string) bool { return label == "" }), ".")
}

// regionLabel returns the region that a label of a host name stands for.
func regionLabel(label, region string) (string, bool) {
	if region != "" && label == region || regionForm().MatchString(label) || isRegionTemplate(label) {
		return label, true
	}
	if rest, ok := strings.CutPrefix(label, "s3-"); ok && regionForm().MatchString(rest) {
		return rest, true
	}
	return "", false
}

func isRegionTemplate(label string) bool {
	inner, ok := strings.CutPrefix(label, "{")
	if !ok {
		return false
	}
	inner, ok = strings.CutSuffix(inner, "}")
	return ok && isRegionVariable(inner)
}

// isRegionVariable reports whether a server variable of this name holds a
// region.
func isRegionVariable(name string) bool {
	switch strings.ToLower(replaceSeparators(name, "")) {
	case "region", "awsregion", "regionid", "regionname":
		return true
	default:
		return false
	}
}

// splitLabels cuts a host name at its dots, but not inside a template
// expression.
func splitLabels(name string) []string {
	var labels []string
	start, depth := 0, 0
	for i := range len(name) {
		switch name[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '.':
			if depth == 0 {
				labels = append(labels, name[start:i])
				start = i + 1
			}
		}
	}
	return append(labels, name[start:])
}
