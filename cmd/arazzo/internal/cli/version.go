package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of the command",
		Example: "  arazzo version",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q", args[0])
	}
	return nil
}

func (a *app) printVersion() error {
	info, _ := debug.ReadBuildInfo()
	if _, err := fmt.Fprintln(a.stdout, versionLine(info)); err != nil {
		return hostf(err, "standard output cannot be written: %v", err)
	}
	return nil
}

// versionLine names the module version, the commit and the Go version as far
// as the build recorded them. The info may be nil.
func versionLine(info *debug.BuildInfo) string {
	version, commit, modified := "(devel)", "", false
	if info != nil {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "arazzo %s", version)
	if commit != "" {
		const short = 12
		if len(commit) > short {
			commit = commit[:short]
		}
		fmt.Fprintf(&b, " commit %s", commit)
		if modified {
			b.WriteString(" with changes")
		}
	}
	fmt.Fprintf(&b, " %s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return b.String()
}
