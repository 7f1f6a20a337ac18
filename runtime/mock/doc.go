// Package mock answers the requests of a workflow in the place of its servers.
//
// A [Mock] is directed: it knows the workflow, chooses a course through it, and
// gives each step a reply that the step's own criteria accept, that holds what
// its outputs read, and that otherwise looks as the API description says. A
// [Plan] tells it to take other courses: to loop, to fail and recover, to leave
// by a certain action.
//
// The course is rehearsed with the engine of package runtime before the first
// request comes in. A reply is therefore known to lead where it should, and where
// no reply can, the mock says so instead of serving something else.
//
// While it serves, the mock looks at each request as a strict server would:
// whether it is the one that the course expects, whether the path is filled and
// the required parameters are there, whether the body is what its media type
// says, and whether text of an expression was left in it. What it finds are its
// [Mock.Findings].
package mock
