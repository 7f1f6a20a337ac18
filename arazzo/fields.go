package arazzo

// objectKind is one kind of object that the specification defines.
type objectKind uint8

const (
	documentObject objectKind = iota
	infoObject
	sourceObject
	workflowObject
	stepObject
	parameterObject
	requestBodyObject
	replacementObject
	criterionObject
	expressionTypeObject
	successActionObject
	failureActionObject
	reusableObject
	componentsObject
	selectorObject
)

// String names the kind with its article, for messages.
func (k objectKind) String() string {
	switch k {
	case documentObject:
		return "the document"
	case infoObject:
		return "the info object"
	case sourceObject:
		return "a source description"
	case workflowObject:
		return "a workflow"
	case stepObject:
		return "a step"
	case parameterObject:
		return "a parameter"
	case requestBodyObject:
		return "a request body"
	case replacementObject:
		return "a payload replacement"
	case criterionObject:
		return "a criterion"
	case expressionTypeObject:
		return "an expression type"
	case successActionObject:
		return "a success action"
	case failureActionObject:
		return "a failure action"
	case reusableObject:
		return "a reusable object"
	case componentsObject:
		return "the components object"
	case selectorObject:
		return "a selector object"
	default:
		return "an object"
	}
}

// fieldRule is a fixed field of an object.
type fieldRule struct {
	name     string
	required bool
	// minor is the minor version of the specification that brought the field.
	minor int
}

// fields lists the fixed fields of each object (Arazzo 1.1.0, Schema). Fields
// that only 1.1 has are marked so.
func (k objectKind) fields() []fieldRule {
	switch k {
	case documentObject:
		return []fieldRule{
			{name: "arazzo", required: true},
			{name: "$self", minor: 1},
			{name: "info", required: true},
			{name: "sourceDescriptions", required: true},
			{name: "workflows", required: true},
			{name: "components"},
		}
	case infoObject:
		return []fieldRule{{name: "title", required: true}, {name: "summary"}, {name: "description"}, {name: "version", required: true}}
	case sourceObject:
		return []fieldRule{{name: "name", required: true}, {name: "url", required: true}, {name: "type"}}
	case workflowObject:
		return []fieldRule{
			{name: "workflowId", required: true},
			{name: "summary"},
			{name: "description"},
			{name: "inputs"},
			{name: "dependsOn"},
			{name: "steps", required: true},
			{name: "successActions"},
			{name: "failureActions"},
			{name: "outputs"},
			{name: "parameters"},
		}
	case stepObject:
		return []fieldRule{
			{name: "description"},
			{name: "stepId", required: true},
			{name: "operationId"},
			{name: "operationPath"},
			{name: "workflowId"},
			{name: "channelPath", minor: 1},
			{name: "parameters"},
			{name: "requestBody"},
			{name: "successCriteria"},
			{name: "onSuccess"},
			{name: "onFailure"},
			{name: "outputs"},
			{name: "timeout", minor: 1},
			{name: "correlationId", minor: 1},
			{name: "action", minor: 1},
			{name: "dependsOn", minor: 1},
		}
	case parameterObject:
		return []fieldRule{{name: "name", required: true}, {name: "in"}, {name: "value", required: true}}
	case requestBodyObject:
		return []fieldRule{{name: "contentType"}, {name: "payload"}, {name: "replacements"}}
	case replacementObject:
		return []fieldRule{{name: "target", required: true}, {name: "targetSelectorType", minor: 1}, {name: "value", required: true}}
	case criterionObject:
		return []fieldRule{{name: "context"}, {name: "condition", required: true}, {name: "type"}}
	case expressionTypeObject:
		return []fieldRule{{name: "type", required: true}, {name: "version", required: true}}
	case successActionObject:
		return []fieldRule{
			{name: "name", required: true},
			{name: "type", required: true},
			{name: "workflowId"},
			{name: "stepId"},
			{name: "criteria"},
			{name: "parameters", minor: 1},
		}
	case failureActionObject:
		return []fieldRule{
			{name: "name", required: true},
			{name: "type", required: true},
			{name: "workflowId"},
			{name: "stepId"},
			{name: "retryAfter"},
			{name: "retryLimit"},
			{name: "criteria"},
			{name: "parameters", minor: 1},
		}
	case reusableObject:
		return []fieldRule{{name: "reference", required: true}, {name: "value"}}
	case componentsObject:
		return []fieldRule{{name: "inputs"}, {name: "parameters"}, {name: "successActions"}, {name: "failureActions"}}
	case selectorObject:
		return []fieldRule{{name: "context", required: true}, {name: "selector", required: true}, {name: "type", required: true}}
	default:
		return nil
	}
}
