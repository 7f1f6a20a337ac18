package simulator

import (
	"encoding/json"
	"strconv"
	"time"
)

// job is an import or export job.
type job struct {
	id          string
	export      bool
	request     map[string]any
	datastoreID string
	submitted   time.Time
	course      course
	// endedAt is when the job ended, or zero.
	endedAt time.Time
	// ahead is the oldest job that has not ended and that this one waits for, or
	// nil.
	ahead *job
}

// Job is what a [Server] knows of one job.
type Job struct {
	ID          string
	DatastoreID string
	Name        string
	ClientToken string
	// Export says that the job exports; otherwise it imports.
	Export    bool
	Status    string
	Submitted time.Time
	// Ended is zero while the job has not ended.
	Ended time.Time
}

// Jobs returns the jobs that were created, in order.
func (s *Server) Jobs() []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	list := make([]Job, 0, len(s.jobs))
	for _, j := range s.jobs {
		list = append(list, Job{
			ID: j.id, DatastoreID: j.datastoreID, Name: text(j.request, "JobName"), ClientToken: text(j.request, "ClientToken"),
			Export: j.export, Status: s.shown(j, now), Submitted: j.submitted, Ended: j.endedAt,
		})
	}
	return list
}

// queue names the place that a job waits for.
func (s *Server) queue(j *job) string {
	if s.config.QueuePerDatastore {
		return strconv.FormatBool(j.export) + j.datastoreID
	}
	return strconv.FormatBool(j.export)
}

// settle moves all jobs on to where they are at the given time. One job of a
// queue runs at a time, in the order in which they were created.
func (s *Server) settle(now time.Time) {
	first, free := map[string]*job{}, map[string]time.Time{}
	for _, j := range s.jobs {
		queue := s.queue(j)
		j.ahead = first[queue]
		if j.endedAt.IsZero() {
			j.course.settle(now, free[queue], j.ahead != nil)
			if j.course.ended() {
				j.endedAt = j.course.entered
			} else if j.ahead == nil {
				first[queue] = j
			}
		}
		if j.endedAt.After(free[queue]) {
			free[queue] = j.endedAt
		}
	}
}

// show moves the jobs on, counts a description of the given one and returns its
// state. A description of a job that waits for another one counts for that one
// too, as time passes for both.
func (s *Server) show(j *job, now time.Time) string {
	s.settle(now)
	status := s.shown(j, now)
	j.course.shown++
	if j.ahead != nil {
		j.ahead.course.shown++
	}
	return status
}

// shown returns the state of a job after settle. One that was submitted and
// waits for others longer than its plan says is queued, whether or not the plan
// says so.
func (s *Server) shown(j *job, now time.Time) string {
	status := j.course.status()
	if status != Submitted || j.ahead == nil || j.course.last() {
		return status
	}
	stage := j.course.plan.Stages[j.course.at]
	over := j.course.spent()
	if stage.Lasts > 0 {
		over = !now.Before(j.course.entered.Add(stage.Lasts))
	}
	if over {
		return Queued
	}
	return status
}

// properties returns the description of a job as it goes on the wire.
func (s *Server) properties(j *job, status string) map[string]any {
	out := map[string]any{
		"JobId": j.id, "JobStatus": status, "SubmitTime": epoch(j.submitted), "DatastoreId": j.datastoreID,
	}
	echoed := []string{"JobName", "InputDataConfig", "JobOutputDataConfig", "DataAccessRoleArn", "ValidationLevel"}
	if j.export {
		echoed = []string{"JobName", "OutputDataConfig", "DataAccessRoleArn"}
	}
	for _, name := range echoed {
		if value, there := j.request[name]; there {
			out[name] = value
		}
	}
	if !j.endedAt.IsZero() {
		out["EndTime"] = epoch(j.endedAt)
		if message := j.message(status); message != "" {
			out["Message"] = message
		}
	}
	if !j.export && !waiting(status) {
		out["JobProgressReport"] = j.report(status).wire()
	}
	return out
}

// message returns the text that a job shows in its last stage.
func (j *job) message(status string) string {
	if j.course.plan.Message != "" {
		return j.course.plan.Message
	}
	switch status {
	case Failed:
		return "The job could not read the input data with the data access role."
	case CompletedWithErrors:
		return "Some resources were not valid. See the output location for the reasons."
	}
	return ""
}

// report returns the progress of an import job: a thousand resources, of which
// three are refused if the job completes with errors.
func (j *job) report(status string) ProgressReport {
	if j.course.plan.Report != nil {
		return *j.course.plan.Report
	}
	report := ProgressReport{ScannedFiles: 4, ScannedResources: 1000, ScannedMB: 12.5, Throughput: 250.5}
	switch status {
	case Completed:
		report.ImportedFiles, report.ImportedResources = 4, 1000
	case CompletedWithErrors:
		report.ImportedFiles, report.ImportedResources, report.RefusedResources = 4, 997, 3
	case Failed:
		report.UnreadableFiles, report.ScannedResources = 4, 0
	default:
		report.ImportedFiles, report.ImportedResources = 1, 400
	}
	return report
}

func (r ProgressReport) wire() map[string]any {
	return map[string]any{
		"TotalNumberOfScannedFiles": r.ScannedFiles, "TotalSizeOfScannedFilesInMB": r.ScannedMB,
		"TotalNumberOfImportedFiles": r.ImportedFiles, "TotalNumberOfFilesReadWithCustomerError": r.UnreadableFiles,
		"TotalNumberOfResourcesScanned": r.ScannedResources, "TotalNumberOfResourcesImported": r.ImportedResources,
		"TotalNumberOfResourcesWithCustomerError": r.RefusedResources, "Throughput": r.Throughput,
	}
}

// epoch returns a time as the protocol has it: seconds since 1970, with
// milliseconds, as a number.
func epoch(t time.Time) json.Number {
	return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64))
}

// text returns a string member of a decoded request, or "".
func text(request map[string]any, name string) string {
	value, _ := request[name].(string)
	return value
}
