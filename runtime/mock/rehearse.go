package mock

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Exchange is one request of a course and the reply to it.
type Exchange struct {
	Workflow runtime.WorkflowRef
	StepID   string
	Request  *runtime.Request
	Response *runtime.Response
	// Result is how the criteria judge the reply, and Action the action that is
	// taken then, nil for none.
	Result Result
	Action *runtime.ActionTaken

	step *runtime.StepView
}

// Course is a run as it is meant to go.
type Course struct {
	Exchanges []Exchange
	// Result is that of the run.
	Result *runtime.Result
}

// The bounds of a rehearsal.
const (
	maxAttempts  = 4000
	maxExchanges = 2000
)

// rehearsal looks for a course by running the workflow with the real engine, on
// a clock of its own and against replies that are made to lead where the plan
// wants. It goes back where a reply leads to no good end.
type rehearsal struct {
	ctx      context.Context //nolint:containedctx // a rehearsal lives within one call
	engine   *runtime.Engine
	stage    *stage
	plan     *Plan
	turns    map[string][]Turn
	goal     runtime.Status // empty: any
	seed     uint64
	noDelay  bool
	guess    guess
	guessed  bool // something was guessed
	path     []Exchange
	taken    map[string]int // how often actions that lead back were taken
	used     map[string]int // turns that were taken
	attempts int
	// deepest is how far the search has come, and hindrance what stopped it there.
	deepest   int
	hindrance string
	// blocked says why a planned turn cannot be taken.
	blocked string
}

// stage is what the engine of a rehearsal acts on: it takes the place of the
// server, the clock and the observer.
type stage struct {
	now     time.Time
	request *runtime.Request
	reply   *runtime.Response
	event   *runtime.Event
}

// Exchange notes the request and gives the reply that was put up, if there is
// one.
func (s *stage) Exchange(_ context.Context, req *runtime.Request) (*runtime.Response, error) {
	sent := *req
	sent.Header = slices.Clone(req.Header)
	s.request = &sent
	if s.reply == nil {
		return nil, &runtime.ExchangeError{Failure: runtime.NotSent, Message: "a rehearsal has no server"}
	}
	return s.reply, nil
}

// Now returns the time of the rehearsal.
func (s *stage) Now() time.Time { return s.now }

// Sleep moves the clock.
func (s *stage) Sleep(ctx context.Context, d time.Duration) error {
	s.now = s.now.Add(max(0, d))
	return ctx.Err()
}

// Observe keeps the end of a step attempt.
func (s *stage) Observe(_ context.Context, ev *runtime.Event) {
	if ev.Kind == runtime.StepFinished {
		kept := *ev
		s.event = &kept
	}
}

// advance makes one step attempt of a copy of the state.
func (r *rehearsal) advance(st *runtime.State, reply *runtime.Response) (*runtime.State, error) {
	next := st.Clone()
	r.attempts++
	r.stage.request, r.stage.reply, r.stage.event = nil, reply, nil
	err := r.engine.Advance(r.ctx, next)
	return next, err
}

// walk goes on from a state. It reports whether the course has come to a good
// end, which is then in path.
func (r *rehearsal) walk(st *runtime.State) (*runtime.State, bool) {
	for {
		if st.Done() {
			return st, r.accepts(st)
		}
		if r.attempts > maxAttempts || len(r.path) > maxExchanges {
			r.hinder("no course was found within %d attempts", maxAttempts)
			return nil, false
		}
		probe, err := r.advance(st, nil)
		if err != nil {
			r.hinder("%v", err)
			return nil, false
		}
		if r.stage.request != nil {
			break
		}
		st = probe
	}
	frame := &st.Frames[len(st.Frames)-1]
	steps := r.engine.Program.Steps(frame.Workflow)
	x := Exchange{Workflow: frame.Workflow, StepID: steps[frame.Next].ID, Request: r.stage.request, step: &steps[frame.Next]}
	env := r.engine.Environment(r.ctx, st, nil)
	key, turn, planned := r.turn(x)
	candidates := r.ranked(turn.candidates(x.step), x, frame, planned)
	for _, o := range candidates {
		o.repair = frame.Repair != nil
		o.spent = spent(o, x, frame)
		if frame.Repair != nil && (!o.success || o.action != noAction) {
			continue
		}
		loop := r.backward(o, x, frame)
		next, ok := r.attempt(st, &x, env, o, turn.Status, loop != "")
		if !ok {
			why := o.hopeless(x.step)
			if why == "" {
				why = "no reply was found that leads to " + o.name(x.step)
			}
			r.hinder("step %q: %s", x.StepID, why)
			if !turn.free() {
				r.blocked = fmt.Sprintf("step %q: %s", x.StepID, why)
			}
			continue
		}
		r.path = append(r.path, x)
		r.taken[loop]++
		r.used[key]++
		if end, ok := r.walk(next); ok {
			return end, true
		}
		r.path = r.path[:len(r.path)-1]
		r.taken[loop]--
		r.used[key]--
	}
	return nil, false
}

// accepts reports whether a finished run is what was planned.
func (r *rehearsal) accepts(st *runtime.State) bool {
	for _, key := range sortedKeys(r.turns) {
		if r.used[key] < len(r.turns[key]) {
			r.hinder("step %q is reached %d times, and the plan has %d turns for it", key, r.used[key], len(r.turns[key]))
			return false
		}
	}
	if r.goal != "" && st.Status != r.goal {
		why := ""
		if st.Failure != nil {
			why = ": " + st.Failure.Message
		}
		// Why another end was not found says more than how this one came about.
		r.hinderAt(len(r.path)-1, "the run ends %s%s", st.Status, why)
		return false
	}
	return true
}

// hinder notes what stopped the search, where it had come farthest.
func (r *rehearsal) hinder(format string, args ...any) { r.hinderAt(len(r.path), format, args...) }

func (r *rehearsal) hinderAt(depth int, format string, args ...any) {
	if depth > r.deepest || r.hindrance == "" {
		r.deepest, r.hindrance = depth, fmt.Sprintf(format, args...)
	}
}

// obstacle is the best explanation of why no course was found.
func (r *rehearsal) obstacle() string {
	if r.blocked != "" {
		return r.blocked
	}
	return r.hindrance
}

// turn returns the planned turn for the next request of a step.
func (r *rehearsal) turn(x Exchange) (key string, t Turn, planned bool) {
	key = x.Workflow.WorkflowID + "/" + x.StepID
	if _, ok := r.turns[key]; !ok {
		key = x.StepID
	}
	if list := r.turns[key]; r.used[key] < len(list) {
		return key, list[r.used[key]], true
	}
	return key, Turn{}, false
}

// spent lists the retry actions that the visit under way has used up.
func spent(o outcome, x Exchange, frame *runtime.Frame) []int {
	var out []int
	for i, a := range o.actions(x.step) {
		if a.Type == "retry" && frame.Retries[runtime.ActionKey(x.StepID+"/"+a.Name)] >= a.RetryLimit {
			out = append(out, i)
		}
	}
	return out
}

// free reports whether a turn leaves the choice to the course.
func (t *Turn) free() bool { return t.Action == "" && !t.NoAction }

// backward names the action of an outcome that leads back, or is empty.
func (r *rehearsal) backward(o outcome, x Exchange, frame *runtime.Frame) string {
	if o.action == noAction {
		return ""
	}
	a := &o.actions(x.step)[o.action]
	if a.Type == "retry" || a.Type == "goto" && a.Workflow == nil && a.Step <= frame.Next {
		return x.Workflow.String() + "/" + x.StepID + "/" + strconv.FormatBool(o.success) + "/" + a.Name
	}
	if a.Type == "goto" && a.Workflow != nil {
		return "goto " + a.Workflow.String()
	}
	return ""
}

// ranked orders outcomes by how much they are wanted: loops first, as often as
// that is wanted, then what leads on, then what ends the workflow. Failures come
// last. A plan may ask for more loops.
func (r *rehearsal) ranked(list []outcome, x Exchange, frame *runtime.Frame, planned bool) []outcome {
	last := frame.Next+1 >= len(r.engine.Program.Steps(frame.Workflow))
	rank := func(o outcome) int {
		loop := r.backward(o, x, frame)
		base := 0
		if !o.success {
			base = 100_000
		}
		if o.poll {
			return 0
		}
		if loop != "" && r.taken[loop] >= r.plan.loops() {
			if planned {
				return base + 95_000
			}
			return -1
		}
		if o.action == noAction {
			if !o.success {
				return base + 90_000
			}
			if last {
				return base + 40_000
			}
			return base + frame.Next + 2
		}
		switch a := &o.actions(x.step)[o.action]; {
		case a.Type == "end":
			return base + 30_000
		case a.Workflow != nil && a.Type == "goto":
			return base + 20_000
		case loop != "":
			return base
		default:
			return base + a.Step + 1
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(o outcome) bool { return rank(o) < 0 })
	if !planned {
		for _, o := range slices.Clone(list) {
			if loop := r.backward(o, x, frame); !o.success && loop != "" && r.taken[loop] < r.plan.loops() {
				o.poll = true
				list = append(list, o)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b outcome) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

// attempt looks for a reply that leads to an outcome, puts it into the exchange
// and returns the state that follows.
func (r *rehearsal) attempt(st *runtime.State, x *Exchange, env expr.Environment, o outcome, status int, back bool) (*runtime.State, bool) {
	statuses := o.statuses(x.step)
	if status != 0 {
		statuses = []int{status}
	}
	var next *runtime.State
	for _, status := range statuses {
		known := withStatus(env, status)
		claims := slices.DeleteFunc(o.claims(x.step, status), func(list []claim) bool {
			_, ok := (&solver{env: known}).constants(list)
			return !ok
		})
		if len(claims) == 0 {
			continue
		}
		t := templateFor(x.step, x.Request, known, status, r.seedFor(x), r.guess)
		r.guessed = r.guessed || t.draft.body.guessed
		if r.noDelay && back {
			t.draft.header["retry-after"] = "0"
		}
		s := &solver{env: known, draft: t.draft}
		s.judge = func(d draft) bool {
			if r.attempts > maxAttempts {
				return false
			}
			reply := t.response(d)
			after, err := r.advance(st, reply)
			if err != nil || !o.happened(x.step, r.stage.event) {
				return false
			}
			x.Response, x.Action, x.Result = reply, r.stage.event.Action, Failure
			if r.stage.event.Status == runtime.StepSucceeded {
				x.Result = Success
			}
			next = after
			return true
		}
		if _, ok := s.solve(claims); ok {
			return next, true
		}
	}
	return nil, false
}

// seedFor makes the values of each reply their own.
func (r *rehearsal) seedFor(x *Exchange) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%s/%s/%d", r.seed, x.Workflow.WorkflowID, x.StepID, len(r.path))
	return h.Sum64() | 1
}

// withStatus adds the status of a reply to an environment that has none.
func withStatus(env expr.Environment, status int) expr.Environment {
	return statusEnvironment{env, json.Number(strconv.Itoa(status))}
}

type statusEnvironment struct {
	expr.Environment
	status any
}

// Lookup returns the status itself, and nothing of the rest of the reply.
func (e statusEnvironment) Lookup(x *expr.Expression) (any, bool) {
	switch x.Root {
	case expr.RootStatusCode:
		return e.status, true
	case expr.RootResponse:
		return nil, false
	default:
		return e.Environment.Lookup(x)
	}
}

// LookupStructured offers the trees that the other environment has.
func (e statusEnvironment) LookupStructured(x *expr.Expression) (any, bool) {
	if trees, ok := e.Environment.(expr.StructuredEnvironment); ok && x.Root != expr.RootResponse {
		return trees.LookupStructured(x)
	}
	return nil, false
}
