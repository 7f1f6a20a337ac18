package sigv4

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// How long a machine's metadata service may take to give credentials. Where
// there is none, the answer should come soon; once it has answered, a pause of
// its own should not end a long run.
const (
	firstMetadataWait = 2 * time.Second
	laterMetadataWait = 10 * time.Second
)

const credentialsHint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with --profile or AWS_PROFILE; " +
	"a server that needs no signature can be called with --no-sign-request"

// retrieve returns credentials that are valid now. They come from the cache of
// the AWS SDK as long as they last, so that it is asked for every request.
func (p *Provider) retrieve(ctx context.Context) (aws.Credentials, error) {
	s, obtained, err := p.source(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	sources := sourcesOf(s.credentials)
	bounded := ctx
	if fromMetadata(sources) {
		wait := firstMetadataWait
		if obtained {
			wait = laterMetadataWait
		}
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeout(ctx, wait)
		defer cancel()
	}
	found, err := s.credentials.Retrieve(bounded)
	if ctx.Err() != nil && err != nil {
		return aws.Credentials{}, ctx.Err()
	}
	if err != nil {
		if fromMetadata(sources) && !obtained {
			return aws.Credentials{}, p.noCredentials(s.profile)
		}
		return aws.Credentials{}, credentialsProblem(err, s.profile, sources, obtained)
	}
	if !found.HasKeys() {
		return aws.Credentials{}, p.noCredentials(s.profile)
	}
	p.mu.Lock()
	p.obtained = true
	p.mu.Unlock()
	return found, nil
}

// noCredentials says that no place holds credentials.
func (p *Provider) noCredentials(profile string) *problem {
	found := &problem{rule: "no-credentials", message: "no AWS credentials were found", hint: credentialsHint}
	switch {
	case p.environ("AWS_ACCESS_KEY_ID") != "" && p.environ("AWS_SECRET_ACCESS_KEY") == "":
		found.message = "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"
	case p.environ("AWS_ACCESS_KEY_ID") == "" && p.environ("AWS_SECRET_ACCESS_KEY") != "":
		found.message = "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"
	case profile != "default":
		found.message = fmt.Sprintf("no AWS credentials were found for profile %q", profile)
	}
	return found
}

// source returns the settings whose credentials are to be asked. After the
// service has called the credentials expired, files and environment are read
// again, since another program may have renewed them there.
func (p *Provider) source(ctx context.Context) (s *settings, obtained bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err = p.loadLocked(ctx)
	if err != nil {
		return nil, false, err
	}
	if p.stale {
		p.stale = false
		if again, err := p.readSettings(ctx); err == nil {
			renewed := *s
			renewed.credentials = again.credentials
			p.settings, s = &renewed, &renewed
		} else if cache, ok := s.credentials.(*aws.CredentialsCache); ok {
			cache.Invalidate()
		}
	}
	if s.credentials == nil {
		return nil, false, p.noCredentials(s.profile)
	}
	return s, p.obtained, nil
}

// expire makes the next request fetch its credentials anew.
func (p *Provider) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stale = true
}

func sourcesOf(c aws.CredentialsProvider) []aws.CredentialSource {
	if s, ok := c.(aws.CredentialProviderSource); ok {
		return s.ProviderSources()
	}
	return nil
}

func fromMetadata(sources []aws.CredentialSource) bool {
	return slices.Contains(sources, aws.CredentialSourceIMDS)
}

// credentialsProblem says why there are no credentials. Texts of the SDK are
// left out: they are long, and may quote what a credential process printed.
func credentialsProblem(err error, profile string, sources []aws.CredentialSource, obtained bool) *problem {
	p := &problem{rule: "no-credentials", cause: err, passing: obtained && isPassing(err)}
	has := func(list ...aws.CredentialSource) bool {
		return slices.ContainsFunc(list, func(s aws.CredentialSource) bool { return slices.Contains(sources, s) })
	}
	answer := answerOf(err)
	switch {
	case has(aws.CredentialSourceIMDS):
		p.message = "the metadata service of this machine gave no new AWS credentials"
		p.passing = obtained
	case has(aws.CredentialSourceSSO, aws.CredentialSourceSSOLegacy, aws.CredentialSourceProfileSSO, aws.CredentialSourceProfileSSOLegacy):
		p.message = fmt.Sprintf("the SSO session of AWS profile %q has ended or was never begun%s", profile, answer)
		p.hint = "begin one with: aws sso login --profile " + profile
	case has(aws.CredentialSourceLogin, aws.CredentialSourceProfileLogin):
		p.message = fmt.Sprintf("the login session of AWS profile %q has ended or was never begun%s", profile, answer)
		p.hint = "begin one with: aws login --profile " + profile
	case has(aws.CredentialSourceProcess, aws.CredentialSourceProfileProcess):
		p.message = fmt.Sprintf("the credential_process of AWS profile %q gave no credentials", profile)
		p.hint = "run the command that the profile names by hand to see why"
	case has(aws.CredentialSourceEnvVarsSTSWebIDToken, aws.CredentialSourceProfileSTSWebIDToken):
		p.message = "AWS gave no credentials for the web identity token" + answer
		p.hint = "check AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE, or the profile's role_arn and web_identity_token_file"
	case has(aws.CredentialSourceProfileSourceProfile, aws.CredentialSourceProfileNamedProvider):
		p.message = fmt.Sprintf("the role of AWS profile %q could not be assumed%s", profile, answer)
		p.hint = "check the profile's role_arn and source_profile, and that the role trusts them"
	case has(aws.CredentialSourceHTTP):
		p.message = "the credentials endpoint of this container gave no AWS credentials" + answer
	default:
		p.message = fmt.Sprintf("AWS profile %q gave no credentials%s", profile, answer)
		p.hint = credentialsHint
	}
	return p
}

// answerOf returns the code with which a service refused to give credentials,
// as " (AccessDenied)", or "". Its message may quote a signed request.
func answerOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	code := cleanCode(api.ErrorCode())
	if code == "" {
		return ""
	}
	return " (" + code + ")"
}

// isPassing reports whether what kept credentials away may pass by itself.
func isPassing(err error) bool {
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var status interface{ HTTPStatusCode() int }
	if errors.As(err, &status) && (status.HTTPStatusCode() >= 500 || status.HTTPStatusCode() == 429) {
		return true
	}
	var api smithy.APIError
	return errors.As(err, &api) && isThrottling(cleanCode(api.ErrorCode()))
}

// cleanCode reduces an error code as services send it,
// "com.example#ThrottlingException:http://…", to its name. A text that cannot
// be a name gives "".
func cleanCode(code string) string {
	code, _, _ = strings.Cut(code, ":")
	code = strings.TrimSpace(code[strings.LastIndexByte(code, '#')+1:])
	if len(code) > 100 {
		return ""
	}
	for _, c := range []byte(code) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return ""
		}
	}
	return code
}
