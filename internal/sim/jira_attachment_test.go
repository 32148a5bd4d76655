package sim_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"escalat/internal/sim"
)

// upload posts files by the name of their parts.
func upload(t *testing.T, c *caller, key, token string, files map[string]string) reply {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, content := range files {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	form := *c
	form.auth = func(r *http.Request) {
		c.auth(r)
		r.Header.Set("Content-Type", w.FormDataContentType())
		if token != "" {
			r.Header.Set("X-Atlassian-Token", token)
		}
	}
	r, err := form.send("POST", "/rest/api/2/issue/"+key+"/attachments", body.String())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAttachmentsAreOff(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, NoAttachments: true})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		if got := c.want(http.StatusOK, "GET", "/rest/api/2/attachment/meta", nil).doc(t); got["enabled"] != false {
			t.Errorf("meta %v", got)
		}
		if r := upload(t, c, key, "no-check", map[string]string{"a": "a"}); r.status != http.StatusForbidden {
			t.Errorf("upload: %d", r.status)
		}
	})
}

func TestManyFilesAtOnce(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		files := map[string]string{}
		for i := range 61 {
			files[strconv.Itoa(i)] = "a"
		}
		want := http.StatusOK
		if cloud {
			want = http.StatusRequestEntityTooLarge
		}
		if r := upload(t, c, key, "no-check", files); r.status != want {
			t.Errorf("upload: %d, want %d", r.status, want)
		}
	})
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, UploadLimit: 10, ContextPath: "/jira"})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		meta := c.want(http.StatusOK, "GET", "/rest/api/2/attachment/meta", nil).doc(t)
		if meta["uploadLimit"] != 10.0 {
			t.Errorf("meta %v", meta)
		}
		if r := upload(t, c, key, "", map[string]string{"a.txt": "a"}); r.status != http.StatusForbidden {
			t.Errorf("without the token: %d", r.status)
		}
		tooLarge := http.StatusNotFound
		if cloud {
			tooLarge = http.StatusRequestEntityTooLarge
		}
		if r := upload(t, c, key, "no-check", map[string]string{"a.txt": strings.Repeat("a", 11)}); r.status != tooLarge {
			t.Errorf("too large: %d, want %d", r.status, tooLarge)
		}
		if r := upload(t, c, "AOC-9", "no-check", map[string]string{"a.txt": "a"}); r.status != http.StatusNotFound {
			t.Errorf("unknown issue: %d", r.status)
		}
		r := upload(t, c, key, "no-check", map[string]string{"informe à.txt": "0123456789"})
		if r.status != http.StatusOK {
			t.Fatalf("upload: %d %s", r.status, r.body)
		}
		// The same name once more is a second attachment.
		upload(t, c, key, "nocheck", map[string]string{"informe à.txt": "0123456789"})
		if got := j.Attachments(key); len(got) != 2 || string(got[0].Content) != "0123456789" || got[0].Author != "escalat" {
			t.Fatalf("attachments %+v", got)
		}
		var files []doc
		r.into(t, &files)
		content := files[0]["content"].(string)
		if cloud {
			downloadFromCloud(t, j, c, content)
			return
		}
		got := c.want(http.StatusOK, "GET", content, nil)
		if string(got.body) != "0123456789" {
			t.Errorf("content %q", got.body)
		}
		c.auth = nil
		if wall := c.want(http.StatusFound, "GET", content, nil); !strings.Contains(wall.header.Get("Location"), "/jira/login.jsp") {
			t.Errorf("without credentials: %v", wall.header)
		}
	})
}

// downloadFromCloud goes both ways: at once, and over the media host.
func downloadFromCloud(t *testing.T, j *sim.Jira, c *caller, content string) {
	t.Helper()
	if got := c.want(http.StatusOK, "GET", content+"?redirect=false", nil); string(got.body) != "0123456789" {
		t.Errorf("content %q", got.body)
	}
	auth := c.auth
	c.auth = func(r *http.Request) { auth(r); r.Header.Set("Range", "bytes=2-4") }
	if got := c.want(http.StatusPartialContent, "GET", content+"?redirect=false", nil); string(got.body) != "234" {
		t.Errorf("range %q", got.body)
	}
	c.auth = auth
	elsewhere := c.want(http.StatusSeeOther, "GET", content, nil).header.Get("Location")
	if strings.HasPrefix(elsewhere, c.base) {
		t.Fatalf("media host is the same: %s", elsewhere)
	}
	c.want(http.StatusBadRequest, "GET", elsewhere, nil) // the token was sent along
	c.auth = nil
	if got := c.want(http.StatusOK, "GET", elsewhere, nil); string(got.body) != "0123456789" {
		t.Errorf("media %q", got.body)
	}
	if j.Leaked() != 1 {
		t.Errorf("leaked %d times, want 1", j.Leaked())
	}
	c.auth = auth
	c.want(http.StatusNotFound, "GET", "/secure/attachment/1/x", nil)
}
