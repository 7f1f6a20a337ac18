package simulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 100
	pageTokenPrefix = "page-"
)

func (s *Server) startImport(c *call, request map[string]any) (map[string]any, *failure) {
	return s.start(c, request, false)
}

func (s *Server) startExport(c *call, request map[string]any) (map[string]any, *failure) {
	return s.start(c, request, true)
}

func (s *Server) describeImport(c *call, request map[string]any) (map[string]any, *failure) {
	return s.describe(c, request, false)
}

func (s *Server) describeExport(c *call, request map[string]any) (map[string]any, *failure) {
	return s.describe(c, request, true)
}

func (s *Server) listImports(c *call, request map[string]any) (map[string]any, *failure) {
	return s.list(c, request, false)
}

func (s *Server) listExports(c *call, request map[string]any) (map[string]any, *failure) {
	return s.list(c, request, true)
}

func (s *Server) start(c *call, request map[string]any, export bool) (map[string]any, *failure) {
	c.record.ClientToken = text(request, "ClientToken")
	store, missing := s.datastore(c, request)
	if missing != nil {
		return nil, missing
	}
	if status := store.course.status(); status != datastoreActive {
		return nil, reject(validationException, fmt.Sprintf("Datastore %s is not in ACTIVE status, but %s.", store.id, status))
	}
	known, conflict := s.recall(c.record.Operation+" "+store.id, request)
	if conflict != nil {
		return nil, conflict
	}
	j, ok := known.(*job)
	if !ok {
		j = s.create(c, request, export)
	}
	s.settle(c.now)
	c.record.JobID = j.id
	return map[string]any{"JobId": j.id, "JobStatus": s.shown(j, c.now), "DatastoreId": j.datastoreID}, nil
}

func (s *Server) create(c *call, request map[string]any, export bool) *job {
	plans := s.config.ImportPlans
	if export {
		plans = s.config.ExportPlans
	}
	count := 0
	for _, other := range s.jobs {
		if other.export == export {
			count++
		}
	}
	plan := plans[min(count, len(plans)-1)]
	if len(plan.Stages) == 0 {
		plan.Stages = DefaultPlan().Stages
	}
	j := &job{
		id: s.id("job"), export: export, request: request, datastoreID: text(request, "DatastoreId"),
		submitted: c.now, course: course{plan: plan, entered: c.now},
	}
	s.jobs = append(s.jobs, j)
	s.remember(c.record.Operation+" "+j.datastoreID, request, j)
	return j
}

// promise is what a ClientToken stands for: the request that it came with, and
// what the request created.
type promise struct {
	request string
	created any
}

// recall returns what an earlier request with the same token created, or nil.
func (s *Server) recall(scope string, request map[string]any) (any, *failure) {
	token := text(request, "ClientToken")
	if token == "" {
		return nil, nil
	}
	p, known := s.promises[scope+" "+token]
	switch {
	case !known:
		return nil, nil
	case p.request == fingerprint(request) || s.config.TokenConflict == ReturnFirst:
		return p.created, nil
	case s.config.TokenConflict == RefuseWithConflict:
		return nil, reject(conflictException, "The client token was used before with different parameters.")
	}
	return nil, reject(validationException, "The client token was used before with different parameters.")
}

func (s *Server) remember(scope string, request map[string]any, created any) {
	if token := text(request, "ClientToken"); token != "" {
		s.promises[scope+" "+token] = promise{fingerprint(request), created}
	}
}

// fingerprint returns a text that is the same for equal requests.
func fingerprint(request map[string]any) string {
	data, err := json.Marshal(request)
	if err != nil {
		return ""
	}
	return string(data)
}

func (s *Server) describe(c *call, request map[string]any, export bool) (map[string]any, *failure) {
	store, missing := s.datastore(c, request)
	if missing != nil {
		return nil, missing
	}
	id := text(request, "JobId")
	c.record.JobID = id
	member := "ImportJobProperties"
	if export {
		member = "ExportJobProperties"
	}
	for _, j := range s.jobs {
		if j.id == id && j.export == export && j.datastoreID == store.id {
			status := s.show(j, c.now)
			c.record.State = status
			if s.config.RetryAfter > 0 && j.endedAt.IsZero() {
				c.header.Set("Retry-After", strconv.FormatInt(int64(s.config.RetryAfter.Seconds()), 10))
			}
			return map[string]any{member: s.properties(j, status)}, nil
		}
	}
	return nil, reject(notFoundException, fmt.Sprintf("Job %s does not exist in datastore %s.", id, store.id))
}

func (s *Server) list(c *call, request map[string]any, export bool) (map[string]any, *failure) {
	store, missing := s.datastore(c, request)
	if missing != nil {
		return nil, missing
	}
	skip, ok := pageStart(text(request, "NextToken"))
	if !ok {
		return nil, reject(validationException, "NextToken is not one that this service has given.")
	}
	size, limited := request["MaxResults"].(int)
	if !limited {
		size = defaultPageSize
	}
	s.settle(c.now)
	found := []any{}
	more := false
	for _, j := range s.jobs {
		status := s.shown(j, c.now)
		if j.export != export || j.datastoreID != store.id || !j.matches(request, status) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if more = len(found) == size; more {
			break
		}
		found = append(found, s.properties(j, status))
	}
	member := "ImportJobPropertiesList"
	if export {
		member = "ExportJobPropertiesList"
	}
	out := map[string]any{member: found}
	if more {
		start, _ := pageStart(text(request, "NextToken"))
		out["NextToken"] = pageTokenPrefix + strconv.Itoa(start+size)
	}
	return out, nil
}

// matches reports whether a job passes the filters of a list request.
func (j *job) matches(request map[string]any, status string) bool {
	if name := text(request, "JobName"); name != "" && text(j.request, "JobName") != name {
		return false
	}
	if want := text(request, "JobStatus"); want != "" && status != want {
		return false
	}
	submitted := float64(j.submitted.UnixMilli()) / 1000
	if before, ok := request["SubmittedBefore"].(float64); ok && submitted >= before {
		return false
	}
	if after, ok := request["SubmittedAfter"].(float64); ok && submitted <= after {
		return false
	}
	return true
}

func pageStart(token string) (int, bool) {
	if token == "" {
		return 0, true
	}
	digits, ok := strings.CutPrefix(token, pageTokenPrefix)
	start, err := strconv.Atoi(digits)
	return start, ok && err == nil && start > 0
}
