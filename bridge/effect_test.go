package bridge

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestDecode: a body that cannot be read never can, and says whose it is.
func TestDecode(t *testing.T) {
	t.Parallel()
	e := Plan(ToJira, EditLabels, "labels/1", LabelsBody{Add: []string{"a"}})
	var body LabelsBody
	if err := e.Decode(&body); err != nil || len(body.Add) != 1 {
		t.Errorf("%+v, %v", body, err)
	}
	e.Body = json.RawMessage(`{"add":`)
	if err := e.Decode(&body); !IsPermanent(err) || !strings.Contains(err.Error(), "labels/1") {
		t.Errorf("%v", err)
	}
}
