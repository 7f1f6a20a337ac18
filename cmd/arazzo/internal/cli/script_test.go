package cli

import (
	"encoding/pem"
	"errors"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the expected output of the golden tests and scripts")
	testscript.Main(m, map[string]func(){
		"arazzo": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

const (
	testSecret = "s3cr3tAccessKey/Never+Shown=="
	testToken  = "sessionTokenThatNobodyMaySee"
)

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		UpdateScripts:      update(),
		Setup:              setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":      codeCommand,
			"normal":    normalCommand,
			"requests":  requestsCommand,
			"nosecrets": noSecretsCommand,
			"hides":     hidesCommand,
		},
	})
}

type serverKey struct{}

// setUpScript gives each script a server of its own and an environment in
// which no AWS setting is found by chance. The server, a second one and one that
// speaks TLS also serve the files in the folder "web", in which the names of the
// variables that hold their addresses are replaced.
func setUpScript(env *testscript.Env) error {
	server := newScriptedServer()
	env.Defer(server.Close)
	env.Values[serverKey{}] = server
	env.Setenv("SERVER", server.URL)
	other, secure := httptest.NewServer(server.Config.Handler), httptest.NewTLSServer(server.Config.Handler)
	env.Defer(other.Close)
	env.Defer(secure.Close)
	env.Setenv("OTHER", other.URL)
	env.Setenv("SECURE", secure.URL)
	server.web, server.addresses = os.DirFS(env.WorkDir), strings.NewReplacer(
		"$WORK", env.WorkDir, "$SERVER", server.URL, "$OTHER", other.URL, "$SECURE", secure.URL)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(env.WorkDir, "ca.pem"), certificate, 0o600); err != nil {
		return err
	}
	mutual, err := server.mutualServer(env.WorkDir)
	if err != nil {
		return err
	}
	env.Defer(mutual.Close)
	env.Setenv("MUTUAL", mutual.URL)
	env.Setenv("REFUSED", server.refused)
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("AWS_CONFIG_FILE", env.WorkDir+"/aws/config")
	env.Setenv("AWS_SHARED_CREDENTIALS_FILE", env.WorkDir+"/aws/credentials")
	env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	env.Setenv("SECRET", testSecret)
	env.Setenv("TOKEN", testToken)
	return nil
}

// codeCommand is "code N command…": the command must end with exit code N.
func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code is %d, want %d", got, want)
	}
}

// normalCommand is "normal from to": it copies a file or stream and writes
// what differs from run to run in one way.
func normalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: normal from to")
	}
	text := ts.ReadFile(args[0])
	text = strings.ReplaceAll(text, ts.Getenv("SERVER"), "$SERVER")
	text = strings.ReplaceAll(text, strings.TrimPrefix(ts.Getenv("SERVER"), "http://"), "$HOST")
	text = strings.ReplaceAll(text, ts.Getenv("OTHER"), "$OTHER")
	text = strings.ReplaceAll(text, strings.TrimPrefix(ts.Getenv("OTHER"), "http://"), "$OTHERHOST")
	text = strings.ReplaceAll(text, ts.Getenv("SECURE"), "$SECURE")
	text = strings.ReplaceAll(text, strings.TrimPrefix(ts.Getenv("SECURE"), "https://"), "$SECUREHOST")
	text = strings.ReplaceAll(text, ts.Getenv("REFUSED"), "$REFUSED")
	text = strings.ReplaceAll(text, strings.TrimPrefix(ts.Getenv("REFUSED"), "http://"), "$REFUSEDHOST")
	text = strings.ReplaceAll(text, ts.Getenv("WORK"), "$WORK")
	for _, r := range []struct{ pattern, with string }{
		{`\b[A-Z2-7]{26}\b`, "RUNID"},
		{`\b\d+(\.\d+)? ?(ms|s)\b`, "TIME"},
		{`\btime="[^"]*"`, `time="TIME"`},
		{`"(startedAt)": "[^"]*"`, `"$1": "TIME"`},
		{`"(durationMs|waitMs)": \d+`, `"$1": 0`},
	} {
		text = regexp.MustCompile(r.pattern).ReplaceAllString(text, r.with)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// requestsCommand is "requests N": so many requests reached the server so far.
func requestsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: requests N")
	}
	if got := strconv.Itoa(serverOf(ts).count()); got != args[0] {
		ts.Fatalf("%s requests reached the server, want %s", got, args[0])
	}
}

// noSecretsCommand is "nosecrets file…": nothing that signs requests, and no
// signature that the server saw, stands in the files.
func noSecretsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: nosecrets file...")
	}
	secrets := append([]string{testSecret, testToken}, serverOf(ts).signatures()...)
	if len(secrets) == 2 {
		ts.Fatalf("the server saw no signature")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				ts.Fatalf("%s holds the secret %q", name, secret)
			}
		}
		if strings.Contains(text, "AWS4-HMAC") || strings.Contains(text, "Credential=") {
			ts.Fatalf("%s holds an Authorization header", name)
		}
	}
}

func serverOf(ts *testscript.TestScript) *scriptedServer {
	server, ok := ts.Value(serverKey{}).(*scriptedServer)
	if !ok {
		ts.Fatalf("the script has no server")
	}
	return server
}
