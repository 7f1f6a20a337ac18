package auth

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestOneAnswerServesAllWhoWait holds that nobody asks a server for what another
// is asking it already, whatever the answer is.
func TestOneAnswerServesAllWhoWait(t *testing.T) {
	refused := errors.New("refused")
	for name, answer := range map[string]error{"a token": nil, "a refusal": refused} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := &tokenEntry{turn: make(chan struct{}, 1)}
				asked := 0
				ask := func(context.Context, string) (grantedToken, error) {
					asked++
					time.Sleep(time.Second)
					return grantedToken{accessToken: accessToken{field: "Bearer t"}}, answer
				}
				get := func() {
					field, err := e.get(t.Context(), time.Now, ask)
					if !errors.Is(err, answer) || err == nil && field != "Bearer t" {
						t.Errorf("got %q, %v", field, err)
					}
				}
				var all sync.WaitGroup
				for range 20 {
					all.Go(get)
				}
				all.Wait()
				if asked != 1 {
					t.Errorf("the server was asked %d times, want once", asked)
				}
				// Who comes later asks again after a refusal.
				get()
				if want := map[error]int{nil: 1, refused: 2}[answer]; asked != want {
					t.Errorf("the server was asked %d times in the end, want %d", asked, want)
				}
			})
		})
	}
}

// TestWhoGivesUpDoesNotDecideForOthers holds that the end of one run's context is
// no answer for another run.
func TestWhoGivesUpDoesNotDecideForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &tokenEntry{turn: make(chan struct{}, 1)}
		ask := func(ctx context.Context, _ string) (grantedToken, error) {
			select {
			case <-ctx.Done():
				return grantedToken{}, ctx.Err()
			case <-time.After(time.Minute):
				return grantedToken{accessToken: accessToken{field: "Bearer t"}}, nil
			}
		}
		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := e.get(hasty, time.Now, ask); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the hasty one got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if field, err := e.get(t.Context(), time.Now, ask); err != nil || field != "Bearer t" {
				t.Errorf("the patient one got %q, %v", field, err)
			}
		})
		all.Wait()
	})
}

// TestATokenThatHasNotEndedOutlivesAServerThatIsDown holds that a token is used
// to its end if no new one can be had before.
func TestATokenThatHasNotEndedOutlivesAServerThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &tokenEntry{turn: make(chan struct{}, 1)}
		var down error
		ask := func(context.Context, string) (grantedToken, error) {
			return grantedToken{accessToken: accessToken{field: "Bearer t", expires: time.Now().Add(time.Minute), early: 6 * time.Second}}, down
		}
		for _, step := range []struct {
			after time.Duration
			want  string
		}{{0, "Bearer t"}, {55 * time.Second, "Bearer t"}, {6 * time.Second, ""}} {
			time.Sleep(step.after)
			field, err := e.get(t.Context(), time.Now, ask)
			if field != step.want || (err != nil) != (step.want == "") {
				t.Errorf("after %v more: %q, %v, want %q", step.after, field, err, step.want)
			}
			down = errors.New("down")
		}
	})
}
