package conformance

import "context"

// Runner is a tool under test.
type Runner interface {
	// Run does the job and says how it came out. The error is for a tool that
	// could not be started or gave no answer; it fails the case. Run is called
	// concurrently. It must return soon after ctx ends.
	Run(ctx context.Context, job Job) (Outcome, error)
}

// Job is what a tool is asked to do: run a workflow of a description.
type Job struct {
	// Case is the id of the case, for messages.
	Case string
	// Dir is the folder with the files of the case; Entry the path of the entry
	// document in it.
	Dir   string
	Entry string
	// Workflow is the id of the workflow to run, with its dependencies. For a
	// description that must be rejected it may be empty, if no workflow can be made
	// out; checking the description is enough then.
	Workflow string
	// Inputs is the path of a JSON file with the inputs. Empty: there are none.
	Inputs string
	// Provide are paths of documents that belong to the description besides the
	// entry document.
	Provide []string
	// Force asks the tool to start although it knows of an expression that cannot
	// be evaluated.
	Force bool
}

// Outcome is the answer of a tool.
type Outcome struct {
	Ending Ending
	// Outputs are those of the workflow, as JSON values.
	Outputs map[string]any
	// Message is what the tool said, for the reader of a failed case.
	Message string
}
