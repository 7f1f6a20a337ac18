package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// completeRun proposes the arguments of "arazzo run" to the shell: documents,
// then the workflows of the document.
func completeRun(args []string) ([]string, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
	case 1:
		data, err := os.ReadFile(args[0])
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		doc, _ := arazzo.Parse(args[0], data)
		var ids []string
		for _, w := range doc.Workflows {
			id := w.WorkflowID
			if w.Summary != "" {
				id += "\t" + printable(w.Summary)
			}
			ids = append(ids, id)
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	default:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}
