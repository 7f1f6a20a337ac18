package simulator

import (
	"encoding/json"
	"net/http"
)

// Error types of the service, and of the front end before it.
const (
	validationException  = "ValidationException"
	throttlingException  = "ThrottlingException"
	conflictException    = "ConflictException"
	notFoundException    = "ResourceNotFoundException"
	internalException    = "InternalServerException"
	serializationFailure = "SerializationException"
	unknownOperation     = "UnknownOperationException"
	unsupportedMediaType = "UnsupportedMediaTypeException"
	entityTooLarge       = "RequestEntityTooLargeException"
	methodNotAllowed     = "MethodNotAllowedException"
	missingToken         = "MissingAuthenticationTokenException"
	incompleteSignature  = "IncompleteSignatureException"
	unrecognizedClient   = "UnrecognizedClientException"
	invalidSignature     = "InvalidSignatureException"
	expiredToken         = "ExpiredTokenException"
	requestExpired       = "RequestExpired"
	serviceUnavailable   = "ServiceUnavailableException"

	serviceNamespace    = "com.amazonaws.healthlake"
	frontEndNamespace   = "com.amazon.coral.service"
	throttlingNamespace = "com.amazon.coral.availability"
)

// failure is an answer that is not a success.
type failure struct {
	status  int
	kind    string
	message string
	// html replaces the JSON body, if it is not empty.
	html string
}

// reject returns a failure of the service with the status that its type has.
func reject(kind, message string) *failure {
	status := http.StatusBadRequest
	switch kind {
	case internalException:
		status = http.StatusInternalServerError
	case unknownOperation:
		status = http.StatusNotFound
	case unsupportedMediaType:
		status = http.StatusUnsupportedMediaType
	case entityTooLarge:
		status = http.StatusRequestEntityTooLarge
	case methodNotAllowed:
		status = http.StatusMethodNotAllowed
	case serviceUnavailable:
		status = http.StatusServiceUnavailable
	}
	return &failure{status: status, kind: kind, message: message}
}

// refuse returns a failure of the signature.
func (s *Server) refuse(kind, message string) *failure {
	status := s.config.AuthStatus
	if kind == requestExpired {
		status = http.StatusBadRequest
	}
	return &failure{status: status, kind: kind, message: message}
}

// page returns a failure that carries a page of HTML, as load balancers send.
func page(status int, kind string) *failure {
	title := http.StatusText(status)
	return &failure{status: status, kind: kind, html: "<html>\n<head><title>" + title + "</title></head>\n<body><center><h1>" +
		title + "</h1></center></body>\n</html>\n"}
}

// namespace returns the part of __type before the type's name.
func (f *failure) namespace() string {
	switch f.kind {
	case validationException, conflictException, notFoundException, internalException:
		return serviceNamespace
	case throttlingException:
		return throttlingNamespace
	}
	return frontEndNamespace
}

// write puts the failure on the wire in the form that the Config asks for.
func (f *failure) write(header http.Header, c Config) (body []byte) {
	if f.html != "" {
		header.Set("Content-Type", "text/html; charset=utf-8")
		return []byte(f.html)
	}
	header.Set("Content-Type", mediaType)
	members := map[string]string{}
	uri := ":http://internal.amazon.com/coral/" + f.namespace() + "/"
	switch c.ErrorForm {
	case TypeAndHeader:
		members["__type"] = f.namespace() + "#" + f.kind
		header.Set("X-Amzn-ErrorType", f.kind)
	case TypeOnly:
		members["__type"] = f.namespace() + "#" + f.kind
	case HeaderOnly:
		header.Set("X-Amzn-ErrorType", f.kind+uri)
	case SuffixedType:
		members["__type"] = f.kind + uri
	case CodeMember:
		members["code"] = f.kind
	}
	name := c.MessageMember
	if name == "" {
		name = "message"
		if f.namespace() == serviceNamespace {
			name = "Message"
		}
	}
	members[name] = f.message
	body, err := json.Marshal(members)
	if err != nil {
		return nil
	}
	return body
}
