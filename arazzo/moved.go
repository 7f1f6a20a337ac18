package arazzo

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// nearby looks for a source that does not stand where its description says. A
// file that is found is used if the loader may, else the message names it.
func (r *loading) nearby(doc *Document, sd *SourceDescription, location string, missing *readError) (*Fetched, *readError) {
	if isRemote(location) || isRemote(doc.Name()) {
		return nil, missing
	}
	found := findMoved(location, doc.Name())
	if len(found) == 0 {
		return nil, missing
	}
	flag := "--source " + shellWord(sd.Name+"="+found[0])
	if !r.loader.FindSources {
		hint := "use whatever is found with --find-sources"
		if doc == r.bundle.Entry {
			hint = "use it with " + flag + ", or " + hint
		}
		return nil, &readError{
			rule:    ruleMovedSource,
			message: fmt.Sprintf("the file %q does not exist, but %q does", location, found[0]),
			hint:    hint,
			mend:    func(d *diag.Diagnostic) { mendMoved(d, doc, sd, found) },
		}
	}
	text, err := r.read(FetchRequest{URI: found[0], From: doc.Name()})
	if err != nil {
		return nil, missing
	}
	hint := "correct the url"
	if doc == r.bundle.Entry {
		hint += ", or say where the file is with " + flag
	}
	d := diag.Diagnostic{
		Rule: ruleMovedSource, Severity: diag.Warning, Range: sd.Field("url").Range(), Pointer: sd.Pointer(),
		Message: fmt.Sprintf("source %q: the file %q does not exist, and %q is used", shown(sd.Name), location, found[0]),
		Hint:    hint,
	}
	mendMoved(&d, doc, sd, found)
	r.list.Add(d)
	return text, nil
}

// mendMoved makes the url of a source that of the file that was found.
func mendMoved(d *diag.Diagnostic, doc *Document, sd *SourceDescription, found []string) {
	place := sd.Field("url")
	relative, err := filepath.Rel(filepath.Dir(doc.Name()), found[0])
	switch {
	case doc.Self != "":
		d.NoFix = "the url is relative to \"$self\""
		return
	case err != nil || strings.ContainsRune(relative, '%'):
		d.NoFix = fmt.Sprintf("no url leads from the document to %q", found[0])
		return
	}
	target := strings.ReplaceAll(filepath.ToSlash(relative), "#", "%23")
	first, _, _ := strings.Cut(target, "/")
	if strings.ContainsRune(first, ':') || strings.HasPrefix(sd.URL, "./") && first != ".." {
		target = "./" + target
	}
	edit, err := place.Replace(target)
	caveat := fmt.Sprintf("%q may not be the file that was meant", found[0])
	if len(found) > 1 {
		caveat += fmt.Sprintf("; %q is there, too", found[1])
	}
	mend(d, "write "+shown(target), caveat, place, []diag.Edit{edit}, err)
}

// findMoved returns the files near to where one should be, or near to the
// document that names it, which have its name, the most likely first. Only a
// few fixed places are looked at.
func findMoved(location, document string) []string {
	dir, name := filepath.Split(filepath.Clean(location))
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	names := []string{name}
	for _, ext := range []string{".yaml", ".yml", ".json"} {
		if n := stem + ext; n != name {
			names = append(names, n)
		}
	}
	home := filepath.Dir(document)
	dirs := []string{
		dir,
		filepath.Join(dir, "_original"),
		filepath.Join(dir, "..", "_original"),
		filepath.Join(dir, ".."),
		filepath.Join(dir, "..", "openapi"),
		filepath.Join(dir, "openapi"),
		filepath.Join(dir, "..", "openapi", "_original"),
		home,
		filepath.Join(home, "openapi"),
		filepath.Join(home, "..", "openapi"),
		filepath.Join(home, "..", "openapi", "_original"),
		filepath.Join(home, "openapi", "_original"),
		filepath.Join(home, ".."),
	}
	var found []string
	self := filepath.Clean(document)
	for _, d := range dirs {
		for _, n := range names {
			file := filepath.Join(d, n)
			if file == self || slices.Contains(found, file) {
				continue
			}
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				found = append(found, file)
			}
		}
	}
	return found
}

// maxSiblings bounds the files of a directory that are compared.
const maxSiblings = 1000

// similarFile offers a file whose name resembles that of one that does not
// exist, or is the empty string.
func similarFile(file string) string {
	dir := filepath.Dir(file)
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Sprintf("there is no directory %q either", dir)
	}
	defer func() { _ = d.Close() }()
	names, err := d.Readdirnames(maxSiblings)
	if err != nil {
		return ""
	}
	near := nearest.Find(filepath.Base(file), names)
	for i, n := range near {
		near[i] = filepath.Join(dir, n)
	}
	if len(near) == 0 {
		return ""
	}
	return didYouMean(near)
}

// shellWord quotes a word for a POSIX shell if it needs that.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,+@%", r)
	}
	if strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
