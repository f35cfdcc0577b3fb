#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Takes the filesystem off this node. A stateless client leaves the cluster with its last mount. A filesystem in use stays,
# and the result says so: nothing is torn away from under an application.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

is_mounted() {
  findmnt --noheadings --types wekafs --mountpoint "$ROOT$SSM_mountPath"
}

# umount can report success with the filesystem still there, so the mount table is asked again.
try_unmount() {
  apart umount "$ROOT$SSM_mountPath" || true
  ! is_mounted
}

begin unmount
need SSM_mountPath
need_jq
touch "$ROOT/etc/fstab"
awk -v path="$SSM_mountPath" '!($2 == path && $3 == "wekafs")' "$ROOT/etc/fstab" >"$ROOT/etc/fstab.muster"
chmod 644 "$ROOT/etc/fstab.muster"
mv "$ROOT/etc/fstab.muster" "$ROOT/etc/fstab"

state=unmounted
if is_mounted; then
  retry 6 5 try_unmount || state=busy
fi
result "$(jq -n -c --arg state "$state" --arg path "$SSM_mountPath" '{state: $state, path: $path}')"
