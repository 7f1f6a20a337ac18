package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"
)

// DefaultTimeout is how long a case may take unless it says otherwise.
const DefaultTimeout = 30 * time.Second

// Verdict is what becomes of a case.
type Verdict string

// The verdicts.
const (
	// Pass: all was as expected.
	Pass Verdict = "pass"
	// Fail: something was not; Result.Problems says what.
	Fail Verdict = "fail"
	// Differs: something was not, in a case about which the specification is
	// silent. It counts neither for nor against the tool.
	Differs Verdict = "differs"
)

// Result is what became of one case.
type Result struct {
	Case    *Case
	Verdict Verdict
	// Problems are the reasons for any verdict but Pass.
	Problems []string
	// Outcome is the answer of the tool.
	Outcome  Outcome
	Duration time.Duration
}

// Judge runs one case and judges it.
func Judge(ctx context.Context, c *Case, runner Runner) Result {
	result := Result{Case: c}
	started := time.Now()
	result.Problems = judge(ctx, c, runner, &result.Outcome)
	result.Duration = time.Since(started)
	switch {
	case len(result.Problems) == 0:
		result.Verdict = Pass
	case c.Ambiguous:
		result.Verdict = Differs
	default:
		result.Verdict = Fail
	}
	return result
}

func judge(ctx context.Context, c *Case, runner Runner, outcome *Outcome) []string {
	dir, err := os.MkdirTemp("", "arazzo-case-")
	if err != nil {
		return []string{err.Error()}
	}
	defer func() { _ = os.RemoveAll(dir) }()
	mock, err := serve(c)
	if err != nil {
		return []string{err.Error()}
	}
	defer mock.close()
	job, err := c.Lay(dir, mock.port)
	if err != nil {
		return []string{err.Error()}
	}
	limit := DefaultTimeout
	if c.MaxDurationMs > 0 {
		limit = time.Duration(c.MaxDurationMs) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, limit+DefaultTimeout)
	defer cancel()
	started := time.Now()
	*outcome, err = runner.Run(ctx, job)
	took := time.Since(started)
	seen := mock.transcript()
	problems := seen.problems
	if err != nil {
		return append(problems, err.Error())
	}
	if took > limit {
		problems = append(problems, fmt.Sprintf("the run took %v, more than %v", took.Round(time.Millisecond), limit))
	}
	first := mock.c.problems(outcome, &seen, Alternative{})
	if len(first) == 0 {
		return problems
	}
	for _, other := range c.Alternatives {
		if len(mock.c.problems(outcome, &seen, other)) == 0 {
			return problems
		}
	}
	return append(problems, first...)
}

// problems says in what the end of a run is not as expected. The zero
// Alternative stands for what the case expects in the first place.
func (c *Case) problems(got *Outcome, seen *transcript, other Alternative) []string {
	ending, outputs, done := c.ending(), c.Outputs, len(c.sequence())
	if other.Valid != nil && !*other.Valid {
		ending = Invalid
	}
	if other.Outcome != "" {
		ending = other.Outcome
	}
	if other.Outputs != nil || ending != c.ending() {
		outputs = other.Outputs
	}
	if ending == Invalid {
		done = 0
	} else if other.Requests != nil {
		done = len(other.Requests)
	}
	var found []string
	if got.Ending != ending {
		problem := fmt.Sprintf("the outcome is %q instead of %q", got.Ending, ending)
		if got.Message != "" {
			problem += ": " + got.Message
		}
		found = append(found, problem)
	}
	switch {
	case seen.done > done:
		found = append(found, fmt.Sprintf("%d requests were sent instead of %d", seen.done, done))
	case seen.done < done:
		found = append(found, fmt.Sprintf("%d of %d requests were sent; the next would have been %s", seen.done, done, seen.missing[0]))
	}
	if got.Ending == ending && outputs != nil {
		found = append(found, compareOutputs(outputs, got.Outputs)...)
	}
	return found
}

func compareOutputs(want map[string]Value, got map[string]any) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		expected := want[name].JSON
		if value, ok := got[name]; !ok {
			found = append(found, fmt.Sprintf("output %q is missing; expected %s", name, show(expected)))
		} else if !Equal(expected, value) {
			found = append(found, fmt.Sprintf("output %q is %s instead of %s", name, show(value), show(expected)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			found = append(found, fmt.Sprintf("there is an unexpected output %q: %s", name, show(got[name])))
		}
	}
	return found
}

// JudgeAll runs cases, several at a time, and returns the results in the order
// of the cases. Those that take a while are begun first. Cases that are not
// reached before ctx ends fail.
func JudgeAll(ctx context.Context, cases []*Case, runner Runner, parallel int) []Result {
	results := make([]Result, len(cases))
	order := make([]int, len(cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case cases[a].Paced() == cases[b].Paced():
			return 0
		case cases[a].Paced():
			return -1
		default:
			return 1
		}
	})
	queue := make(chan int)
	var workers sync.WaitGroup
	for range max(1, parallel) {
		workers.Go(func() {
			for i := range queue {
				if err := context.Cause(ctx); err != nil {
					results[i] = Result{Case: cases[i], Verdict: Fail, Problems: []string{errors.Join(errors.New("the case was not run"), err).Error()}}
					continue
				}
				results[i] = Judge(ctx, cases[i], runner)
			}
		})
	}
	for _, i := range order {
		queue <- i
	}
	close(queue)
	workers.Wait()
	return results
}
