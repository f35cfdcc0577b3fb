#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Prints what the cluster says of itself, summed up on the node: the result stays small however many members there are.
# It gives the cluster some minutes to settle first, and then prints what it sees, settled or not.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

readonly NAMED_MAX=5

look() {
  local listed listed_drives names
  refresh_status || return 1
  listed=$(weka cluster container --backends -J) || return 1
  listed_drives=$(weka cluster drive -J) || return 1
  names=$(weka fs -J) || return 1
  seen=$(printf '%s\n%s\n%s\n%s' "$status" "$listed" "$listed_drives" "$names" | jq -c -s --arg wanted "$SSM_addresses" \
    --arg names "$(container_names | tr '\n' ' ')" --arg filesystem "$SSM_filesystem" --argjson max "$NAMED_MAX" \
    --argjson disks "$SSM_disks" "$NUMBERED"'
    .[0] as $status | .[1] as $containers | .[2] as $drives | .[3] as $filesystems
    | ($wanted | split(",")) as $addresses | ($names | split(" ") | map(select(. != ""))) as $kinds
    | ($addresses | map({key: ., value: true}) | from_entries) as $ours
    | [$containers[] | {id: ((if has("host_id") then .host_id else .id end) | numbered), name: (.container_name // .name),
        address: .ips[0], up: (.state == "ACTIVE" and .status == "UP")}] as $all
    | ([$all[] | select($ours[.address])] | map({key: "\(.address) \(.name)", value: .up}) | from_entries) as $up
    | [$addresses[] as $a | $kinds[] as $k | select($up["\($a) \($k)"] != true) | "\($k) of \($a)"] as $down
    | ([$all[] | select($ours[.address]) | {key: (.id | tostring), value: true}] | from_entries) as $ids
    | [$drives[] | {status, owner: ((if has("host_id") then .host_id else .container end) | numbered | tostring)}
        | select($ids[.owner])] as $drives
    | {state: "seen", guid: $status.guid, release: $status.release, status: $status.status, io: $status.io_status,
       upgrade: ($status.upgrade // $status.upgrade_info.upgrade_phase // ""),
       data: $status.stripe_data_drives, parity: $status.stripe_protection_drives, hotSpares: $status.hot_spare,
       servers: ($addresses | length), containersDown: ($down | length), down: $down[:$max],
       strangers: ([$all[] | select($ours[.address] | not) | .address] | unique | length),
       drives: ($drives | length), drivesExpected: (($addresses | length) * $disks),
       drivesBad: ([$drives[] | select(.status != "ACTIVE" and .status != "PHASING_IN")] | length),
       drivesPhasingIn: ([$drives[] | select(.status == "PHASING_IN")] | length),
       totalBytes: $status.capacity.total_bytes, unprovisionedBytes: ($status.capacity.unprovisioned_bytes // 0),
       filesystem: ($filesystem == "none" or any($filesystems[]; .name == $filesystem)),
       alerts: ($status.active_alerts_count // 0)}')
}

has_settled() {
  look || return 1
  [ "$(jq -r '(.status == "OK" or .status == "REDISTRIBUTING") and .io == "STARTED" and .containersDown == 0
    and .drivesBad == 0 and .drives >= .drivesExpected' <<<"$seen")" = true ]
}

begin verify
need SSM_region SSM_adminSecret SSM_addresses SSM_frontendCores SSM_disks SSM_filesystem
need_jq
metadata address local-ipv4
use_cli "$(weka version current)"
as_admin
IFS=, read -r -a members <<<"$SSM_addresses"
find_cluster "$address" "${members[@]}" || no_cluster "no cluster answers at any of its ${#members[@]} servers"
seen=""
retry 12 10 has_settled || say "it has not settled"
[ -n "$seen" ] || die "the cluster at $WEKA_HOST does not say how it is"
result "$seen"
