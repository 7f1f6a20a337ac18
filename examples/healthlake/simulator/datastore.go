package simulator

import (
	"fmt"
	"time"
)

// The states of a data store.
const (
	datastoreCreating = "CREATING"
	datastoreActive   = "ACTIVE"
	datastoreDeleting = "DELETING"
	datastoreDeleted  = "DELETED"
)

// Datastore is a data store that exists from the start.
type Datastore struct {
	// ID has at most 32 characters.
	ID   string
	Name string
	// Status is ACTIVE if empty, and stays until the data store is deleted.
	Status string
}

// datastore is a data store in its present state.
type datastore struct {
	id      string
	name    string
	request map[string]any
	created time.Time
	course  course
}

func (s *Server) arn(d *datastore) string {
	return fmt.Sprintf("arn:aws:healthlake:%s:%s:datastore/fhir/%s", s.config.Region, accountID, d.id)
}

func (s *Server) endpoint(d *datastore) string {
	return fmt.Sprintf("https://healthlake.%s.amazonaws.com/datastore/%s/r4/", s.config.Region, d.id)
}

// addDatastore puts a data store that the Config lists into the account.
func (s *Server) addDatastore(d Datastore, now time.Time) {
	status := d.Status
	if status == "" {
		status = datastoreActive
	}
	s.datastores[d.ID] = &datastore{
		id: d.ID, name: d.Name, created: now,
		course: course{plan: Plan{Stages: []Stage{{Status: status}}}, entered: now},
	}
}

// datastore returns the data store that a request names, in its present state.
func (s *Server) datastore(c *call, request map[string]any) (*datastore, *failure) {
	id := text(request, "DatastoreId")
	d, known := s.datastores[id]
	if known {
		d.course.settle(c.now, time.Time{}, false)
	}
	if !known || s.config.ForgetDeleted && d.course.status() == datastoreDeleted {
		return nil, reject(notFoundException, fmt.Sprintf("Datastore %s does not exist.", id))
	}
	return d, nil
}

func (s *Server) createDatastore(c *call, request map[string]any) (map[string]any, *failure) {
	c.record.ClientToken = text(request, "ClientToken")
	known, conflict := s.recall(c.record.Operation, request)
	if conflict != nil {
		return nil, conflict
	}
	d, ok := known.(*datastore)
	if !ok {
		d = &datastore{
			id: s.id("datastore"), name: text(request, "DatastoreName"), request: request, created: c.now,
			course: course{plan: s.config.CreatePlan, entered: c.now},
		}
		s.datastores[d.id] = d
		s.remember(c.record.Operation, request, d)
	}
	return s.summary(d), nil
}

func (s *Server) deleteDatastore(c *call, request map[string]any) (map[string]any, *failure) {
	d, missing := s.datastore(c, request)
	if missing != nil {
		return nil, missing
	}
	switch status := d.course.status(); status {
	case datastoreCreating, datastoreDeleting, datastoreDeleted:
		return nil, reject(conflictException, fmt.Sprintf("Datastore %s is in status %s and cannot be deleted.", d.id, status))
	}
	d.course = course{plan: s.config.DeletePlan, entered: c.now}
	return s.summary(d), nil
}

// summary is the answer to the creation and to the deletion of a data store.
func (s *Server) summary(d *datastore) map[string]any {
	return map[string]any{
		"DatastoreId": d.id, "DatastoreArn": s.arn(d), "DatastoreStatus": d.course.status(), "DatastoreEndpoint": s.endpoint(d),
	}
}

func (s *Server) describeDatastore(c *call, request map[string]any) (map[string]any, *failure) {
	d, missing := s.datastore(c, request)
	if missing != nil {
		return nil, missing
	}
	properties := s.summary(d)
	d.course.shown++
	c.record.State = d.course.status()
	properties["DatastoreTypeVersion"] = "R4"
	properties["CreatedAt"] = epoch(d.created)
	if d.name != "" {
		properties["DatastoreName"] = d.name
	}
	for _, name := range []string{"SseConfiguration", "PreloadDataConfig", "IdentityProviderConfiguration"} {
		if value, there := d.request[name]; there {
			properties[name] = value
		}
	}
	return map[string]any{"DatastoreProperties": properties}, nil
}
