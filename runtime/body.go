package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// isXML reports whether a media type is XML (RFC 7303).
func isXML(mediaType string) bool { return wire.KindOf(mediaType) == wire.KindXML }

// body evaluates the payload and writes it as its media type demands.
//
// Arazzo 1.1.0, Request Body Object.
func (b *requestBuilder) body(ctx context.Context, req *Request) *Failure {
	body := b.step.body
	if body == nil {
		return nil
	}
	b.env.leftOut = func(missing *absence) { b.warnAbsent(ctx, missing) }
	defer func() { b.env.leftOut = nil }()
	media := b.mediaType()
	if len(body.replacements) == 0 && (body.given || !body.payload.isWhole()) && !body.payload.isText() && wire.KindOf(media) == wire.KindJSON {
		done, failure := b.orderedJSON(ctx, req, media)
		if done || failure != nil {
			return failure
		}
	}
	v, missing := body.payload.resolve(b.env)
	if missing != nil {
		return b.absentBody(ctx, missing)
	}
	if !body.given && body.payload.isWhole() && !b.namesMediaType() {
		media = wire.Choose(b.declaredContent(), v)
	}
	v, failure := b.replaced(v, media)
	if failure != nil {
		return failure
	}
	return b.write(ctx, req, v, media)
}

// mediaType is what the payload is to be written as: what a Content-Type field
// of the step says, since that is sent, else what the step says of the payload.
func (b *requestBuilder) mediaType() string {
	if given, ok := b.header.Lookup("Content-Type"); ok && given != "" {
		return given
	}
	return b.step.body.mediaType
}

func (b *requestBuilder) namesMediaType() bool {
	given, ok := b.header.Lookup("Content-Type")
	return ok && given != ""
}

func (b *requestBuilder) declaredContent() []openapi.MediaType {
	return declaredBody(b.step.call.operation)
}

// declaredBody lists the media types that an operation takes.
func declaredBody(op *openapi.Operation) []openapi.MediaType {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Content
}

// write writes the payload with its replacements.
func (b *requestBuilder) write(ctx context.Context, req *Request, v any, media string) *Failure {
	content := wire.Content{MediaType: media}
	var err error
	text, isText := v.(string)
	if isText && b.step.body.payload.isText() {
		// A payload that is a text is what the author wants to send.
		content.Data, err = wire.EncodeText(text, media)
	} else {
		body := wire.Body{
			MediaType: media, Order: b.step.body.order, Read: b.readFile,
			Declared: wire.Declaration(b.declaredContent(), media),
		}
		content, err = body.Write(v)
		b.env.exchange.sent = lazyBody{value: v, present: true, read: true}
	}
	if err != nil {
		return b.invalidPayload(err)
	}
	b.setContent(req, content)
	for _, name := range content.Omitted {
		b.engine.warn(ctx, b.st, diag.Diagnostic{
			Rule:    "part-header-omitted",
			Message: fmt.Sprintf("a part of the payload of step %q is sent without the header field %q, whose value nothing gives", b.step.id, name),
			Range:   b.step.body.payload.origin.Range(),
		})
	}
	return nil
}

// setContent makes content the body of the request. A media type that the
// adapter replaces is replaced, and one that has got a boundary takes the place of
// the field of the step.
func (b *requestBuilder) setContent(req *Request, content wire.Content) {
	req.Body = content.Data
	if req.Body == nil {
		req.Body = []byte{}
	}
	b.media = content.MediaType
	if replaced, ok := b.target.mediaTypes[strings.ToLower(content.MediaType)]; ok {
		b.media = replaced
	}
	if wire.KindOf(b.media) == wire.KindMultipart && b.namesMediaType() {
		b.header.Set("Content-Type", b.media)
	}
}

// orderedJSON writes a payload whose members keep the order of the document. It
// is not done if the payload has bytes in it, which need the schema.
func (b *requestBuilder) orderedJSON(ctx context.Context, req *Request, media string) (done bool, failure *Failure) {
	data, missing, err := b.step.body.payload.appendJSON(nil, b.env)
	switch {
	case errors.Is(err, wire.ErrBinary):
		return false, nil
	case err != nil:
		return false, b.invalidPayload(err)
	case missing != nil:
		return true, b.absentBody(ctx, missing)
	}
	if strings.Contains(media, "charset") {
		if data, err = wire.EncodeText(string(data), media); err != nil {
			return false, b.invalidPayload(err)
		}
	}
	b.setContent(req, wire.Content{Data: data, MediaType: media})
	return true, nil
}

func (b *requestBuilder) invalidPayload(err error) *Failure {
	f := b.fail("invalid-payload", fmt.Sprintf("the payload of step %q cannot be written: %v", b.step.id, err), "")
	f.Range = b.step.body.payload.origin.Range()
	return f
}

// absentBody leaves out a payload that is absent as a whole, unless the
// operation requires one.
func (b *requestBuilder) absentBody(ctx context.Context, missing *absence) *Failure {
	declared := b.step.call.operation.RequestBody
	if declared != nil && declared.Required || !b.step.body.payload.isWhole() {
		return b.absent("the payload", missing)
	}
	b.warnAbsent(ctx, missing)
	return nil
}

// isText reports whether the payload is a string in the document, other than
// one expression, whose value keeps its type.
func (v *value) isText() bool {
	switch v.kind {
	case constantValue:
		_, ok := v.constant.(string)
		return ok
	case templateValue:
		return !v.isWhole()
	default:
		return false
	}
}

// sample is a value of the type that the payload is known to have before it is
// evaluated. It is nil if that is not known.
func (v *value) sample() any {
	switch {
	case v.kind == objectValue:
		return map[string]any{}
	case v.kind == arrayValue:
		return []any{}
	case v.isText():
		return ""
	default:
		return nil
	}
}

// readFile appends the content of a file that a value of the run stands for. The
// path comes from whoever started the run, or from the transport, which kept a
// reply there.
func (b *requestBuilder) readFile(dst []byte, binary *expr.Binary) ([]byte, error) {
	opener, ok := b.engine.Transport.(FileOpener)
	if !ok {
		return dst, errors.New("the transport keeps no files")
	}
	name := binary.Name
	if name == "" {
		name = "the content of a reply"
	}
	file, err := opener.OpenFile(binary.File)
	if err != nil {
		return dst, fmt.Errorf("the file of %s cannot be opened: %w", name, err)
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	limited := io.TeeReader(io.LimitReader(file, binary.Size+1), h)
	start := len(dst)
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := limited.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return dst, fmt.Errorf("the file of %s cannot be read: %w", name, err)
		}
	}
	if int64(len(dst)-start) != binary.Size || binary.SHA256 != "" && hex.EncodeToString(h.Sum(nil)) != binary.SHA256 {
		return dst, fmt.Errorf("the file of %s is not what it was when the run was started", name)
	}
	return dst, nil
}

// compileBody compiles the payload of a step and its replacements.
func (c *compiler) compileBody(s *arazzo.Step, op *openapi.Operation) *requestBody {
	b := s.RequestBody
	if b == nil || b.Payload.Kind() == arazzo.Absent {
		return nil
	}
	out := newBody(op, c.value(b.Payload))
	if b.ContentType != "" {
		out.mediaType, out.given = b.ContentType, true
	}
	for _, r := range b.Replacements {
		out.replacements = append(out.replacements, c.replacement(r, out.mediaType))
	}
	return out
}

// newBody returns a payload that is written as the operation takes it.
func newBody(op *openapi.Operation, payload *value) *requestBody {
	return &requestBody{mediaType: wire.Choose(declaredBody(op), payload.sample()), payload: payload, order: payload.order()}
}
