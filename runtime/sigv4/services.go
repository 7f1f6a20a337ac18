package sigv4

import (
	"slices"
	"strings"
)

// signingName returns the name under which a service signs, given the first
// labels of its host name. Most services sign with that name itself.
func signingName(prefix string) string {
	switch prefix {
	case "appconfigdata":
		return "appconfig"
	case "appstream2":
		return "appstream"
	case "agreement-marketplace", "catalog.marketplace", "deployment-marketplace",
		"entitlement.marketplace", "metering.marketplace":
		return "aws-marketplace"
	case "portal.sso":
		return "awsssoportal"
	case "bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime":
		return "bedrock"
	case "identity-chime", "media-pipelines-chime", "meetings-chime", "messaging-chime", "voice-chime":
		return "chime"
	case "cloudhsmv2":
		return "cloudhsm"
	case "cloudsearchdomain":
		return "cloudsearch"
	case "contact-lens":
		return "connect"
	case "api.detective":
		return "detective"
	case "streams.dynamodb":
		return "dynamodb"
	case "api.ecr":
		return "ecr"
	case "api.ecr-public":
		return "ecr-public"
	case "api.elastic-inference":
		return "elastic-inference"
	case "forecastquery":
		return "forecast"
	case "data.jobs.iot":
		return "iot-jobs-data"
	case "devices.iot1click", "projects.iot1click":
		return "iot1click"
	case "data-ats.iot":
		return "iotdata"
	case "api.iotdeviceadvisor":
		return "iotdeviceadvisor"
	case "data.iotevents":
		return "ioteventsdata"
	case "api.fleethub.iot":
		return "iotfleethub"
	case "api.tunneling.iot":
		return "IoTSecuredTunneling"
	case "api.iotwireless":
		return "iotwireless"
	case "ivsrealtime":
		return "ivs"
	case "models-v2-lex", "models.lex", "runtime-v2-lex", "runtime.lex":
		return "lex"
	case "data.mediastore":
		return "mediastore"
	case "api.mediatailor":
		return "mediatailor"
	case "memory-db":
		return "memorydb"
	case "migrationhub-config":
		return "mgh"
	case "pinpoint":
		return "mobiletargeting"
	case "controlplane.payment-cryptography", "dataplane.payment-cryptography":
		return "payment-cryptography"
	case "personalize-events", "personalize-runtime":
		return "personalize"
	case "api.pricing":
		return "pricing"
	case "data.qapps":
		return "qapps"
	case "session.qldb":
		return "qldb"
	case "s3-control":
		return "s3"
	case "a2i-runtime.sagemaker", "api.sagemaker", "edge.sagemaker", "featurestore-runtime.sagemaker",
		"metrics.sagemaker", "runtime.sagemaker":
		return "sagemaker"
	case "servicecatalog-appregistry":
		return "servicecatalog"
	case "email", "mail-manager":
		return "ses"
	case "sms-voice.pinpoint":
		return "sms-voice"
	case "oidc":
		return "sso-oauth"
	case "ingest.timestream", "query.timestream":
		return "timestream"
	case "transcribestreaming":
		return "transcribe"
	default:
		return prefix
	}
}

// jsonVersion returns the version of the AWS JSON protocol that a service
// speaks, by its signing name: "1.0" unless it is known to be "1.1".
func jsonVersion(service string) string {
	switch service {
	case "IoTSecuredTunneling", "acm", "acm-pca", "application-autoscaling", "applicationinsights",
		"appstream", "athena", "autoscaling-plans", "aws-marketplace", "bcm-data-exports", "budgets",
		"ce", "cloud9", "cloudhsm", "cloudtrail", "codebuild", "codecommit", "codedeploy", "codepipeline",
		"codestar", "cognito-identity", "cognito-idp", "comprehend", "comprehendmedical", "config", "cur",
		"datapipeline", "datasync", "dax", "devicefarm", "directconnect", "discovery", "dms", "ds",
		"ec2-instance-connect", "ecr", "ecr-public", "ecs", "elasticmapreduce", "events", "firehose",
		"fms", "forecast", "frauddetector", "fsx", "gamelift", "globalaccelerator", "glue", "health",
		"identitystore", "inspector", "iotthingsgraph", "kendra", "kinesis", "kinesisanalytics", "kms",
		"license-manager", "lightsail", "logs", "machinelearning", "marketplacecommerceanalytics",
		"mediastore", "memorydb", "mgh", "mturk-requester", "opsworks", "opsworks-cm", "organizations",
		"personalize", "pi", "pricing", "redshift-data", "redshift-serverless", "rekognition",
		"route53domains", "route53resolver", "sagemaker", "secretsmanager", "servicecatalog",
		"servicediscovery", "servicequotas", "shield", "sms", "snowball", "ssm", "ssm-contacts", "sso",
		"storagegateway", "support", "tagging", "textract", "transcribe", "transfer", "translate", "waf",
		"waf-regional", "wafv2", "workmail", "workspaces":
		return "1.1"
	default:
		return "1.0"
	}
}

// signsPayloadHeader reports whether a service demands the payload's hash in
// the header X-Amz-Content-Sha256 as well as in the signature.
func signsPayloadHeader(service string) bool {
	switch service {
	case "s3", "s3-object-lambda", "s3-outposts", "s3express", "glacier", "aoss":
		return true
	default:
		return false
	}
}

// encodesPathOnce reports whether a service takes the path of the canonical
// request encoded once. All others encode the encoded path again.
func encodesPathOnce(service string) bool {
	switch service {
	case "s3", "s3-object-lambda", "s3-outposts", "s3express":
		return true
	default:
		return false
	}
}

// globalRegion returns the region with which a service signs that has one
// endpoint for a whole partition. It returns "" for a regional service.
func globalRegion(prefix string, in partition) string {
	switch in {
	case partitionAWS:
		switch prefix {
		case "account", "billingconductor", "budgets", "ce", "chime", "cloudfront", "health", "global.health",
			"iam", "importexport", "organizations", "route53", "savingsplans", "shield", "support", "tax", "waf":
			return "us-east-1"
		case "networkmanager":
			return "us-west-2"
		default:
			return ""
		}
	case partitionChina:
		switch prefix {
		case "account", "budgets", "ce", "cloudfront", "health", "global.health", "organizations", "route53":
			return "cn-northwest-1"
		case "iam", "support":
			return "cn-north-1"
		default:
			return ""
		}
	case partitionGov:
		switch prefix {
		case "iam", "networkmanager", "organizations", "route53", "support":
			return "us-gov-west-1"
		default:
			return ""
		}
	default:
		return ""
	}
}

// endpointVariables returns the endings of the AWS_ENDPOINT_URL_… variables
// that may name the endpoint of a service, the most likely first. The ending is
// the identifier that the AWS SDKs have for the service, in upper case; where
// several interfaces of a service share one host, each has its own.
func endpointVariables(prefix, service string) []string {
	names := endpointIdentifiers(prefix)
	if names == nil {
		names = endpointIdentifiers(service)
	}
	for _, s := range []string{prefix, strings.TrimPrefix(prefix, "api."), service} {
		for _, separator := range []string{"_", ""} {
			name := strings.ToUpper(replaceSeparators(s, separator))
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// replaceSeparators replaces the dots, dashes, underscores and spaces of a name.
func replaceSeparators(name, by string) string {
	var b strings.Builder
	for _, c := range name {
		switch c {
		case '-', '_', '.', ' ':
			b.WriteString(by)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func endpointIdentifiers(name string) []string {
	if name == "" {
		return nil
	}
	for entry := range strings.FieldsSeq(sdkIdentifiers) {
		if key, list, _ := strings.Cut(entry, "="); key == name {
			return strings.Split(list, ",")
		}
	}
	return nil
}

// sdkIdentifiers lists the services whose SDK identifier cannot be read off
// their host or signing name.
const sdkIdentifiers = `
a2i-runtime.sagemaker=SAGEMAKER_A2I_RUNTIME agreement-marketplace=MARKETPLACE_AGREEMENT airflow=MWAA
aoss=OPENSEARCHSERVERLESS api.fleethub.iot=IOTFLEETHUB api.iotwireless=IOT_WIRELESS
api.tunneling.iot=IOTSECURETUNNELING apigateway=API_GATEWAY,APIGATEWAYV2
application-autoscaling=APPLICATION_AUTO_SCALING applicationinsights=APPLICATION_INSIGHTS appmesh=APP_MESH
appstream2=APPSTREAM aps=AMP autoscaling=AUTO_SCALING autoscaling-plans=AUTO_SCALING_PLANS
aws-marketplace=MARKETPLACE_CATALOG,MARKETPLACE_METERING,MARKETPLACE_AGREEMENT,MARKETPLACE_DEPLOYMENT,MARKETPLACE_ENTITLEMENT_SERVICE
awsssoportal=SSO cases=CONNECTCASES cassandra=KEYSPACES catalog.marketplace=MARKETPLACE_CATALOG
ce=COST_EXPLORER cloudcontrolapi=CLOUDCONTROL cloudhsmv2=CLOUDHSM_V2 cloudsearchdomain=CLOUDSEARCH_DOMAIN
cognito-idp=COGNITO_IDENTITY_PROVIDER config=CONFIG_SERVICE contact-lens=CONNECT_CONTACT_LENS
cur=COST_AND_USAGE_REPORT_SERVICE data-ats.iot=IOT_DATA_PLANE data.iotevents=IOT_EVENTS_DATA
data.jobs.iot=IOT_JOBS_DATA_PLANE data.mediastore=MEDIASTORE_DATA datapipeline=DATA_PIPELINE
dataplane.payment-cryptography=PAYMENT_CRYPTOGRAPHY_DATA deployment-marketplace=MARKETPLACE_DEPLOYMENT
devicefarm=DEVICE_FARM devices.iot1click=IOT_1CLICK_DEVICES_SERVICE directconnect=DIRECT_CONNECT
discovery=APPLICATION_DISCOVERY_SERVICE dms=DATABASE_MIGRATION_SERVICE ds=DIRECTORY_SERVICE
edge.sagemaker=SAGEMAKER_EDGE elasticbeanstalk=ELASTIC_BEANSTALK elasticfilesystem=EFS
elasticloadbalancing=ELASTIC_LOAD_BALANCING,ELASTIC_LOAD_BALANCING_V2 elasticmapreduce=EMR
elastictranscoder=ELASTIC_TRANSCODER email=SES,SESV2,PINPOINT_EMAIL
entitlement.marketplace=MARKETPLACE_ENTITLEMENT_SERVICE es=OPENSEARCH,ELASTICSEARCH_SERVICE
events=EVENTBRIDGE,CLOUDWATCH_EVENTS featurestore-runtime.sagemaker=SAGEMAKER_FEATURESTORE_RUNTIME
finspace-api=FINSPACE_DATA geo=LOCATION globalaccelerator=GLOBAL_ACCELERATOR
greengrass=GREENGRASS,GREENGRASSV2 identity-chime=CHIME_SDK_IDENTITY importexport=IMPORT_EXPORT
ingest.timestream=TIMESTREAM_WRITE iot-jobs-data=IOT_JOBS_DATA_PLANE
iot1click=IOT_1CLICK_PROJECTS,IOT_1CLICK_DEVICES_SERVICE iotdata=IOT_DATA_PLANE iotevents=IOT_EVENTS
ioteventsdata=IOT_EVENTS_DATA IoTSecuredTunneling=IOTSECURETUNNELING iotwireless=IOT_WIRELESS
ivsrealtime=IVS_REALTIME kinesisanalytics=KINESIS_ANALYTICS,KINESIS_ANALYTICS_V2
kinesisvideo=KINESIS_VIDEO,KINESIS_VIDEO_MEDIA,KINESIS_VIDEO_SIGNALING,KINESIS_VIDEO_ARCHIVED_MEDIA,KINESIS_VIDEO_WEBRTC_STORAGE
launchwizard=LAUNCH_WIZARD lex=LEX_MODELS_V2,LEX_RUNTIME_V2,LEX_RUNTIME_SERVICE,LEX_MODEL_BUILDING_SERVICE
logs=CLOUDWATCH_LOGS machinelearning=MACHINE_LEARNING
marketplacecommerceanalytics=MARKETPLACE_COMMERCE_ANALYTICS media-pipelines-chime=CHIME_SDK_MEDIA_PIPELINES
meetings-chime=CHIME_SDK_MEETINGS messaging-chime=CHIME_SDK_MESSAGING
metering.marketplace=MARKETPLACE_METERING metrics.sagemaker=SAGEMAKER_METRICS mgh=MIGRATION_HUB
mobileanalytics=MOBILE_ANALYTICS mobiletargeting=PINPOINT models-v2-lex=LEX_MODELS_V2
models.lex=LEX_MODEL_BUILDING_SERVICE monitoring=CLOUDWATCH mturk-requester=MTURK neptune-db=NEPTUNEDATA
oidc=SSO_OIDC payment-cryptography=PAYMENT_CRYPTOGRAPHY,PAYMENT_CRYPTOGRAPHY_DATA profile=CUSTOMER_PROFILES
projects.iot1click=IOT_1CLICK_PROJECTS query.timestream=TIMESTREAM_QUERY rds=RDS,DOCDB,NEPTUNE
refactor-spaces=MIGRATION_HUB_REFACTOR_SPACES route53=ROUTE_53 route53domains=ROUTE_53_DOMAINS
runtime-v2-lex=LEX_RUNTIME_V2 runtime.lex=LEX_RUNTIME_SERVICE runtime.sagemaker=SAGEMAKER_RUNTIME
sagemaker=SAGEMAKER,SAGEMAKER_EDGE,SAGEMAKER_METRICS,SAGEMAKER_RUNTIME,SAGEMAKER_A2I_RUNTIME,SAGEMAKER_FEATURESTORE_RUNTIME
scn=SUPPLYCHAIN sdb=SIMPLEDB secretsmanager=SECRETS_MANAGER serverlessrepo=SERVERLESSAPPLICATIONREPOSITORY
servicecatalog=SERVICE_CATALOG servicecatalog-appregistry=SERVICE_CATALOG_APPREGISTRY
servicequotas=SERVICE_QUOTAS ses=SES,SESV2,MAILMANAGER,PINPOINT_EMAIL session.qldb=QLDB_SESSION
sms-voice=PINPOINT_SMS_VOICE_V2 sms-voice.pinpoint=PINPOINT_SMS_VOICE sso=SSO_ADMIN sso-oauth=SSO_OIDC
states=SFN storagegateway=STORAGE_GATEWAY streams.dynamodb=DYNAMODB_STREAMS supportapp=SUPPORT_APP
tagging=RESOURCE_GROUPS_TAGGING_API tax=TAXSETTINGS thinclient=WORKSPACES_THIN_CLIENT
timestream=TIMESTREAM_QUERY,TIMESTREAM_WRITE transcribestreaming=TRANSCRIBE_STREAMING
voice-chime=CHIME_SDK_VOICE voiceid=VOICE_ID wisdom=WISDOM,QCONNECT
`
