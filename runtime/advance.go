package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// attempt is one step attempt under way. It lives within one call of Advance;
// whatever must outlive that call is in the State.
type attempt struct {
	engine *Engine
	st     *State
	frame  *Frame
	wf     *workflow
	step   *step
	record *StepRecord
	sent   *SentRecord
	env    *environment
	mask   *masker
	began  time.Time
	// secrets are the parameters of the last request whose values are credentials.
	secrets []ParameterName
}

// Advance performs exactly one step attempt: it waits until the state permits
// the attempt, evaluates the request, exchanges it, judges the reply and takes
// one action. Or it enters a workflow that the next step needs, or leaves one
// that has ended and hands its outcome to what waited for it. It returns an error if the attempt could not be made: the context
// ended, the state has ended or belongs to another program. A step that fails
// is no error; the state then says what follows.
func (e *Engine) Advance(ctx context.Context, st *State) error {
	if st.Done() {
		return fmt.Errorf("run %q: %w", st.RunID, ErrEnded)
	}
	if err := e.accepts(st); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.expire(st) {
		return nil
	}
	if st.frame().Ended != nil {
		e.handOver(ctx, st)
		return nil
	}
	a := e.attempt(st)
	if a.needDependency(ctx) {
		return nil
	}
	if st.Attempts >= st.Policy.maxSteps() {
		a.endRun(ctx, a.stepLimitFailure())
		return nil
	}
	if failure, err := a.waitUntil(ctx, st.NotBefore, st.WaitReason); err != nil || failure != nil {
		if failure != nil {
			a.endRun(ctx, failure)
		}
		return err
	}
	if e.expire(st) {
		return nil
	}
	st.NotBefore, st.WaitReason = time.Time{}, ""
	a.enter()
	if failure := a.unmetDependency(); failure != nil {
		a.began = e.Clock.Now()
		a.emit(ctx, Event{Kind: StepStarted})
		a.conclude(ctx, failure)
		return nil
	}
	if a.step.sub != nil {
		a.callWorkflow(ctx)
		return nil
	}
	return a.callOperation(ctx)
}

// callOperation makes the exchange of a step that calls an operation, and
// judges it.
func (a *attempt) callOperation(ctx context.Context) error {
	req, failure := a.buildRequest(ctx)
	if failure == nil {
		failed, err := a.pace(ctx, req)
		if err != nil {
			return err
		}
		if failed != nil {
			a.endRun(ctx, failed)
			return nil
		}
	}
	a.began = a.engine.Clock.Now()
	a.emit(ctx, Event{Kind: StepStarted})
	if failure == nil {
		var err error
		failure, err = a.exchange(ctx, req)
		if err != nil {
			return err
		}
	}
	a.conclude(ctx, failure)
	return nil
}

func (e *Engine) attempt(st *State) *attempt {
	a := &attempt{engine: e, st: st, frame: st.frame()}
	a.wf = e.Program.workflow(a.frame.Workflow)
	a.step = a.wf.steps[a.frame.Next]
	a.record = a.frame.record(a.step.id)
	a.sent = st.sent()
	a.env = e.env(st, nil)
	a.learnSecrets()
	return a
}

// learnSecrets makes the attempt hide what the Transport has used since.
func (a *attempt) learnSecrets() {
	if a.engine.Observer != nil {
		a.mask = a.engine.masker(a.st)
	}
}

// enter counts the attempt.
func (a *attempt) enter() {
	if a.frame.Retrying {
		a.frame.Retrying = false
	} else {
		a.record.Visits++
		a.record.Attempt = 0
		a.frame.resetRetries(a.step.id)
	}
	a.record.Attempt++
	a.st.Attempts++
}

func (a *attempt) emit(ctx context.Context, ev Event) {
	if a.engine.Observer == nil {
		return
	}
	ev.WorkflowID = a.frame.Workflow.WorkflowID
	ev.StepID, ev.Visit, ev.Attempt = a.step.id, a.record.Visits, a.record.Attempt
	if ev.Request != nil {
		a.secrets = ev.Request.Secrets
		ev.Request = a.mask.request(ev.Request)
	}
	if ev.Response != nil {
		ev.Response = a.mask.response(ev.Response, a.secrets)
	}
	if ev.Outputs != nil {
		ev.Outputs = a.mask.values(ev.Outputs)
	}
	a.engine.emit(ctx, a.st, ev)
}

// fail describes a failure of the step, with secrets masked.
func (a *attempt) fail(rule, message, hint string) *Failure {
	m := a.mask
	if m == nil {
		m = a.engine.masker(a.st)
	}
	return &Failure{Rule: rule, Message: m.text(message), Hint: hint, StepID: a.step.id, Range: a.step.origin.Range()}
}

// waitUntil pauses until t. It returns a failure if the run's time is over
// before that.
func (a *attempt) waitUntil(ctx context.Context, t time.Time, reason string) (*Failure, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := a.engine.Clock.Now()
	deadline, bounded := a.deadline()
	if bounded && !now.Before(deadline) {
		return a.timeoutFailure(""), nil
	}
	if least := a.st.frameDeadline(); !least.IsZero() && t.After(least) {
		t = least
	}
	wait := t.Sub(now)
	if t.IsZero() || wait <= 0 {
		return nil, nil
	}
	if bounded && t.After(deadline) {
		return a.timeoutFailure(fmt.Sprintf(": the next attempt of step %q was due in %v", a.step.id, wait.Round(time.Millisecond))), nil
	}
	a.emit(ctx, Event{Kind: Waiting, Wait: wait, Until: t, Reason: reason})
	return nil, a.engine.Clock.Sleep(ctx, wait)
}

func (a *attempt) deadline() (time.Time, bool) {
	if a.st.Policy.Timeout <= 0 {
		return time.Time{}, false
	}
	return a.st.StartedAt.Add(a.st.Policy.Timeout), true
}

// frameDeadline is the time at which the first of the frames runs out of time.
// It is zero if none does.
func (s *State) frameDeadline() time.Time {
	var least time.Time
	for i := range s.Frames {
		if d := s.Frames[i].Deadline; !d.IsZero() && (least.IsZero() || d.Before(least)) {
			least = d
		}
	}
	return least
}

func (a *attempt) timeoutFailure(detail string) *Failure {
	return a.fail("timeout",
		fmt.Sprintf("the run did not end within its time limit of %v, at step %q%s%s", a.st.Policy.Timeout, a.step.id, a.loopDescription(), detail),
		"raise the limit with --timeout")
}

func (a *attempt) stepLimitFailure() *Failure {
	return a.fail("step-limit",
		fmt.Sprintf("the run reached its limit of %d step attempts at step %q%s", a.st.Policy.maxSteps(), a.step.id, a.loopDescription()),
		"check that the loop can end, or raise the limit with --max-steps")
}

// loopDescription names the loop that the run is in, if it is in one.
func (a *attempt) loopDescription() string {
	var loop []string
	for _, s := range a.wf.steps {
		if r := a.frame.Steps[s.id]; r != nil && (r.Visits > 1 || r.Attempt > 1) {
			loop = append(loop, fmt.Sprintf("%q (%d visits)", s.id, r.Visits))
		}
	}
	if len(loop) == 0 {
		return ""
	}
	return ", in the loop over " + strings.Join(loop, ", ")
}

// pace waits before a loop sends the same request once more.
func (a *attempt) pace(ctx context.Context, req *Request) (*Failure, error) {
	r := a.sent
	identity := fingerprint(req)
	repeated := r.Request == identity
	r.Request = identity
	if !repeated || a.inRetry() {
		r.Repeats = 0
		return nil, nil
	}
	r.Repeats++
	if a.st.Policy.Poll.Off {
		return nil, nil
	}
	interval, reason := a.st.pollInterval(r.Repeats), "polling"
	if r.HasRetryAfter {
		interval, reason = r.RetryAfter, "the server's Retry-After"
	}
	return a.waitUntil(ctx, r.RepliedAt.Add(interval), reason)
}

// inRetry reports whether the attempt is made by a retry action, or on behalf of
// one, and so has its pace from there.
func (a *attempt) inRetry() bool {
	return a.record.Attempt > 1 || a.frame.Repair != nil || a.frame.Unpaced
}

// pollInterval is the pause before the given repetition, counted from 1.
func (s *State) pollInterval(repeats int) time.Duration {
	least, most := s.Policy.Poll.Min, s.Policy.Poll.Max
	if least <= 0 {
		least = defaultPollMin
	}
	if most <= 0 {
		most = max(defaultPollMax, least)
	}
	interval := float64(least)
	for i := 1; i < repeats && interval < float64(most); i++ {
		interval *= 1.5
	}
	interval = min(interval, float64(most))
	return time.Duration(interval * (0.9 + 0.2*jitter(s)))
}

// exchange sends the request, again if the Transport's protocol asks for it. A
// reply ends up in the attempt's environment. The failure says why there is
// none; the error is not nil if the context ended.
func (a *attempt) exchange(ctx context.Context, req *Request) (*Failure, error) {
	var once []string // reasons for which the request is sent again no more
	for try := 1; ; try++ {
		timeout, over := a.exchangeTimeout()
		if over {
			return a.timeoutFailure(""), nil
		}
		req.Timeout = timeout
		a.emit(ctx, Event{Kind: RequestSent, Request: req, Try: try})
		started := a.engine.Clock.Now()
		resp, err := a.engine.Transport.Exchange(ctx, req)
		a.st.Exchanges++
		if err != nil && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		took := a.engine.Clock.Now().Sub(started)
		a.learnSecrets()
		var failure *Failure
		if err != nil {
			failure = a.exchangeFailure(err)
			a.emit(ctx, Event{Kind: ExchangeFailed, Failure: failure, Try: try, Duration: took})
		} else {
			a.emit(ctx, Event{Kind: ResponseReceived, Response: resp, Try: try, Duration: took})
		}
		if retry, again := a.retryBelow(req, resp, err, try); again && !slices.Contains(once, retry.Reason) {
			if retry.Once {
				once = append(once, retry.Reason)
			}
			wait := retry.Delay
			if !retry.Exact {
				wait = time.Duration(float64(wait) * jitter(a.st))
			}
			a.emit(ctx, Event{Kind: RequestRetried, Try: try, Wait: wait, Until: a.engine.Clock.Now().Add(wait), Reason: retry.Reason})
			if deadline, bounded := a.deadline(); bounded && a.engine.Clock.Now().Add(wait).After(deadline) {
				return a.timeoutFailure(""), nil
			}
			if err := a.engine.Clock.Sleep(ctx, wait); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return failure, nil
		}
		a.received(req, resp)
		return nil, nil
	}
}

func (a *attempt) retryBelow(req *Request, resp *Response, err error, try int) (Retry, bool) {
	const most = 100
	r, ok := a.engine.Transport.(Retrier)
	if !ok || try >= most {
		return Retry{}, false
	}
	return r.Retry(req, resp, err, try)
}

// exchangeTimeout is the least of what is left of the step's time and of the
// run's. Zero: unbounded.
func (a *attempt) exchangeTimeout() (timeout time.Duration, over bool) {
	timeout = a.st.Policy.StepTimeout
	now := a.engine.Clock.Now()
	least := func(deadline time.Time) {
		left := deadline.Sub(now)
		over = over || left <= 0
		if timeout <= 0 || left < timeout {
			timeout = left
		}
	}
	if deadline, bounded := a.deadline(); bounded {
		least(deadline)
		if over {
			return 0, true
		}
	}
	if a.step.timeout > 0 {
		least(a.began.Add(a.step.timeout))
	}
	if d := a.st.frameDeadline(); !d.IsZero() {
		least(d)
	}
	// A step whose time is over still fails by itself, in its exchange.
	return max(timeout, 0), false
}

func (a *attempt) exchangeFailure(err error) *Failure {
	var ex *ExchangeError
	if !errors.As(err, &ex) {
		return a.fail("exchange-failed", err.Error(), "")
	}
	rule := "exchange-failed"
	switch ex.Failure {
	case TimedOut:
		rule = "exchange-timeout"
	case TooLarge:
		rule = "response-too-large"
	case Refused:
		rule = "request-refused"
	case NotSent, Lost, Cut:
	}
	if ex.Rule != "" {
		rule = ex.Rule
	}
	return a.fail(rule, ex.Message, ex.Hint)
}

// received takes note of a reply.
func (a *attempt) received(req *Request, resp *Response) {
	now := a.engine.Clock.Now()
	a.env.exchange.req, a.env.exchange.resp, a.env.exchange.step = req, resp, a.step
	a.env.exchange.status = numberValue(resp.Status)
	a.sent.RepliedAt = now
	a.sent.RetryAfter, a.sent.HasRetryAfter = retryAfter(resp, now)
}
