package expr

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Binary is a value that is bytes and no text: the content of a message that
// is neither JSON nor XML nor text, or of a file. It stands among the other
// values of a run as a *Binary, which is never changed and may be shared.
//
// As text, as in a template or a regular expression, a Binary is its bytes. A
// JSON Pointer finds nothing in it.
type Binary struct {
	// Data are the bytes, unless they are kept in a file.
	Data []byte
	// File is the path of the file that keeps the bytes, or empty. The path is
	// never taken from a message or a document.
	File string
	// Name is what the content is called where it is sent on under a name, as in
	// a part of a multipart body. It has no folders and may be empty.
	Name string
	// MediaType is what the content is said to be. It may be empty.
	MediaType string
	// Size is the number of bytes.
	Size int64
	// SHA256 is the hash of the bytes in hexadecimal, in lower case.
	SHA256 string
}

// NewBinary returns the value of bytes in memory, which must not be changed
// afterwards.
func NewBinary(data []byte, mediaType string) *Binary {
	sum := sha256.Sum256(data)
	return &Binary{Data: data, MediaType: mediaType, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
}

// binaryJSON is the JSON form of a Binary.
type binaryJSON struct {
	Name      string  `json:"name,omitempty"`
	MediaType string  `json:"mediaType,omitempty"`
	Size      int64   `json:"size"`
	SHA256    string  `json:"sha256"`
	Base64    *string `json:"base64,omitempty"`
	File      string  `json:"file,omitempty"`
}

// MarshalJSON writes an object that describes the content: "size", "sha256",
// "mediaType" and "name" if they are known, and the bytes as "base64" or the
// "file" that keeps them.
func (b *Binary) MarshalJSON() ([]byte, error) {
	out := binaryJSON{Name: b.Name, MediaType: b.MediaType, Size: b.Size, SHA256: b.SHA256, File: b.File}
	if b.File == "" {
		text := base64.StdEncoding.EncodeToString(b.Data)
		out.Base64 = &text
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON has written. Bytes that are not those
// that the hash was made of are an error.
func (b *Binary) UnmarshalJSON(text []byte) error {
	var in binaryJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	out := Binary{File: in.File, Name: in.Name, MediaType: in.MediaType, Size: in.Size, SHA256: in.SHA256}
	if in.Base64 != nil {
		data, err := base64.StdEncoding.DecodeString(*in.Base64)
		if err != nil {
			return fmt.Errorf("the bytes of a binary value: %w", err)
		}
		if read := NewBinary(data, ""); read.SHA256 != in.SHA256 || read.Size != in.Size {
			return fmt.Errorf("the bytes of a binary value are not those it had: their hash is %s", read.SHA256)
		}
		out.Data = data
	}
	if (in.Base64 == nil) == (in.File == "") {
		return fmt.Errorf("a binary value has either bytes or a file")
	}
	*b = out
	return nil
}

// String describes the content in a few words: "1024 bytes of image/png".
func (b *Binary) String() string {
	what := "bytes"
	if b.Size == 1 {
		what = "byte"
	}
	if b.MediaType == "" {
		return fmt.Sprintf("%d %s", b.Size, what)
	}
	return fmt.Sprintf("%d %s of %s", b.Size, what, b.MediaType)
}

// equals reports whether the value is the same bytes. A text is compared by
// the bytes of its UTF-8 form.
func (b *Binary) equals(v any) bool {
	switch v := v.(type) {
	case *Binary:
		return b.Size == v.Size && b.SHA256 == v.SHA256
	case string:
		return b.File == "" && string(b.Data) == v
	default:
		return false
	}
}

// appendText appends the bytes, or what describes the file that keeps them.
func (b *Binary) appendText(dst []byte) []byte {
	if b.File == "" {
		return append(dst, b.Data...)
	}
	return b.appendJSON(dst)
}

func (b *Binary) appendJSON(dst []byte) []byte {
	described := binaryJSON{Name: b.Name, MediaType: b.MediaType, Size: b.Size, SHA256: b.SHA256}
	if b.File == "" { // where a file is concerns nobody who gets the text
		text := base64.StdEncoding.EncodeToString(b.Data)
		described.Base64 = &text
	}
	text, err := json.Marshal(described)
	if err != nil { // it consists of strings and a number
		return append(dst, "null"...)
	}
	return append(dst, text...)
}
