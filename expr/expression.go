package expr

import (
	"strings"
)

// Version selects the grammar of the Arazzo Specification that a document
// declares. The zero value is V1_0.
type Version int

// The versions of the specification whose grammars differ.
const (
	V1_0 Version = iota // Arazzo 1.0.x
	V1_1                // Arazzo 1.1.x
)

// String returns "1.0" or "1.1".
func (v Version) String() string {
	if v == V1_0 {
		return "1.0"
	}
	return "1.1"
}

// Options says how texts are read. The zero value reads Arazzo 1.0 with the
// dialect of published documents and no knowledge of declared names.
type Options struct {
	Version Version
	// Strict admits what the specification admits and nothing else.
	Strict bool
	// Names tells what the document declares. It may be nil.
	Names Names
	// Values tells what is known of values. It may be nil. It changes nothing but
	// the corrections that notes propose.
	Values Values
}

// Names tells which names are declared where a text stands. The dialect needs
// it to tell an expression from mere text, and to find the end of a name that
// holds spaces or dots. Implementations must be safe for concurrent use.
type Names interface {
	// Input reports whether the workflow declares the input.
	Input(name string) bool
	// StepOutput reports whether the step exists and declares the output.
	StepOutput(step, output string) bool
	// InputNames returns the declared inputs of the workflow, in any order.
	InputNames() []string
	// StepNames returns the step ids of the workflow, in any order.
	StepNames() []string
	// OutputNames returns the declared outputs of a step, in any order.
	OutputNames(step string) []string
}

// Environment supplies the values that expressions refer to.
type Environment interface {
	// Lookup returns the value that the expression names, before its pointer is
	// applied, and whether it exists. For RootStatusCode it must not allocate.
	// It may look at e.HasPointer, to offer a tree where it has text otherwise.
	Lookup(e *Expression) (value any, ok bool)
}

// StructuredEnvironment is an optional interface of an [Environment] that can
// offer a tree for a value that Lookup returns as text, such as an XML body.
// It is asked when a JSONPath or a selector is applied to the value.
type StructuredEnvironment interface {
	LookupStructured(e *Expression) (value any, ok bool)
}

// Root is the first word of a runtime expression.
type Root int

// The roots of runtime expressions.
const (
	RootURL                Root = iota + 1 // $url
	RootMethod                             // $method
	RootStatusCode                         // $statusCode
	RootSelf                               // $self, Arazzo 1.1
	RootRequest                            // $request.
	RootResponse                           // $response.
	RootMessage                            // $message.
	RootInputs                             // $inputs.
	RootOutputs                            // $outputs.
	RootSteps                              // $steps.
	RootWorkflows                          // $workflows.
	RootSourceDescriptions                 // $sourceDescriptions.
	RootComponents                         // $components.
)

// String returns the root as it is written, without the dollar sign.
func (r Root) String() string {
	switch r {
	case RootURL:
		return "url"
	case RootMethod:
		return "method"
	case RootStatusCode:
		return "statusCode"
	case RootSelf:
		return "self"
	case RootRequest:
		return "request"
	case RootResponse:
		return "response"
	case RootMessage:
		return "message"
	case RootInputs:
		return "inputs"
	case RootOutputs:
		return "outputs"
	case RootSteps:
		return "steps"
	case RootWorkflows:
		return "workflows"
	case RootSourceDescriptions:
		return "sourceDescriptions"
	case RootComponents:
		return "components"
	default:
		return ""
	}
}

// Part is the part of a request, response or message that an expression reads.
type Part int

// The parts of a request, response or message. PartNone stands in expressions
// of other roots.
const (
	PartNone Part = iota
	PartHeader
	PartQuery
	PartPath
	PartBody
	PartPayload // Arazzo 1.1
)

// String returns the part as it is written: "header".
func (p Part) String() string {
	switch p {
	case PartNone:
		return ""
	case PartHeader:
		return "header"
	case PartQuery:
		return "query"
	case PartPath:
		return "path"
	case PartBody:
		return "body"
	case PartPayload:
		return "payload"
	default:
		return ""
	}
}

// Kind is the map that an expression reads inside a step, a workflow or the
// components.
type Kind int

// The maps inside steps, workflows and components. KindNone stands in
// expressions of other roots.
const (
	KindNone           Kind = iota
	KindInputs              // $workflows.W.inputs.X, $components.inputs.X
	KindOutputs             // $steps.S.outputs.X, $workflows.W.outputs.X
	KindParameters          // $components.parameters.X
	KindSuccessActions      // $components.successActions.X
	KindFailureActions      // $components.failureActions.X
)

// String returns the map as it is written: "outputs".
func (k Kind) String() string {
	switch k {
	case KindNone:
		return ""
	case KindInputs:
		return "inputs"
	case KindOutputs:
		return "outputs"
	case KindParameters:
		return "parameters"
	case KindSuccessActions:
		return "successActions"
	case KindFailureActions:
		return "failureActions"
	default:
		return ""
	}
}

// Expression is a runtime expression. It is immutable.
//
// Arazzo 1.1.0, Runtime Expressions.
type Expression struct {
	Root Root
	// Part is set for RootRequest, RootResponse and RootMessage.
	Part Part
	// Kind is set for RootSteps, RootWorkflows and RootComponents.
	Kind Kind
	// Name is the header, query parameter, path parameter, input, output, step,
	// workflow, source description or component that follows the root.
	Name string
	// Output is the name of the output or input that follows a step or a
	// workflow, and what follows the name of a source description.
	Output string
	// Whole marks a bare "$inputs": the object of all inputs.
	Whole bool
	// Pointer selects inside the value. Navigation by ".member" and "[index]"
	// is part of it.
	Pointer Pointer
	// HasPointer tells "#" with an empty pointer from no pointer at all.
	HasPointer bool

	source string
	// dynamic holds, for each token of Pointer, the expression that supplies the
	// token, or nil. It is nil if no token is supplied by an expression.
	dynamic []*Expression
	// alternative is tried if the value that this expression names is absent.
	alternative *Expression
}

// FixedPointer returns the tokens of the pointer in front of the first one that
// an expression supplies.
func (e *Expression) FixedPointer() Pointer {
	for i, supplied := range e.dynamic {
		if supplied != nil {
			return e.Pointer[:i]
		}
	}
	return e.Pointer
}

// Source returns the text that the expression was parsed from.
func (e *Expression) Source() string { return e.source }

// String returns the expression in the form of the specification's grammar.
func (e *Expression) String() string {
	var b strings.Builder
	b.WriteByte('$')
	b.WriteString(e.Root.String())
	write := func(parts ...string) {
		for _, p := range parts {
			b.WriteByte('.')
			b.WriteString(p)
		}
	}
	switch e.Root {
	case RootURL, RootMethod, RootStatusCode, RootSelf:
	case RootRequest, RootResponse, RootMessage:
		write(e.Part.String())
		if e.Part == PartHeader || e.Part == PartQuery || e.Part == PartPath {
			write(e.Name)
		}
	case RootInputs, RootOutputs:
		if !e.Whole {
			write(e.Name)
		}
	case RootSteps, RootWorkflows:
		write(e.Name, e.Kind.String(), e.Output)
	case RootSourceDescriptions:
		write(e.Name, e.Output)
	case RootComponents:
		write(e.Kind.String(), e.Name)
	}
	if e.HasPointer {
		b.WriteByte('#')
		for i, token := range e.Pointer {
			b.WriteByte('/')
			if e.dynamic != nil && e.dynamic[i] != nil {
				b.WriteString(e.dynamic[i].String())
				continue
			}
			writeToken(&b, token)
		}
	}
	return b.String()
}

// Dynamic reports whether an expression inside the pointer supplies one of its
// tokens.
func (e *Expression) Dynamic() bool { return e.dynamic != nil }

// Evaluate returns the value that the expression names, with its type, and
// whether that value exists.
func (e *Expression) Evaluate(env Environment) (value any, ok bool) {
	value, ok = env.Lookup(e)
	if !ok {
		if e.alternative != nil {
			return e.alternative.Evaluate(env)
		}
		return nil, false
	}
	if len(e.Pointer) == 0 {
		return value, true
	}
	if e.dynamic == nil {
		return e.Pointer.Lookup(value)
	}
	return e.lookupDynamic(env, value)
}

// EvaluateStructured is Evaluate for a value to which a JSON Pointer or a JSONPath
// will be applied.
func (e *Expression) EvaluateStructured(env Environment) (value any, ok bool) {
	if trees, is := env.(StructuredEnvironment); is && !e.HasPointer {
		if value, ok = trees.LookupStructured(e); ok {
			return value, true
		}
	}
	return e.Evaluate(env)
}

func (e *Expression) lookupDynamic(env Environment, value any) (any, bool) {
	for i, token := range e.Pointer {
		if inner := e.dynamic[i]; inner != nil {
			v, ok := inner.Evaluate(env)
			if !ok {
				return nil, false
			}
			token = Text(v)
		}
		var ok bool
		if value, ok = step(value, token); !ok {
			return nil, false
		}
	}
	return value, true
}

// yieldWithInner yields the expression and those inside its pointer.
func (e *Expression) yieldWithInner(yield func(*Expression) bool) bool {
	if !yield(e) {
		return false
	}
	for _, inner := range e.dynamic {
		if inner != nil && !inner.yieldWithInner(yield) {
			return false
		}
	}
	return true
}
