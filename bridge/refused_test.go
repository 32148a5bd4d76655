package bridge

import "testing"

func TestRefusedFile(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"setup.exe": true, "SETUP.EXE": true, "setup.exe. .": true, "factura.pdf.js": true, "eina.exe.gz": true, "eina. exe": true,
		"informe.pdf": false, "exe": false, "exe.txt": false, "log.gz": false, "": false, "...": false, ".gz": false,
	} {
		if got := RefusedFile(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
