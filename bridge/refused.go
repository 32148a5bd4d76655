package bridge

import (
	"slices"
	"strings"
)

// refusedTypes returns the extensions of files with which large mail services refuse a
// mail: those of Gmail (https://support.google.com/mail/answer/6590) and what the
// filter for common attachments of Microsoft 365 holds unless somebody changes it.
func refusedTypes() []string {
	return []string{
		"ace", "ade", "adp", "ani", "apk", "app", "appx", "appxbundle", "arj", "bat", "cab", "chm", "cmd", "com", "cpl",
		"deb", "dex", "diagcab", "diagcfg", "diagpkg", "dll", "dmg", "docm", "elf", "ex", "ex_", "exe", "hta", "img",
		"ins", "iso", "isp", "jar", "jnlp", "js", "jse", "kext", "lha", "lib", "library", "library-ms", "lnk", "lzh",
		"macho", "mde", "mjs", "msc", "msi", "msix", "msixbundle", "msp", "mst", "nsh", "pif", "ppa", "ppam", "ps1",
		"reg", "rev", "scf", "scr", "sct", "shb", "sys", "uif", "vb", "vbe", "vbs", "vhd", "vxd", "wsc", "wsf", "wsh",
		"xll", "xz", "z",
	}
}

// RefusedFile reports whether mail servers refuse a file of that name: by its last
// extension, however well it hides behind another, blanks or dots, and by the one
// before where only a compression follows.
func RefusedFile(name string) bool {
	stem, last := extension(FileKey(name))
	if last == "gz" || last == "bz2" {
		_, last = extension(stem)
	}
	return slices.Contains(refusedTypes(), last)
}

// extension parts a name at its last dot; blanks and dots at the end are nothing to
// the systems that run such files.
func extension(name string) (stem, ext string) {
	name = strings.TrimRight(name, ". ")
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return name, ""
	}
	return name[:dot], strings.TrimSpace(name[dot+1:])
}
