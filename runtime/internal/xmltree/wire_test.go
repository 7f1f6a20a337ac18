package xmltree_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// TestReadWireFormats reads what servers of the common XML protocols send, by
// the pointers that workflows name, with the schema of a description, with one
// that says little, and without any.
func TestReadWireFormats(t *testing.T) {
	const (
		instances = "{type: object, properties: {reservationSet: {type: array, items: {type: object, properties: {reservationId: {type: string}, instancesSet: {type: array, items: {type: object, properties: {instanceId: {type: string}, tags: {type: array, items: {type: object, properties: {key: {type: string}, value: {type: string}}}}, instanceState: {type: object, properties: {code: {type: integer}, name: {type: string}}}}}}}}}, nextToken: {type: string}}}"
		launched  = "{type: object, properties: {reservationId: {type: string}, ownerId: {type: string}, instances: {type: array, items: {type: object, properties: {instanceId: {type: string}}}}}}"
		databases = "{type: object, properties: {marker: {type: string}, dBInstances: {type: array, items: {type: object, properties: {dBInstanceIdentifier: {type: string}, dBInstanceStatus: {type: string}, allocatedStorage: {type: integer}, multiAZ: {type: boolean}, endpoint: {type: object, properties: {address: {type: string}, port: {type: integer}}}, vpcSecurityGroups: {type: array, items: {type: object, properties: {status: {type: string}}}}}}}}}"
		database  = "{type: object, properties: {dBInstance: {type: object, properties: {dBInstanceIdentifier: {type: string}, dBInstanceStatus: {type: string}}}}}"
		targets   = "{type: object, properties: {targetHealthDescriptions: {type: array, items: {type: object, properties: {target: {type: object, properties: {id: {type: string}, port: {type: integer}}}, targetHealth: {type: object, properties: {state: {type: string}}}}}}}}"
		objects   = "{type: object, properties: {Name: {type: string}, KeyCount: {type: integer}, IsTruncated: {type: boolean}, Contents: {type: array, items: {type: object, properties: {Key: {type: string}, Size: {type: integer}}}}, CommonPrefixes: {type: array, items: {type: object, properties: {Prefix: {type: string}}}}}}"
	)
	open := "{type: object}"
	tests := []struct {
		file    string
		schemas []string
		// want maps pointers and conditions to values. A condition holds.
		want map[string]string
	}{
		{"describe-instances.xml", []string{instances, open, ""}, map[string]string{
			"/reservationSet/0/instancesSet/0/instanceId":         `"i-1234567890abcdef0"`,
			"/reservationSet/0/instancesSet/0/instanceState/name": `"running"`,
			"/reservationSet/1/instancesSet/1/instanceId":         `"i-3"`,
			"/nextToken": `"eyJ2IjoiMiJ9"`,
			"$.reservationSet[0].instancesSet[0].instanceState.name == 'running'":                              "",
			"$.nextToken != null && $.nextToken != ''":                                                         "",
			"$.reservationSet.length == 2":                                                                     "",
			"$.reservationSet[?(@.reservationId == 'r-2')].instancesSet[?(@.instanceId == 'i-2')].length == 1": "",
		}},
		{"describe-instances-none.xml", []string{instances, open, ""}, map[string]string{
			"/reservationSet/0/instancesSet/0/instanceId": "",
			"$.reservationSet.length == 0":                "",
			"$.nextToken == null || $.nextToken == ''":    "",
		}},
		{"run-instances.xml", []string{launched, open, ""}, map[string]string{
			"/instances/0/instanceId": `"i-1"`, "/reservationId": `"r-1"`, "/ownerId": `"111122223333"`,
		}},
		{"create-image.xml", []string{"{type: object, properties: {imageId: {type: string}}}", open, ""}, map[string]string{"/imageId": `"ami-1"`}},
		{"describe-db-instances.xml", []string{databases, open, ""}, map[string]string{
			"/dBInstances/0/dBInstanceStatus": `"available"`, "/dBInstances/0/endpoint/address": `"db.example"`,
			"/dBInstances/0/vpcSecurityGroups/0/status":                     `"active"`,
			"$.dBInstances[0].dBInstanceStatus == 'available'":              "",
			"$.dBInstances.length == 1":                                     "",
			"$.dBInstances[?(@.dBInstanceIdentifier == 'db1')].length == 1": "",
		}},
		{"create-db-instance.xml", []string{database, open, ""}, map[string]string{
			"/dBInstance/dBInstanceIdentifier": `"db1"`, "$.dBInstance.dBInstanceStatus == 'creating'": "",
			"/CreateDBInstanceResult/DBInstance/DBInstanceStatus": `"creating"`, "/ResponseMetadata/RequestId": `"523e3218"`,
		}},
		{"describe-target-health.xml", []string{targets, open, ""}, map[string]string{
			"$.targetHealthDescriptions[0].targetHealth.state == 'healthy'": "", "/targetHealthDescriptions/1/target/id": `"i-2"`,
			"/TargetHealthDescriptions/0/TargetHealth/State": `"healthy"`,
		}},
		{"describe-environments.xml", []string{"{type: object, properties: {Environments: {type: array, items: {type: object, properties: {Status: {type: string}, AbortableOperationInProgress: {type: boolean}}}}}}", open, ""}, map[string]string{
			"$.Environments[0].Status == 'Ready'": "", "/Environments/0/EnvironmentId": `"e-1"`,
			"/DescribeEnvironmentsResponse/DescribeEnvironmentsResult/Environments/member/0/EnvironmentId": `"e-1"`,
		}},
		{"list-objects.xml", []string{objects, open, ""}, map[string]string{
			"/Contents/0/Key": `"a.txt"`, "/CommonPrefixes/0/Prefix": `"photos/"`, "$.CommonPrefixes.length == 1": "",
			"/ListBucketResult/Contents/0/Key": `"a.txt"`,
		}},
		{"list-objects-one.xml", []string{objects, open, ""}, map[string]string{
			"/Contents/0/Key": `"b.txt"`, "$.Contents.length == 1": "", "$.CommonPrefixes.length == 0": "",
		}},
		{"list-buckets.xml", []string{"{type: object, properties: {Buckets: {type: array, items: {type: object, properties: {Name: {type: string}}}}}}", open, ""}, map[string]string{
			"/Buckets/0/Name": `"one"`, "/Owner/ID": `"7"`, "$.Buckets[?(@.Name == 'one')].length == 1": "",
		}},
		{"list-buckets.xml", []string{open, ""}, map[string]string{"/Buckets/Bucket/0/Name": `"one"`, "/ListAllMyBucketsResult/Buckets/Bucket/0/Name": `"one"`}},
		{"initiate-multipart-upload.xml", []string{"{type: object, properties: {UploadId: {type: string}}}", open, ""}, map[string]string{
			"/UploadId": `"VXBsb2FkIElE"`, "/InitiateMultipartUploadResult/UploadId": `"VXBsb2FkIElE"`,
		}},
		{"bucket-location.xml", []string{"{type: object, properties: {LocationConstraint: {type: string}}}", open, ""}, map[string]string{"/LocationConstraint": `"eu-central-1"`}},
		{"bucket-versioning.xml", []string{"{type: object, properties: {Status: {type: string}}}", open, ""}, map[string]string{"/Status": `"Enabled"`, "/VersioningConfiguration/Status": `"Enabled"`}},
		{"bucket-tagging.xml", []string{"{type: object, properties: {TagSet: {type: array, items: {type: object, properties: {Key: {type: string}, Value: {type: string}}}}}}", open, ""}, map[string]string{
			"/TagSet/0/Value": `"blue"`, "$.TagSet[?(@.Key == 'color')].length == 1": "",
		}},
		{"bucket-tagging.xml", []string{open, ""}, map[string]string{"/TagSet/Tag/0/Value": `"blue"`, "/Tagging/TagSet/Tag/0/Value": `"blue"`}},
		{"queue-attributes.xml", []string{"{type: object, properties: {Attributes: {type: object, additionalProperties: {type: string}, xml: {name: Attribute}}}}"}, map[string]string{"/Attributes/VisibilityTimeout": `"30"`}},
		{"topic-attributes.xml", []string{"{type: object, properties: {Attributes: {type: object, additionalProperties: {type: string}}}}"}, map[string]string{"/Attributes/Owner": `"111122223333"`}},
	}
	for _, test := range tests {
		text, err := os.ReadFile(filepath.Join("testdata", test.file))
		if err != nil {
			t.Fatal(err)
		}
		for _, schema := range test.schemas {
			var texts []string
			for what := range test.want {
				texts = append(texts, strings.ReplaceAll(what, " ", ""))
			}
			tree := read(t, string(text), schemaOf(t, schema), readsOf(t, strings.Join(texts, " ")))
			for what, want := range test.want {
				if got, ok := lookUp(t, tree, what); !ok || got != want {
					shown, _ := json.MarshalIndent(tree, "", "  ")
					t.Errorf("%s, schema %.40q: %s is %s, want %s\n%s", test.file, schema, what, got, want, shown)
				}
			}
		}
	}
}

// lookUp returns the JSON of the value at a pointer, or "" for one that is absent
// and for a condition that holds.
func lookUp(t *testing.T, tree any, what string) (string, bool) {
	t.Helper()
	if strings.HasPrefix(what, "$") {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: what}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		passed, err := c.Evaluate(world{tree})
		if err != nil {
			t.Fatal(err)
		}
		return "", passed
	}
	p, err := expr.ParsePointer(what)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := p.Lookup(tree)
	if !ok {
		return "", true
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), true
}

// world is an environment that has a response body only.
type world struct{ body any }

func (w world) Lookup(*expr.Expression) (any, bool) { return w.body, true }
