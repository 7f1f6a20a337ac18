package simulator

// model returns the operations of the service by name, with what it says about
// the members of their requests.
func (s *Server) model() map[string]operation {
	var (
		text       = wholly(`([\p{L}\p{Z}\p{N}_.:/=+\-%@]*)`)
		id         = shape{min: 1, max: 32, pattern: text}
		name       = shape{min: 1, max: 64, pattern: text}
		storeName  = shape{min: 1, max: 256, pattern: text}
		token      = shape{min: 1, max: 64, pattern: wholly(`[a-zA-Z0-9-]+`)}
		role       = shape{min: 20, max: 2048, pattern: wholly(`arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+`)}
		uri        = shape{max: 1024, pattern: wholly(`s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?`)}
		key        = shape{min: 1, max: 400, pattern: wholly(keyPattern)}
		level      = shape{values: []string{"strict", "structure-only", "minimal"}}
		time       = shape{kind: timestampKind}
		nextToken  = shape{max: 8192, pattern: wholly(`[\x00-\x7F]*`)}
		maxResults = shape{kind: integerKind, min: 1, max: 500}
		status     = shape{values: []string{
			Submitted, Queued, InProgress, CompletedWithErrors, Completed, Failed,
			CancelSubmitted, CancelInProgress, CancelCompleted, CancelFailed,
		}}
		input  = shape{kind: structureKind, union: true, members: []member{{"S3Uri", false, uri}}}
		output = shape{kind: structureKind, union: true, members: []member{{"S3Configuration", false, shape{
			kind: structureKind, members: []member{{"S3Uri", true, uri}, {"KmsKeyId", true, key}},
		}}}}
		tag = shape{kind: structureKind, members: []member{
			{"Key", true, shape{min: 1, max: 128, pattern: wholly(`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`)}},
			{"Value", true, shape{max: 256, pattern: wholly(`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`)}},
		}}
		encryption = shape{kind: structureKind, members: []member{{"KmsEncryptionConfig", true, shape{
			kind: structureKind, members: []member{
				{"CmkType", true, shape{values: []string{"CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY"}}},
				{"KmsKeyId", false, key},
			},
		}}}}
		preload = shape{kind: structureKind, members: []member{
			{"PreloadDataType", true, shape{values: []string{"SYNTHEA"}}},
		}}
		provider = shape{kind: structureKind, members: []member{
			{"AuthorizationStrategy", true, shape{values: []string{"SMART_ON_FHIR_V1", "SMART_ON_FHIR", "AWS_AUTH"}}},
			{"FineGrainedAuthorizationEnabled", false, shape{kind: booleanKind}},
			{"Metadata", false, shape{}},
			{"IdpLambdaArn", false, shape{min: 49, max: 256, pattern: wholly(
				`arn:aws:lambda:[a-z]{2}-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9\-_\.]+(:(\$LATEST|[a-zA-Z0-9\-_]+))?`)}},
		}}
	)
	request := func(members ...member) shape { return shape{kind: structureKind, members: members} }
	store := request(member{"DatastoreId", true, id})
	job := request(member{"DatastoreId", true, id}, member{"JobId", true, id})
	list := request(
		member{"DatastoreId", true, id}, member{"NextToken", false, nextToken}, member{"MaxResults", false, maxResults},
		member{"JobName", false, name}, member{"JobStatus", false, status},
		member{"SubmittedBefore", false, time}, member{"SubmittedAfter", false, time})
	return map[string]operation{
		"CreateFHIRDatastore": {request(
			member{"DatastoreName", false, storeName}, member{"DatastoreTypeVersion", true, shape{values: []string{"R4"}}},
			member{"SseConfiguration", false, encryption}, member{"PreloadDataConfig", false, preload},
			member{"ClientToken", false, token}, member{"Tags", false, shape{kind: listKind, max: 200, element: &tag}},
			member{"IdentityProviderConfiguration", false, provider}), s.createDatastore},
		"DescribeFHIRDatastore": {store, s.describeDatastore},
		"DeleteFHIRDatastore":   {store, s.deleteDatastore},
		"StartFHIRImportJob": {request(
			member{"JobName", false, name}, member{"InputDataConfig", true, input}, member{"JobOutputDataConfig", true, output},
			member{"DatastoreId", true, id}, member{"DataAccessRoleArn", true, role},
			member{"ClientToken", false, token}, member{"ValidationLevel", false, level}), s.startImport},
		"DescribeFHIRImportJob": {job, s.describeImport},
		"ListFHIRImportJobs":    {list, s.listImports},
		"StartFHIRExportJob": {request(
			member{"JobName", false, name}, member{"OutputDataConfig", true, output}, member{"DatastoreId", true, id},
			member{"DataAccessRoleArn", true, role}, member{"ClientToken", false, token}), s.startExport},
		"DescribeFHIRExportJob": {job, s.describeExport},
		"ListFHIRExportJobs":    {list, s.listExports},
	}
}

// operation is an operation of the service. The handler is called with the
// server locked, at the server's time, with a request that is valid.
type operation struct {
	request shape
	handle  func(c *call, request map[string]any) (map[string]any, *failure)
}

const keyPattern = `(arn:aws((-us-gov)|(-iso)|(-iso-b)|(-cn))?:kms:)?([a-z]{2}-[a-z]+(-[a-z]+)?-\d:)?(\d{12}:)?` +
	`(((key/)?[a-zA-Z0-9_-]+)|(alias/[a-zA-Z0-9:/_-]+))`
