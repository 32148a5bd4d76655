#!/usr/bin/env bash
# Unpacks the servers of the tests that cannot be installed beside the others: Cyrus,
# which conflicts with Dovecot as a package. Nothing is installed; any user may run it.
# It does nothing when all is there. ESCALAT_PEERS names the folder; by default it is
# /var/cache/escalat-peers for root, who steps down for the servers, else one in ~/.cache.
set -euo pipefail
if [ -n "${ESCALAT_PEERS-}" ]; then peers=$ESCALAT_PEERS
elif [ "$(id -u)" = 0 ]; then peers=/var/cache/escalat-peers
else peers=${XDG_CACHE_HOME:-$HOME/.cache}/escalat-peers; fi
cyrus=$peers/cyrus
[ ! -e "$cyrus/complete" ] || exit 0

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The programs, and those of the libraries they need that are not installed.
packages=(cyrus-common cyrus-imapd sasl2-bin libsasl2-modules libsasl2-modules-db)
while read -r package; do
  installed "$package" || packages+=("$package")
done < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
  "${packages[@]}" | sed -n 's/^\(lib[^ :<>]*\)\(:.*\)\?$/\1/p' | grep -v -e '-perl$' -e '^libsasl2-modules' | sort -u)

mkdir -p "$peers"
work=$(mktemp -d "$peers/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetching ${packages[*]}" >&2
(cd "$work" && timeout 300 apt-get -o APT::Sandbox::User=root -qq download "${packages[@]}" >&2)
for deb in "$work"/*.deb; do dpkg -x "$deb" "$work/root"; done
for program in imapd lmtpd master idled; do
  lost=$(LD_LIBRARY_PATH=$(printf '%s:' "$work"/root/usr/lib/*-linux-gnu "$work"/root/lib/*-linux-gnu) ldd "$work/root/usr/lib/cyrus/bin/$program" | grep 'not found' || true)
  [ -z "$lost" ] || { echo "$program lacks $lost" >&2; exit 1; }
done
chmod -R a+rX "$work/root"
touch "$work/root/complete"
rm -rf "$cyrus"
mv "$work/root" "$cyrus"
chmod a+rx "$peers"
