// Package describe says of an Arazzo document what its user must know before a
// run: workflows and their inputs, sources and servers, credentials, steps. It
// sends nothing, and says what it can of a document whose sources are missing.
package describe

// Schema names the form of a [Description] in JSON.
const Schema = "arazzo.description/1"

// Description is what there is to know of a document, or of one of its
// workflows.
type Description struct {
	Schema   string   `json:"schema"`
	Document Document `json:"document"`
	// Sources are those of the document, in its order.
	Sources   []Source   `json:"sources"`
	Workflows []Workflow `json:"workflows"`
	// Credentials are what the operations need, each set once.
	Credentials []Credential `json:"credentials"`
	// Problems counts what a check finds, by rule.
	Problems []RuleCount `json:"problems"`
}

// Document is the document itself.
type Document struct {
	File        string `json:"file"`
	Arazzo      string `json:"arazzo"`
	Title       string `json:"title,omitempty"`
	Version     string `json:"version,omitempty"`
	Summary     string `json:"summary,omitempty"`
	Description string `json:"description,omitempty"`
}

// Source is a source description.
type Source struct {
	Name string `json:"name"`
	// Type is "openapi", "arazzo", "asyncapi", or empty if it is not known.
	Type string `json:"type,omitempty"`
	// Specification is what the source itself says it is, such as "OpenAPI 3.1.0".
	Specification string `json:"specification,omitempty"`
	// URL is what the document says, Location where the source was found.
	URL      string `json:"url"`
	Location string `json:"location,omitempty"`
	// Problem is set if the source could not be read.
	Problem *Problem `json:"problem,omitempty"`
	// Servers are those of the operations that are called.
	Servers []Server `json:"servers,omitempty"`
}

// Server is an address at which operations are offered.
type Server struct {
	Name        string `json:"name,omitempty"`
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
	// Used says that requests go there.
	Used bool `json:"used"`
	// Given says that the user has named it.
	Given     bool       `json:"given,omitempty"`
	Variables []Variable `json:"variables,omitempty"`
}

// Variable is a variable of a server's URL.
type Variable struct {
	Name string `json:"name"`
	// Value is what it will be: as the user says, or by default. It is null if
	// there is neither.
	Value       *string  `json:"value"`
	Default     *string  `json:"default,omitempty"`
	Enum        []string `json:"enum,omitempty"`
	Description string   `json:"description,omitempty"`
}

// Problem says why something is not known, and what helps.
type Problem struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Workflow is a workflow of the document.
type Workflow struct {
	WorkflowID  string   `json:"workflowId"`
	Summary     string   `json:"summary,omitempty"`
	Description string   `json:"description,omitempty"`
	DependsOn   []string `json:"dependsOn,omitempty"`
	Inputs      []Input  `json:"inputs"`
	// OtherInputs says that inputs are admitted which are not listed.
	OtherInputs bool     `json:"otherInputs"`
	Steps       []Step   `json:"steps"`
	Outputs     []string `json:"outputs"`
}

// Input is an input of a workflow.
type Input struct {
	Name     string   `json:"name"`
	Types    []string `json:"types,omitempty"`
	Format   string   `json:"format,omitempty"`
	Required bool     `json:"required"`
	Secret   bool     `json:"secret,omitempty"`
	Enum     []any    `json:"enum,omitempty"`
	// Default is the value that is taken if none is given. It is nil if there is
	// none, and points to nil if it is null.
	Default     *any   `json:"default,omitempty"`
	Description string `json:"description,omitempty"`
}

// Step is a step of a workflow, in the order in which steps run.
type Step struct {
	StepID      string `json:"stepId"`
	Description string `json:"description,omitempty"`
	// Source, OperationID, Method, Path and URL are of the operation that the step
	// calls. URL is a template; it is empty if no server is known.
	Source      string `json:"source,omitempty"`
	OperationID string `json:"operationId,omitempty"`
	Method      string `json:"method,omitempty"`
	Path        string `json:"path,omitempty"`
	URL         string `json:"url,omitempty"`
	// WorkflowID is the workflow that the step calls instead, Channel the channel.
	WorkflowID string   `json:"workflowId,omitempty"`
	Channel    string   `json:"channel,omitempty"`
	DependsOn  []string `json:"dependsOn,omitempty"`
	// OnSuccess and OnFailure are the actions in force, those of the workflow
	// among them.
	OnSuccess []Action `json:"onSuccess,omitempty"`
	OnFailure []Action `json:"onFailure,omitempty"`
	Outputs   []string `json:"outputs,omitempty"`
	// Problem is set if what the step calls is not known.
	Problem *Problem `json:"problem,omitempty"`
}

// Action is what may happen after a step.
type Action struct {
	Name string `json:"name"`
	// Type is "end", "goto" or "retry".
	Type string `json:"type"`
	// StepID and WorkflowID are where it leads.
	StepID     string `json:"stepId,omitempty"`
	WorkflowID string `json:"workflowId,omitempty"`
	// Conditions must all hold. Without one, the action is always taken.
	Conditions []string `json:"conditions,omitempty"`
	// RetryAfter is in seconds.
	RetryAfter float64 `json:"retryAfter,omitempty"`
	RetryLimit int     `json:"retryLimit,omitempty"`
}

// RuleCount says how often a rule is broken.
type RuleCount struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Count    int    `json:"count"`
}
