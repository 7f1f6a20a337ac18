package sigv4

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
)

// defaultMaxAttempts is how often the AWS SDKs send a request at most.
const defaultMaxAttempts = 3

// expiryWindow is how long before their end credentials are fetched anew, so
// that they do not end on the way to the service.
const expiryWindow = 10 * time.Second

// settings are what the environment and the shared AWS configuration say. They
// do not change once they are loaded.
type settings struct {
	profile     string
	shared      config.SharedConfig
	credentials aws.CredentialsProvider

	maxAttempts     int
	fips            bool
	dualStack       bool
	ignoreEndpoints bool
	keepSkew        bool
}

// load returns the settings, reading them the first time.
func (p *Provider) load(ctx context.Context) (*settings, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loadLocked(ctx)
}

func (p *Provider) loadLocked(ctx context.Context) (*settings, error) {
	if p.settings != nil {
		return p.settings, nil
	}
	s, err := p.readSettings(ctx)
	if err != nil {
		return nil, err
	}
	p.settings = s
	return s, nil
}

// loaded returns the settings if they have been read, else nil.
func (p *Provider) loaded() *settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

func (p *Provider) readSettings(ctx context.Context) (*settings, error) {
	s := &settings{profile: p.profile()}
	options := []func(*config.LoadOptions) error{
		config.WithLogger(logging.Nop{}),
		// Calls for credentials need some region; that of the run is found elsewhere.
		config.WithDefaultRegion("us-east-1"),
		config.WithCredentialsCacheOptions(func(o *aws.CredentialsCacheOptions) {
			o.ExpiryWindow = max(o.ExpiryWindow, expiryWindow)
		}),
	}
	if p.options.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(p.options.Profile))
	}
	if p.options.Region != "" {
		options = append(options, config.WithRegion(p.options.Region))
	}
	if p.options.NoSignRequest {
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	if err := p.readVariables(s); err != nil {
		return nil, err
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, loadProblem(err, s.profile)
	}
	s.credentials = loaded.Credentials
	for _, source := range loaded.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			s.shared = shared
		}
	}
	p.mergeProfile(s)
	return s, nil
}

func (p *Provider) profile() string {
	for _, name := range []string{p.options.Profile, p.environ("AWS_PROFILE"), p.environ("AWS_DEFAULT_PROFILE")} {
		if name != "" {
			return name
		}
	}
	return "default"
}

// readVariables reads the variables that have a fixed form, so that a wrong one
// can be named.
func (p *Provider) readVariables(s *settings) error {
	for _, v := range []struct {
		name string
		to   *bool
	}{
		{"AWS_USE_FIPS_ENDPOINT", &s.fips},
		{"AWS_USE_DUALSTACK_ENDPOINT", &s.dualStack},
		{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", &s.ignoreEndpoints},
		{"AWS_DISABLE_CLOCK_SKEW_CORRECTION", &s.keepSkew},
	} {
		switch text := p.environ(v.name); {
		case text == "", strings.EqualFold(text, "false"):
		case strings.EqualFold(text, "true"):
			*v.to = true
		default:
			return &problem{
				rule:    "aws-configuration",
				message: fmt.Sprintf("environment variable %s is neither true nor false", v.name),
				hint:    fmt.Sprintf("set %s to true or false, or unset it", v.name),
			}
		}
	}
	attempts, ok := p.maxAttemptsVariable()
	if !ok {
		return &problem{
			rule:    "aws-configuration",
			message: "environment variable AWS_MAX_ATTEMPTS is not a whole number above zero",
			hint:    "set AWS_MAX_ATTEMPTS to the number of times a request may be sent, or unset it",
		}
	}
	s.maxAttempts = attempts
	return nil
}

// maxAttemptsVariable returns AWS_MAX_ATTEMPTS, 0 if it is not set, and false
// if it is not a number.
func (p *Provider) maxAttemptsVariable() (int, bool) {
	text := p.environ("AWS_MAX_ATTEMPTS")
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0
}

// mergeProfile takes from the profile what the environment does not say.
func (p *Provider) mergeProfile(s *settings) {
	if s.maxAttempts == 0 {
		s.maxAttempts = s.shared.RetryMaxAttempts
	}
	if s.maxAttempts <= 0 {
		s.maxAttempts = defaultMaxAttempts
	}
	if p.environ("AWS_USE_FIPS_ENDPOINT") == "" {
		s.fips = s.shared.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled
	}
	if p.environ("AWS_USE_DUALSTACK_ENDPOINT") == "" {
		s.dualStack = s.shared.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled
	}
	if b := s.shared.IgnoreConfiguredEndpoints; b != nil && p.environ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "" {
		s.ignoreEndpoints = *b
	}
	if b := s.shared.DisableClockSkewCorrection; b != nil && p.environ("AWS_DISABLE_CLOCK_SKEW_CORRECTION") == "" {
		s.keepSkew = *b
	}
}

// maxAttempts returns how often a request may be sent, the first time included.
func (p *Provider) maxAttempts() int {
	if s := p.loaded(); s != nil {
		return s.maxAttempts
	}
	if n, ok := p.maxAttemptsVariable(); ok && n > 0 {
		return n
	}
	return defaultMaxAttempts
}

// loadProblem says why the shared configuration cannot be used. The text of the
// error is not shown, since it may quote a line that holds a secret.
func loadProblem(err error, profile string) *problem {
	var missing config.SharedConfigProfileNotExistError
	var unreadable config.SharedConfigLoadError
	var role config.SharedConfigAssumeRoleError
	var incomplete config.CredentialRequiresARNError
	var mfa config.AssumeRoleTokenProviderNotSetError
	switch {
	case errors.As(err, &missing):
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("there is no AWS profile %q", missing.Profile),
			hint:    "aws configure list-profiles shows those that exist; choose one with --profile or AWS_PROFILE",
		}
	case errors.As(err, &unreadable):
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("the AWS configuration file %q cannot be read", unreadable.Filename),
			hint:    "correct the file, or name another with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE",
		}
	case errors.As(err, &mfa):
		return &problem{
			rule:    "no-credentials",
			message: fmt.Sprintf("AWS profile %q asks for an MFA code, which cannot be given here", profile),
			hint:    "get a session first, for instance with aws configure export-credentials --format env",
		}
	case errors.As(err, &role):
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("the role of AWS profile %q cannot be assumed as it is configured", role.Profile),
			hint:    "give the profile either a source_profile with credentials or a credential_source",
		}
	case errors.As(err, &incomplete):
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("AWS profile %q names credentials of type %q and no role_arn", incomplete.Profile, incomplete.Type),
		}
	case variableName().MatchString(err.Error()):
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("environment variable %s does not hold a value that AWS defines for it", variableName().FindString(err.Error())),
			hint:    "correct or unset it",
		}
	default:
		return &problem{
			rule:    "aws-configuration",
			message: fmt.Sprintf("the AWS configuration of profile %q cannot be used", profile),
			hint:    "aws configure list shows what is configured and where",
			cause:   err,
		}
	}
}

var variableName = lazyRegexp(`\bAWS_[A-Z0-9_]+\b`)
