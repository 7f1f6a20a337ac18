package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestVersionNamesWhatTheBuildRecorded(t *testing.T) {
	platform := " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	tests := []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"nothing", nil, "arazzo (devel)"},
		{"module", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "arazzo v1.2.3"},
		{
			"commit", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}, {Key: "vcs.modified", Value: "false"},
			}}, "arazzo v1.2.3 commit 0123456789ab",
		},
		{
			"changes", &debug.BuildInfo{Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "0123"}, {Key: "vcs.modified", Value: "true"},
			}}, "arazzo (devel) commit 0123 with changes",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := versionLine(test.info); got != test.want+platform {
				t.Errorf("version is %q, want %q", got, test.want+platform)
			}
		})
	}
}
