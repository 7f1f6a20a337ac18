// Package arazzo reads documents of the Arazzo Specification 1.0 and 1.1 and
// checks them.
//
// [Parse] turns the text of one document into a [Document], of which every
// object knows its place. A [Loader] reads a document from a file with all that
// it refers to and makes a [Bundle]. [Check] finds what is wrong with a bundle.
// All three report every problem at once, as diagnostics with place and remedy:
//
//	loader := arazzo.Loader{}
//	bundle, problems := loader.Load(ctx, "adopt-a-pet.arazzo.yaml")
//	problems.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...)
//	problems.Sort()
//	err := diag.WriteText(os.Stderr, problems, bundle.Text, false)
//
// Documents are plain data once they are read: nothing in this package runs a
// workflow, sends a request or reads the environment.
package arazzo
