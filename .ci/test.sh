#!/usr/bin/env bash
# Runs every test and ends with the line "N passed, N failed, N skipped".
#
#   TEST_INSTALL=no      never installs or fetches the mail servers, PostgreSQL and Python
#   TEST_RACE=no         never uses the race detector
#   TEST_SLOW="..."      packages where the race detector costs too much: they run
#                        without it, and once more with it in -short
#   TEST_FLAGS="..."     further flags of go test, for example "-count=3"
#   TEST_PACKAGES="..."  what is tested, ./... by default
set -euo pipefail
cd "$(dirname "$0")/.."

# The race detector makes SQLite in Go about 30 times slower, and reading mails ten.
slow=${TEST_SLOW-internal/store internal/queue internal/app cmd/escalat bridge/receive internal/guard}
read -ra flags <<<"${TEST_FLAGS-}"
read -ra what <<<"${TEST_PACKAGES-./...}"
servers=(dovecot-imapd dovecot-lmtpd exim4-daemon-light postgresql python3 apertium apertium-spa-cat apertium-lex-tools cg3)

loud() { printf '\n!!! %s\n\n' "$*" >&2; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install brings the real servers that some tests talk to, and another parser of
# mails. Without them those tests are skipped, so a failure here is told and no more.
install() {
  command -v dpkg-query >/dev/null || { loud "this is not Debian: tests against real servers run only where they find them"; return; }
  local missing=() package
  for package in "${servers[@]}"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "${TEST_INSTALL-yes}" = no ] || [ "$(id -u)" != 0 ]; then
    loud "not installed, their tests will be skipped: ${missing[*]}"
    return
  fi
  echo "installing ${missing[*]}" >&2
  # The tests start servers of their own: the system's must stay off.
  local policy=/usr/sbin/policy-rc.d made=
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && made=yes; }
  if ! DEBIAN_FRONTEND=noninteractive timeout 300 sh -c \
    'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"' install "${missing[@]}" >/dev/null; then
    loud "could not install ${missing[*]}: their tests will be skipped"
  fi
  [ -z "$made" ] || rm -f $policy
}

# unpack fetches the servers that cannot be installed beside the others. Without them
# their tests are skipped, so a failure here is told and no more.
unpack() {
  command -v apt-get >/dev/null && [ "${TEST_INSTALL-yes}" != no ] || { loud "Cyrus is not fetched; without it in its folder (.ci/peers.sh) its tests will be skipped"; return; }
  .ci/peers.sh || loud "could not unpack Cyrus (.ci/peers.sh): its tests will be skipped"
}

# race reports whether the race detector can be used.
race() {
  [ "${TEST_RACE-yes}" != no ] || { loud "no race detector: TEST_RACE=no"; return 1; }
  local cc
  cc=$(go env CC)
  command -v "${cc%% *}" >/dev/null || { loud "no race detector: no C compiler ($cc)"; return 1; }
  case "$(go env GOOS)/$(go env GOARCH)" in
    linux/amd64 | linux/arm64 | linux/ppc64le | linux/s390x | darwin/* | windows/amd64) ;;
    *) loud "no race detector: none for $(go env GOOS)/$(go env GOARCH)"; return 1 ;;
  esac
}

# run is one go test; its end is told to the counter, which does not see it.
run() {
  local code=0
  go test -json -shuffle=on -timeout=10m "${flags[@]}" "$@" || code=$?
  echo "exit $code"
}

install
unpack
mkdir -p bin
CGO_ENABLED=0 go build -o bin/count ./internal/house/count
packages=$(go list "${what[@]}")
module=$(go list -m)
quick=() heavy=()
for package in $packages; do
  case " $slow " in
    *" ${package#"$module"/} "*) heavy+=("$package") ;;
    *) quick+=("$package") ;;
  esac
done

with_race=no
race && with_race=yes
{
  if [ $with_race = no ]; then
    CGO_ENABLED=0 run "${quick[@]}" "${heavy[@]}"
  else
    [ ${#quick[@]} -eq 0 ] || CGO_ENABLED=1 run -race "${quick[@]}"
    if [ ${#heavy[@]} -gt 0 ]; then
      CGO_ENABLED=0 run -p=2 "${heavy[@]}"
      CGO_ENABLED=1 run -race -short -p=2 "${heavy[@]}"
    fi
  fi
} | bin/count
