// Package simulator answers like Amazon HealthLake, without an account and
// without a network. It exists to show and to test clients: it is as strict as
// the service's protocol allows, it makes every answer reproducible, and it can
// be told to misbehave in the ways in which a real service does.
//
// A [Server] is an [net/http.Handler]. It checks, in this order, the method and
// path, the media type, the operation, the AWS Signature Version 4 of the
// request, the faults and rates that it was told to apply, the members of the
// body, and the state of data stores and jobs; the first check that fails
// answers. The signature is computed from the published algorithm, so that a
// client built on an AWS SDK and this server do not share a mistake.
//
// Nothing is random: identifiers follow from the order of calls, and a job
// moves through its [Plan] by the number of times it was described, or by the
// clock that [Config] names.
//
// Where the behaviour of the real service is not documented, Config has a
// switch, and the documentation of the switch says so.
package simulator
