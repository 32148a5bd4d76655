package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"escalat/bridge"
)

// TestSteered: what a stranger wrote moves no cursor.
func TestSteered(t *testing.T) {
	t.Parallel()
	if got := steered("a\x1b[2Jb\r\u009bc\n\tñ\x7f"); got != "a[2Jbc\n\tñ" {
		t.Errorf("got %q", got)
	}
}

func TestReasonsAreAllTold(t *testing.T) {
	t.Parallel()
	for _, why := range []bridge.LeftOut{
		bridge.LeftTooLarge, bridge.LeftNoRoom, bridge.LeftType, bridge.LeftForeign, bridge.LeftUnreadable, bridge.LeftRefused,
	} {
		if whyLeft(why) == string(why) {
			t.Errorf("%s has no words", why)
		}
	}
}

// TestFolder: only what lies in the folder is read, whatever an attachment is called.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := filepath.Join(dir, "files")
	if err := errors.Join(os.MkdirAll(filepath.Join(files, "sub"), 0o700), os.WriteFile(filepath.Join(files, "a.log"), []byte("x"), 0o600),
		os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	for name, there := range map[string]bool{"a.log": true, "../secret": false, "sub": false, "b.log": false, "": false} {
		r, err := folder{root}.Attachment(t.Context(), bridge.Attachment{Name: name})
		if (err == nil) != there || err != nil && !bridge.IsPermanent(err) {
			t.Errorf("%q: %v", name, err)
		}
		if err == nil {
			_ = r.Close()
		}
	}
	if _, err := (folder{}).Attachment(t.Context(), bridge.Attachment{Name: "a.log"}); !bridge.IsPermanent(err) {
		t.Errorf("no folder: %v", err)
	}
}
