// Package runtime runs Arazzo workflows.
//
// [Compile] turns a bundle of documents into an immutable [Program].
// [Program.Bind] says where its operations are served, [Program.Start] makes
// the [State] of a run, and an [Engine] moves the state forward, one step
// attempt at a time with [Engine.Advance] or to the end with [Engine.Run].
//
// The package does no I/O and knows no time: requests, clock and progress go
// through the interfaces [Transport], [Clock] and [Observer]. Package
// runtime/host has them for HTTP and the system clock. Whatever a run must
// remember between two attempts is in its State, which is plain data.
package runtime
