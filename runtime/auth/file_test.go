package auth_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/specs"
)

const file = `# credentials of two sources
sources:
  pets:
    hosts: [pets.example, id.example:8443]
    tls: {cert: client.pem, key: /etc/client.key}
    schemes:
      apiKey: ${PETS_KEY}
      digits: 007
      literal: a$${b}c
      oauth:
        clientId: me
        clientSecret: "x${PETS_SECRET}y"
        scopes: [read, write]
        tokenUrl: https://id.example/token
      spaced: {token: t, scopes: read write}
      lost: {value: "v", header: X-Lost}
      unset: ${NOT_SET}
      open: "${PETS_KEY"
  store: {schemes: {basic: {username: u, password: "p:q"}}}
`

func TestFile(t *testing.T) {
	f, found := auth.ParseFile("/home/me/credentials.yaml", []byte(file), lookup("PETS_KEY=the key", "PETS_SECRET=s"))
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	hosts := []string{"pets.example", "id.example:8443"}
	at := func(line string) string { return "/home/me/credentials.yaml:" + line }
	tests := []struct {
		source, scheme string
		want           *auth.Credential
	}{
		{"pets", "", &auth.Credential{Cert: "/home/me/client.pem", Key: "/etc/client.key", Hosts: hosts, Origin: at("5")}},
		{"pets", "apiKey", &auth.Credential{Value: "the key", Hosts: hosts, Origin: at("7")}},
		{"pets", "digits", &auth.Credential{Value: "007", Hosts: hosts, Origin: at("8")}},
		{"pets", "literal", &auth.Credential{Value: "a${b}c", Hosts: hosts, Origin: at("9")}},
		{"pets", "oauth", &auth.Credential{
			ClientID: "me", ClientSecret: "xsy", Scopes: []string{"read", "write"}, TokenURL: "https://id.example/token", Hosts: hosts, Origin: at("10"),
		}},
		{"pets", "spaced", &auth.Credential{Token: "t", Scopes: []string{"read", "write"}, Hosts: hosts, Origin: at("15")}},
		{"pets", "lost", &auth.Credential{Value: "v", Header: "X-Lost", Hosts: hosts, Origin: at("16")}},
		{"store", "basic", &auth.Credential{Username: "u", Password: "p:q", Origin: at("19")}},
		{"store", "", nil},
		{"store", "other", nil},
		{"other", "basic", nil},
	}
	for _, tt := range tests {
		got, err := f.Credential(t.Context(), tt.source, tt.scheme)
		if err != nil {
			t.Errorf("%s/%s: %v", tt.source, tt.scheme, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s/%s (-want +got):\n%s", tt.source, tt.scheme, diff)
		}
	}
	for scheme, want := range map[string]string{
		"unset": "the credentials file " + at("17") + " names the environment variable NOT_SET, which is not set",
		"open":  "the credentials file " + at("18") + " holds ${ without the name of a variable and }",
	} {
		if _, err := f.Credential(t.Context(), "pets", scheme); err == nil || err.Error() != want {
			t.Errorf("scheme %q: error %v, want %s", scheme, err, want)
		}
	}
}

func TestFileInJSON(t *testing.T) {
	f, found := auth.ParseFile("c.json", []byte("{\n\t\"sources\": {\n\t\t\"pets\": {\"schemes\": {\"a\": \"x\\/y\\u0041\", \"n\": 12345678901234567890}}\n\t}\n}\n"), nil)
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	for scheme, want := range map[string]string{"a": "x/yA", "n": "12345678901234567890"} {
		if got, err := f.Credential(t.Context(), "pets", scheme); err != nil || got.Value != want {
			t.Errorf("scheme %q: %+v, %v, want %q", scheme, got, err, want)
		}
	}
}

func TestFilesThatAreNoneAreRefusedWithoutQuotingThem(t *testing.T) {
	const secret = "hunter2-the-secret"
	tests := refusedFiles(secret)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, found := auth.ParseFile("c.yaml", []byte(tt.text), nil)
			if f != nil || len(found) != 1 || found[0].Rule != auth.RuleCredentialsFile || found[0].Message != tt.want {
				t.Errorf("got %v and %q, want %q", f, texts(found), tt.want)
			}
			for _, d := range found {
				if strings.Contains(d.Message+d.Hint, secret) {
					t.Errorf("the message quotes the file: %s", d.Message)
				}
			}
		})
	}
}

// refusedFile is a text that is no file of credentials, and why.
type refusedFile struct{ name, text, want string }

func refusedFiles(secret string) []refusedFile {
	return []refusedFile{
		{"empty", "", "the credentials file is empty"},
		{"comment", "# nothing\n", "the credentials file is empty"},
		{"no YAML", "a: [" + secret, "the credentials file is neither YAML nor JSON"},
		{"variables of a shell", "ARAZZO_PETS_KEY=" + secret, "the credentials file is not an object"},
		{"another member", "sourcse: {}", `the credentials file has an unknown member "sourcse"`},
		{"a list", "sources: [" + secret + "]", `"sources" is not an object`},
		{"a scheme directly below the source", "sources: {pets: {key: " + secret + "}}", `the source "pets" has an unknown member "key"`},
		{"an unknown field", "sources: {pets: {schemes: {oauth: {client_id: " + secret + "}}}}", `the scheme "oauth" has an unknown member "client_id"`},
		{"no text", "sources: {pets: {schemes: {oauth: {token: {a: " + secret + "}}}}}", `"token" of the scheme "oauth" is not a text`},
		{"null", "sources: {pets: {schemes: {oauth: {token: }}}}", `"token" of the scheme "oauth" is not a text`},
		{"an alias", "sources: {pets: {schemes: {a: &a " + secret + ", b: *a}}}", `the scheme "b" is not an object`},
		{"twice", "sources: {pets: {schemes: {a: x, a: y}}}", `a name in the source "pets" is no text or stands twice`},
		{"no host", "sources: {pets: {hosts: []}}", `hosts of the source "pets" are none`},
		{"scopes", "sources: {pets: {schemes: {oauth: {scopes: {a: b}}}}}", `scopes of the scheme "oauth" are not a list of texts`},
		{"a key among the files of TLS", "sources: {pets: {tls: {token: " + secret + "}}}", `tls of the source "pets" has an unknown member "token"`},
		{"no certificate", "sources: {pets: {tls: {key: k.pem}}}", `tls of the source "pets" names no certificate`},
		{"too large", strings.Repeat("#", 1<<20+1), "the credentials file is larger than 1048576 bytes"},
	}
}

// TestTheSchemaOfFilesAgrees holds the JSON Schema against what is read and what
// is refused.
func TestTheSchemaOfFilesAgrees(t *testing.T) {
	text, err := specs.FS.ReadFile("schemas/arazzo.credentials.1.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	admits := func(text string) (admitted, applies bool) {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			return false, false
		}
		return resolved.Validate(value) == nil, true
	}
	for _, text := range []string{file, "sources: {}", "sources: {a: {}}", "sources: {a: {hosts: h, schemes: {b: {scopes: r w}}}}"} {
		if admitted, _ := admits(text); !admitted {
			t.Errorf("the schema refuses what can be read:\n%s", text)
		}
		if _, found := auth.ParseFile("c.yaml", []byte(text), nil); found.HasErrors() {
			t.Errorf("%q in:\n%s", texts(found), text)
		}
	}
	for _, tt := range refusedFiles("secret") {
		if tt.name == "an alias" || tt.name == "too large" {
			continue // these are about the text and not about what it says
		}
		if admitted, applies := admits(tt.text); applies && admitted {
			t.Errorf("%s: the schema admits what is refused:\n%s", tt.name, tt.text)
		}
	}
}

// TestTheFileInTheReadmeIsRead holds the example that users copy.
func TestTheFileInTheReadmeIsRead(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```yaml\nsources:\n")
	example, _, found := strings.Cut(rest, "```")
	f, problems := auth.ParseFile("credentials.yaml", []byte("sources:\n"+example), lookup("PETS_TOKEN=t", "PETS_SECRET=s"))
	if !found || len(problems) > 0 {
		t.Fatalf("found %t: %q", found, texts(problems))
	}
	if c, err := f.Credential(t.Context(), "pets", "oauth"); err != nil || c.ClientSecret != "s" || len(c.Hosts) != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "credentials.yaml")
	if err := os.WriteFile(name, []byte("sources: {pets: {schemes: {key: k}}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, found := auth.ReadFile(name, nil); f == nil || len(found) > 0 {
		t.Errorf("%v, %q", f, texts(found))
	}
	if _, found := auth.ReadFile(filepath.Join(dir, "none.yaml"), nil); !found.HasErrors() || !strings.Contains(found[0].Message, "no such file") && goruntime.GOOS != "windows" {
		t.Errorf("a file that is not there: %q", texts(found))
	}
	if _, found := auth.ReadFile(dir, nil); !found.HasErrors() {
		t.Errorf("a folder: %q", texts(found))
	}
	if goruntime.GOOS == "windows" {
		t.Skip("files have no such permissions here")
	}
	for mode, warns := range map[os.FileMode]bool{0o400: false, 0o640: true, 0o604: true, 0o620: true} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		f, found := auth.ReadFile(name, nil)
		if got := len(found) == 1 && found[0].Rule == auth.RuleCredentialsFileMode && !found.HasErrors(); f == nil || got != warns {
			t.Errorf("mode %o: warns %t, want %t: %q", mode, got, warns, texts(found))
		}
	}
}

func FuzzParseFile(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte("{\"sources\":{\"a\":{\"schemes\":{\"b\":{\"scopes\":[\"c\"]}}}}}"))
	f.Add([]byte("sources: &a {b: *a}"))
	f.Add([]byte("sources: {a: {schemes: {b: '${C}$${D}${'}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, found := auth.ParseFile("c.yaml", data, func(string) string { return "v" })
		if (parsed == nil) != found.HasErrors() {
			t.Fatalf("parsed %v with %v", parsed, texts(found))
		}
		if parsed != nil {
			_, _ = parsed.Credential(t.Context(), "a", "b")
		}
	})
}
