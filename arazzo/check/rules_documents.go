package check

// documentRules are the rules about the files and their text.
func documentRules() []Rule {
	return []Rule{
		{
			ID: "file-not-found", Family: Documents,
			Reason:  "a file that does not exist cannot be checked",
			Unshown: "the document does not exist",
		},
		{
			ID: "file-unreadable", Family: Documents,
			Reason:  "a file that cannot be read cannot be checked",
			Unshown: "what cannot be read has no text to show",
		},
		{
			ID: "file-too-large", Family: Documents,
			Reason:  "a file of that size is no document that people wrote, and reading it could exhaust the machine",
			Unshown: "it is larger than 64 MiB",
		},
		{
			ID: "fetch-failed", Family: Documents,
			Reason:  "a document that does not arrive cannot be checked",
			Unshown: "it depends on the network",
		},
		{
			ID: "remote-document", Family: Documents,
			Reason:  "what is on the network cannot be read where only files may be",
			Unshown: "it depends on how the command is called",
		},
		{
			ID: "remote-document-reads-file", Family: Documents,
			Reason:  "a document that came from the network must not read the files of whoever runs it",
			Unshown: "it depends on the network",
		},
		{
			ID: "private-address", Family: Documents,
			Reason:  "a document that came from the network, and a redirect, must not reach what only this machine or its network can",
			Unshown: "it depends on the network",
		},
		{
			ID: "unverified-address", Family: Documents,
			Reason:  "through a proxy nobody can tell at which address a host is that a fetched document names",
			Unshown: "it depends on the network",
		},
		{
			ID: "host-not-allowed", Family: Documents,
			Reason:  "only the hosts given with --allow-host may be reached",
			Unshown: "it depends on how the command is called",
		},
		{
			ID: "redirect-refused", Family: Documents,
			Reason:  "a redirect must not carry on in clear text, or hand what was sent to another host",
			Unshown: "it depends on the network",
		},
		{
			ID: "reference-not-permitted", Family: Documents,
			Reason:  "a $ref to another host lets that host decide what a description means",
			Unshown: "it depends on the network",
		},
		{
			ID: "offline", Family: Documents,
			Reason:  "with --offline no document is fetched",
			Unshown: "it depends on how the command is called",
		},
		{
			ID: "not-text", Family: Documents,
			Reason: "a document is UTF-8 text",
			Spec:   "Arazzo 1.1.0, Format",
		},
		{
			ID: "empty-document", Family: Documents,
			Reason: "an empty file describes nothing",
			Spec:   "Arazzo 1.1.0, Arazzo Specification Object",
		},
		{
			ID: "invalid-yaml", Family: Documents,
			Reason: "what is no YAML has no meaning",
			Spec:   "YAML 1.2.2",
		},
		{
			ID: "invalid-json", Family: Documents,
			Reason: "what is no JSON has no meaning",
			Spec:   "RFC 8259",
		},
		{
			ID: "multiple-documents", Family: Documents,
			Reason: "of several YAML documents in one file, each tool takes another one",
			Spec:   "Arazzo 1.1.0, Format",
		},
		{
			ID: "non-string-key", Family: Documents,
			Reason: "JSON, in terms of which the specification is written, has no keys that are arrays or objects",
			Spec:   "Arazzo 1.1.0, Format",
		},
		{
			ID: "duplicate-key", Family: Documents,
			Reason: "of two values under one key, each tool takes another one",
			Spec:   "YAML 1.2.2, 3.2.1.1",
		},
		{
			ID: "yaml-tag", Family: Documents,
			Reason: "a tag asks for a type that JSON does not have",
			Spec:   "Arazzo 1.1.0, Format",
		},
		{
			ID: "invalid-number", Family: Documents,
			Reason: "JSON has no infinity and no value that is not a number",
			Spec:   "RFC 8259, 6",
		},
		{
			ID: "alias-cycle", Family: Documents,
			Reason: "a value that contains itself has no end",
			Spec:   "YAML 1.2.2, 7.1",
		},
		{
			ID: "alias-bomb", Family: Documents,
			Reason: "aliases of aliases stand for more values than any machine can hold",
		},
		{
			ID: "too-deep", Family: Documents,
			Reason: "nesting of that depth is no document that people wrote, and reading it could exhaust the machine",
		},
		{
			ID: "not-arazzo", Family: Documents,
			Reason: "only a document that says its version by \"arazzo\" is an Arazzo document",
			Spec:   "Arazzo 1.1.0, Arazzo Specification Object",
		},
		{
			ID: "unsupported-version", Family: Documents,
			Reason: "what a version that is not known means cannot be told",
			Spec:   "Arazzo 1.1.0, Versions",
		},
		{
			ID: "invalid-document", Family: Documents,
			Reason:  "a document that could not be read cannot be checked",
			Unshown: "it only follows from another problem",
		},
		{
			ID: "invalid-config", Family: Documents,
			Reason:  "a configuration that is misspelt would silently change nothing",
			Unshown: "it is about the configuration file",
		},
	}
}
