#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Takes this prepared backend into a cluster that exists: its containers start again with the cluster's addresses, and its
# drives are signed and found by the cluster. A node that is a member already only gets what it still lacks.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

# The management addresses that the containers are told of: those of other servers.
join_ips() {
  local entry ips=""
  for entry in "${entries[@]}"; do
    [ "$entry" = "$address" ] || ips="$ips${ips:+,}$entry:14000"
  done
  printf '%s' "$ips"
}

runs() {
  local state
  state=$(local_state "$1") || return 1
  [ "$state" != absent ] && [ "$state" != stopped ]
}

# Containers in STEM mode hold nothing, and must be made anew to learn where the cluster is. Others are left alone. What a
# stopped one is in, only it can say: it may be a member, or one that an earlier run was about to take away.
leave_stem() {
  local name state
  for name in $(container_names); do
    state=$(local_state "$name")
    if [ "$state" = stopped ]; then
      apart weka local start "$name"
      retry 60 5 runs "$name" || die "$name does not start"
      state=$(local_state "$name")
    fi
    [ "$state" = STEM ] || continue
    say "$name leaves STEM mode"
    apart weka local stop "$name" --force
    apart weka local rm "$name" --force
  done
}

# identity NAME: cluster and id of a local container, 0 and -1 when it is in none.
identity() {
  local said
  said=$(weka local run --container "$1" wapi -W container-get-identity --container-name "$1" --json) || return 1
  printf '%s' "$said" | jq -r 'if .has_value then [.value.cluster_guid, .value.host_id] else ["none", -1] end | map(tostring) | join(" ")'
}

drives_are_in() {
  local listed
  weka cluster drive scan "$id" || return 1
  listed=$(drives --container "$id") || return 1
  has=$(awk 'NF { n++ } END { print n + 0 }' <<<"$listed")
  [ "$has" -ge "$SSM_disks" ]
}

begin join
need SSM_region SSM_adminSecret SSM_addresses SSM_driveCores SSM_computeCores SSM_frontendCores SSM_computeMemory SSM_disks
need_jq
metadata address local-ipv4
release=$(weka version current) || die "WEKA is not installed: prepare has not run on this node"
use_cli "$release"
as_admin
IFS=, read -r -a entries <<<"$SSM_addresses"
find_cluster "${entries[@]}" || no_cluster "no cluster answers at $SSM_addresses"
guid=$(of_status .guid)
upgrade=$(of_status '.upgrade // .upgrade_info.upgrade_phase // ""')
[ -z "$upgrade" ] || die "the cluster is being upgraded ($upgrade); nodes join afterwards"
[ "$(of_status .release)" = "$release" ] || die "the cluster runs WEKA $(of_status .release), this node has $release"
[ "$(of_status .io_status)" = STARTED ] || die "the cluster serves no IO (it says $(of_status .io_status)); nodes join when it does"

leave_stem
set_up_containers --join-ips "$(join_ips)"
retry 120 5 has_containers READY || die "its containers do not become members: $(local_containers | tr '\n' ';')"
own=$(identity drives0) || die "drives0 does not say which cluster it is in"
read -r own_guid id <<<"$own"
[ "$own_guid" = "$guid" ] || die "this node is a member of another cluster ($own_guid)"

listed=$(drives --container "$id")
has=$(awk 'NF { n++ } END { print n + 0 }' <<<"$listed")
if [ "$has" -lt "$SSM_disks" ]; then
  # Disks that the cluster has already are not listed any more, so none in use is ever signed.
  paths=$(disk_paths)
  for path in $paths; do
    apart weka local exec --container drives0 /weka/tools/weka_sign_drive "$path"
  done
  retry 60 5 drives_are_in || die "the cluster finds $has of the node's $SSM_disks drives"
fi

result "$(jq -n -c --arg guid "$guid" --arg address "$address" --arg release "$release" --argjson drives "$has" \
  '{state: "joined", guid: $guid, address: $address, release: $release, drives: $drives}')"
