package peer

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// identity is the user as whom servers run.
type identity struct {
	name, group string
	uid, gid    int
	stepDown    bool // we are root and they must not be
}

// somebody returns the first of the users that exists, for root; anybody else
// remains who he is.
func somebody(candidates ...string) (identity, error) {
	if os.Getuid() != 0 {
		return described(os.Getuid(), os.Getgid(), false), nil
	}
	for _, name := range candidates {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if errUID == nil && errGID == nil {
			return described(uid, gid, true), nil
		}
	}
	return identity{}, fmt.Errorf("root finds none of the users %q to step down to", candidates)
}

func described(uid, gid int, stepDown bool) identity {
	as := identity{name: strconv.Itoa(uid), group: strconv.Itoa(gid), uid: uid, gid: gid, stepDown: stepDown}
	if u, err := user.LookupId(as.name); err == nil {
		as.name = u.Username
	}
	if g, err := user.LookupGroupId(as.group); err == nil {
		as.group = g.Name
	}
	return as
}

func (as identity) own(path string) error {
	if !as.stepDown {
		return nil
	}
	return os.Chown(path, as.uid, as.gid)
}

func (as identity) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if as.stepDown {
		attributes.Credential = &syscall.Credential{Uid: uint32(as.uid), Gid: uint32(as.gid)}
	}
	return attributes
}

func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
