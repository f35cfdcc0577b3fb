#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Makes this instance a WEKA backend that is in no cluster yet: /opt/weka on its volume, the software of the release, and
# its containers running in STEM mode. Run again, it does what is left of that, and nothing to a member of a cluster.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

installed_release() {
  weka version current || true
}

agent_is_up() {
  systemctl is-active --quiet weka-agent
}

# The installer of the release, into $scratch. The token is the user of the request, on standard input.
fetch_installer() {
  local url="https://get.weka.io/dist/v1/install/$SSM_version/$SSM_version?provider=aws&region=$SSM_region" code=0
  local -a through=()
  [ "$SSM_proxy" = none ] || through=(--proxy "$SSM_proxy")
  printf 'user = "%s:"\n' "$token" | curl --silent --show-error --fail --location --max-time 120 --config - \
    ${through[@]+"${through[@]}"} "$url" >"$scratch" 2>"$scratch.err" || code=$?
  cat "$scratch.err"
  [ "$code" -ne 0 ] || return 0
  if grep -qE 'error: 40[134]' "$scratch.err"; then
    die "get.weka.io refuses WEKA $SSM_version with the token of secret $SSM_tokenSecret: $(tail -n 1 "$scratch.err")"
  fi
  return 1
}

install_weka() {
  local token proxy=""
  token=$(retry 10 6 secret "$SSM_tokenSecret") || die "the get.weka.io token cannot be read from secret $SSM_tokenSecret"
  case "$token" in '' | *[!A-Za-z0-9._~+/=-]*) die "secret $SSM_tokenSecret does not hold a token as plain text" ;; esac
  # The installer may carry the token itself: only root may read it, and it does not stay.
  scratch=$(mktemp "$ROOT/var/lib/muster/weka-installer.XXXXXX")
  retry 30 10 fetch_installer || die "get.weka.io cannot be reached: $(tail -n 1 "$scratch.err")"
  [ "$SSM_proxy" = none ] || proxy="$SSM_proxy"
  say "installs WEKA $SSM_version"
  WEKA_CGROUPS_MODE=force_v2 PROXY="$proxy" apart bash "$scratch"
  rm -f "$scratch" "$scratch.err"
  scratch=""
}

# Interfaces for WEKA's cores: every one but the first. They vanish from the system once WEKA drives them, so the list is kept.
find_nics() {
  local wanted="$1" primary found
  primary=$(imds mac) || return 1
  found=$(ip -json link show) || return 1
  printf '%s' "$found" | jq -r --arg primary "$primary" '.[]
    | select(.link_type == "ether" and (.address | ascii_downcase) != ($primary | ascii_downcase)) | .ifname' >"$NICS_FILE.new"
  [ "$(wc -l <"$NICS_FILE.new")" -ge "$wanted" ] || return 1
  head -n "$wanted" "$NICS_FILE.new" >"$NICS_FILE.part"
  mv "$NICS_FILE.part" "$NICS_FILE"
}

# Disks leave the system too once a cluster has them, so this list is kept as well: form needs it, on whichever node it runs.
find_disks() {
  disk_paths >"$DISKS_FILE.new" || return 1
  [ "$(wc -l <"$DISKS_FILE.new")" -eq "$SSM_disks" ] || return 1
  mv "$DISKS_FILE.new" "$DISKS_FILE"
}

begin prepare
need SSM_region SSM_version SSM_tokenSecret SSM_driveCores SSM_computeCores SSM_frontendCores SSM_computeMemory \
  SSM_volumeGiB SSM_disks SSM_proxy
use_cli "$SSM_version"
rm -f "$ROOT/var/lib/muster/weka-installer."*
need_jq
metadata address local-ipv4
metadata instance instance-id
cores=$((SSM_driveCores + SSM_computeCores + SSM_frontendCores))

mount_volume
release=$(installed_release)
if [ "$release" != "$SSM_version" ]; then
  [ -z "$release" ] || say "WEKA $release is installed"
  install_weka
  release=$(installed_release)
  [ "$release" = "$SSM_version" ] || die "the installer left WEKA ${release:-none} in place of $SSM_version"
fi
retry 30 2 agent_is_up || die "the service weka-agent does not start"

# The installer makes a container of its own, which would take cores.
left_over=$(local_state default)
if [ "$left_over" != absent ]; then
  weka local stop default --force
  weka local rm default --force
fi

if [ ! -s "$NICS_FILE" ]; then
  retry 60 5 find_nics "$cores" || die "there are fewer than $cores network interfaces beside the first"
fi
[ "$(core_ids | wc -l)" -ge "$cores" ] || die "there are fewer than $cores physical cores beside the first"
# shellcheck disable=SC2119 # It takes WEKA's options, not ours.
set_up_containers
retry 60 10 has_containers STEM CLUSTERIZING READY || die "its containers do not come up: $(local_containers | tr '\n' ';')"
if [ ! -s "$DISKS_FILE" ]; then
  retry 30 5 find_disks || die "it should have $SSM_disks free NVMe disks, and has: $(tr '\n' ' ' <"$DISKS_FILE.new")"
fi

drives=$(local_state drives0)
result "$(jq -n -c --arg instance "$instance" --arg address "$address" --arg release "$release" \
  --arg drives "$drives" \
  '{state: (if $drives == "STEM" then "prepared" else "member" end), instance: $instance, address: $address, release: $release}')"
