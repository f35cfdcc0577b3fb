#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Forms one WEKA cluster of all the tier's prepared backends, from one of them, or goes on where another left off: every
# step looks first at what is there. A member that died before IO was started, and was replaced, is taken out and its
# replacement put in, since nothing is stored yet. Once IO has started nothing is ever taken out here.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

readonly FIRST_ASKED=5
readonly AT_ONCE=16
readonly CONFIG_FILESYSTEM=.config_fs
refusal=""

# Any IO ever started may have left data: not only STARTED counts, but anything that a cluster has only after it.
nothing_is_stored() {
  local filesystems
  refresh_status || return 1
  [ "$(of_status .io_status)" != STARTED ] || return 1
  [ "$(of_status .init_stage)" != INITIALIZED ] || return 1
  filesystems=$(weka fs -J) || return 1
  [ "$(printf '%s' "$filesystems" | jq length)" = 0 ]
}

# The password is in the command line for the moment that this takes: WEKA offers no other way to set it, and a cluster with
# its well-known default would be open to the whole network until it is changed.
create_cluster() {
  local member name
  local -a names=() hosts=()
  for member in "${members[@]}"; do
    for name in $(container_names); do
      names+=("ip-${member//./-}-$name")
      hosts+=("$member:$(port_of "$name")")
    done
  done
  say "creates the cluster of ${#members[@]} servers"
  refusal=$(weka cluster "$create" "${names[@]}" --host-ips "$(join_commas "${hosts[@]}")" \
    --admin-password "$WEKA_PASSWORD" 2>&1) || return 1
}

port_of() {
  case "$1" in drives0) echo 14000 ;; compute0) echo 15000 ;; frontend0) echo 16000 ;; esac
}

join_commas() {
  local IFS=,
  printf '%s' "$*"
}

# Takes out the containers of servers that are not among ours any more, and their drives.
remove_strangers() {
  local listed id member mode strangers="" _
  listed=$(containers --backends)
  while read -r id _ member mode _; do
    if [ "$mode" = backend ] && ! in_list "$member" "$SSM_addresses"; then strangers="$strangers $id"; fi
  done <<<"$listed"
  [ -z "$strangers" ] || retire_all "containers$strangers of servers that are gone" "$strangers"
}

# The address of a dead server can come back with its replacement: what is down there is then not the new server.
remove_down() {
  local listed id status down="" _
  listed=$(containers --backends)
  while read -r id _ _ _ _ status; do
    if [ "$status" = DOWN ]; then down="$down $id"; fi
  done <<<"$listed"
  [ -z "$down" ] || retire_all "containers$down that are down" "$down"
}

# retire_all WHAT IDS: unless IO was ever started.
retire_all() {
  local id
  if ! nothing_is_stored; then
    say "$1 stay: IO has been started"
    return 0
  fi
  say "takes out $1"
  for id in $2; do retire "$id" || die "container $id cannot be taken out of the cluster: $(tail -n 2 "$log" | tr '\n\000' '  ')"; done
}

# retire ID: deactivates one dead container, removes its drives and then itself.
retire() {
  local listed uuids uuid
  nothing_is_stored || die "IO has been started while a dead server was being taken out"
  weka cluster container deactivate "$1" "${deactivate_dead_options[@]}" || say "container $1 is not deactivated, or was already"
  retry 30 2 is_inactive "$1" || return 1
  listed=$(drives --container "$1") || return 1
  uuids=$(awk '$3 != "INACTIVE" { print $1 }' <<<"$listed")
  for uuid in $uuids; do
    weka cluster drive deactivate "$uuid" --skip-resource-validation --force || return 1
  done
  uuids=$(awk '{ print $1 }' <<<"$listed")
  for uuid in $uuids; do
    weka cluster drive remove "$uuid" --force || return 1
  done
  weka cluster container remove "$1" --no-unimprint || return 1
  retry 30 2 is_gone "$1"
}

is_inactive() {
  local listed
  listed=$(containers "$1") || return 1
  [[ "$listed" == *" INACTIVE INACTIVE" ]]
}

is_gone() {
  local listed
  listed=$(containers "$1") || return 1
  [ -z "$listed" ]
}

# Puts in the containers of members that the cluster does not have: they wait in STEM mode.
add_missing() {
  local listed member name
  listed=$(containers --backends)
  for member in "${members[@]}"; do
    for name in $(container_names); do
      ! grep -qE "^[0-9]+ $name ${member//./\\.} backend " <<<"$listed" || continue
      say "puts in $name of $member"
      weka cluster container add "ip-${member//./-}-$name" --ip "$member:$(port_of "$name")" --no-wait ||
        die "$name of $member cannot be put into the cluster: $(tail -n 2 "$log" | tr '\n\000' '  ')"
    done
  done
}

# All containers of all members are there, ACTIVE and UP.
members_are_up() {
  local listed
  listed=$(containers --backends) || return 1
  not_up=$(awk -v wanted="$SSM_addresses" -v names="$(container_names | tr '\n' ' ')" '
    $5 == "ACTIVE" && $6 == "UP" { up[$3 " " $2] = 1 }
    END {
      n = split(wanted, addresses, ","); m = split(names, containers, " ")
      for (i = 1; i <= n; i++) for (j = 1; j <= m; j++)
        if (!((addresses[i] " " containers[j]) in up)) print addresses[i] " " containers[j]
    }' <<<"$listed")
  [ -z "$not_up" ]
}

# How many drives each container has, as lines of id and count; of $listed_drives.
count_drives() {
  awk 'NF { count[$2]++ } END { for (id in count) print id, count[id] }' <<<"$listed_drives"
}

# add_drives ID HAS: the drives of one container. Where some are there already it goes disk by disk, and takes "in use" for done:
# what it then has is counted afterwards.
add_drives() {
  local path text
  if [ "$2" -eq 0 ] && weka cluster drive add "$1" "${disks[@]}"; then return 0; fi
  for path in "${disks[@]}"; do
    if ! text=$(weka cluster drive add "$1" "$path" 2>&1); then
      printf '%s\n' "$text"
      [[ "$text" == *"Device is already in use"* || "$text" == *"already exist"* ]] || return 1
    fi
  done
}

# Gives every drives container its drives, a few servers at once.
complete_drives() {
  local listed counts id name member has pid _
  local -a pids=()
  listed=$(containers --backends)
  listed_drives=$(drives)
  counts=$(count_drives)
  while read -r id name member _; do
    if [ "$name" != drives0 ] || ! in_list "$member" "$SSM_addresses"; then continue; fi
    has=$(awk -v id="$id" '$1 == id { print $2 }' <<<"$counts")
    [ "${has:-0}" -lt "$SSM_disks" ] || continue
    apart add_drives "$id" "${has:-0}" &
    pids+=("$!")
    if [ "${#pids[@]}" -ge "$AT_ONCE" ]; then
      for pid in "${pids[@]}"; do wait "$pid" || say "drives of one server were refused"; done
      pids=()
    fi
  done <<<"$listed"
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" || say "drives of one server were refused"; done
}

check_drives() {
  local short
  listed_drives=$(drives)
  short=$(containers --backends | awk -v wanted="$SSM_addresses" -v disks="$SSM_disks" -v counts="$(count_drives | tr '\n' ';')" '
    BEGIN {
      n = split(wanted, addresses, ","); for (i = 1; i <= n; i++) ours[addresses[i]] = 1
      n = split(counts, lines, ";"); for (i = 1; i <= n; i++) if (split(lines[i], pair, " ") == 2) has[pair[1]] = pair[2]
    }
    $2 == "drives0" && ($3 in ours) && has[$1] + 0 != disks { printf "%s has %d; ", $3, has[$1] }')
  [ -z "$short" ] || die "each server should have $SSM_disks drives in the cluster, but: ${short%; }"
}

# Data and parity cannot be changed once IO has run, so they are set before, and checked after.
configure() {
  if [ "$(of_status .name)" != "$SSM_clusterName" ]; then
    weka cluster update --cluster-name="$SSM_clusterName"
  fi
  if [ "$SSM_proxy" != none ]; then
    weka cloud "${set_proxy[@]}" "$SSM_proxy"
  fi
  weka cloud enable || say "WEKA's cloud cannot be reached; the cluster works without it"
  if [ "$(of_status '"\(.stripe_data_drives)+\(.stripe_protection_drives)"')" != "$SSM_data+$SSM_parity" ]; then
    weka cluster update --data-drives "$SSM_data" --parity-drives "$SSM_parity"
  fi
  # Two failures are what WEKA's council of five survives; for more it must grow with the parity.
  if [ "$((2 * SSM_parity + 1))" -gt 5 ]; then
    weka cluster update --bucket-raft-size "$((2 * SSM_parity + 1))"
  fi
  if [ "$(of_status .hot_spare)" != "$SSM_hotSpares" ]; then
    weka cluster hot-spare "$SSM_hotSpares"
  fi
}

io_is_started() {
  refresh_status || return 1
  [ "$(of_status .io_status)" = STARTED ]
}

# The command may well give up waiting while the cluster goes on: what counts is what the cluster says afterwards.
start_io() {
  local text
  text=$(weka cluster start-io 2>&1) || say "start-io did not report success: $text"
  retry 60 10 io_is_started || die "IO does not start: status $(of_status .status), IO $(of_status .io_status); $text"
}

# tolerate_existing COMMAND...: fails unless it worked, or what it makes is there already.
tolerate_existing() {
  local text
  if ! text=$("$@" 2>&1); then
    printf '%s\n' "$text"
    [[ "$text" == *"already exists"* ]] || return 1
  fi
}

has_name() {
  jq -e --arg name "$1" 'any(.[]; .name == $name)' >/dev/null
}

unprovisioned_is_known() {
  refresh_status || return 1
  [ "$(of_status '.capacity.unprovisioned_bytes // 0')" -gt 0 ]
}

# The capacity is not known at once, and before it is WEKA has none to give.
wait_for_capacity() {
  retry 60 10 unprovisioned_is_known || die "the cluster does not say how much capacity is unprovisioned"
}

make_filesystems() {
  local groups filesystems size
  groups=$(weka fs group -J)
  has_name default <<<"$groups" || tolerate_existing weka fs group "$create" default "${fs_group_options[@]}"
  filesystems=$(weka fs -J)
  if ! has_name "$CONFIG_FILESYSTEM" <<<"$filesystems"; then
    wait_for_capacity
    tolerate_existing create_filesystem "$CONFIG_FILESYSTEM" 22GB
  fi
  [ "$SSM_filesystem" != none ] || return 0
  if has_name "$SSM_filesystem" <<<"$filesystems"; then return 0; fi
  wait_for_capacity
  size=$SSM_filesystemBytes
  [ "$size" != all ] || size=$(of_status .capacity.unprovisioned_bytes)
  tolerate_existing create_filesystem "$SSM_filesystem" "${size}B"
}

begin form
need SSM_region SSM_adminSecret SSM_clusterName SSM_addresses SSM_frontendCores SSM_disks SSM_data SSM_parity \
  SSM_hotSpares SSM_filesystem SSM_filesystemBytes SSM_proxy
need_jq
metadata address local-ipv4
IFS=, read -r -a members <<<"$SSM_addresses"
in_list "$address" "$SSM_addresses" || die "this node ($address) is not among the cluster's addresses"
release=$(weka version current) || die "WEKA is not installed: prepare has not run on this node"
use_cli "$release"
as_admin
# Members are of one instance type, so their disks have the paths that prepare found on this one.
[ -s "$DISKS_FILE" ] || die "prepare has not run on this node: it has no list of disks"
disks=()
while read -r path; do disks+=("$path"); done <"$DISKS_FILE"

# This node may have come in place of one that died: ask the others too before making a cluster. WEKA refuses to make one of
# containers that have a cluster, and then all are asked.
others=()
for member in "${members[@]}"; do [ "$member" = "$address" ] || others+=("$member"); done
if ! find_cluster "$address" "${others[@]:0:$FIRST_ASKED}"; then
  unset WEKA_HOST
  if ! create_cluster; then
    find_cluster "$address" "${others[@]}" || no_cluster "WEKA refuses to create the cluster, and none of its servers has one: $refusal"
  else
    retry 30 2 find_cluster "$address" || no_cluster "the cluster was created, and does not answer"
  fi
fi
say "the cluster $(of_status .guid) answers at $WEKA_HOST"
[ "$(of_status '.release')" = "$release" ] || die "the cluster runs WEKA $(of_status .release), this node has $release"

remove_strangers
add_missing
not_up=""
if ! retry 24 5 members_are_up; then
  remove_down
  add_missing
  retry 96 5 members_are_up || die "containers are not up: $(tr '\n' ',' <<<"$not_up")"
fi
complete_drives
check_drives
refresh_status
if [ "$(of_status .io_status)" != STARTED ]; then
  configure
  start_io
fi
[ "$(of_status '"\(.stripe_data_drives)+\(.stripe_protection_drives)"')" = "$SSM_data+$SSM_parity" ] ||
  die "the cluster was formed with stripes of $(of_status '"\(.stripe_data_drives)+\(.stripe_protection_drives)"'), not $SSM_data+$SSM_parity"
make_filesystems
refresh_status

result "$(printf '%s' "$status" | jq -c --argjson servers "${#members[@]}" --arg filesystem "$SSM_filesystem" \
  '{state: "formed", guid, release, io: .io_status, servers: $servers, drives: .drives.total, filesystem: $filesystem}')"
