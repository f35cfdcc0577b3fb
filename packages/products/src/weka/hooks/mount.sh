#!/bin/bash
# shellcheck disable=SC2154 # SSM_ variables are the document's parameters.
#
# Mounts the cluster's filesystem. A client gets WEKA's agent from the backends and joins the cluster by mounting; a
# converged node mounts through the frontend container that it has.
set -euo pipefail
# shellcheck source=lib.sh
source "${BASH_SOURCE[0]%/*}/lib.sh"

is_mounted() {
  findmnt --noheadings --types wekafs --mountpoint "$ROOT$SSM_mountPath"
}

# The backends give out the agent of their own release. Their certificate is one that they signed themselves.
fetch_agent() {
  local entry
  for entry in "${entries[@]}"; do
    if curl --silent --show-error --fail --insecure --max-time 60 "https://$entry:14000/dist/v1/install" >"$scratch"; then
      return 0
    fi
  done
  return 1
}

install_agent() {
  scratch=$(mktemp "$ROOT/var/lib/muster/weka-agent.XXXXXX")
  retry 30 10 fetch_agent || die "none of the backends $SSM_addresses gives out WEKA's agent"
  WEKA_CGROUPS_MODE=force_v2 apart bash "$scratch"
  rm -f "$scratch"
  scratch=""
}

agent_is_up() {
  systemctl is-active --quiet weka-agent
}

try_mount() {
  apart mount -t wekafs "${options[@]}" "$source" "$ROOT$SSM_mountPath" || return 1
  is_mounted
}

begin mount
need SSM_region SSM_addresses SSM_volumeGiB SSM_filesystem SSM_mountPath SSM_clientCores SSM_network
need_jq
metadata address local-ipv4
IFS=, read -r -a entries <<<"$SSM_addresses"
if [ "$SSM_network" = local ]; then
  source="$SSM_filesystem"
  options=(-o rw)
else
  source="$SSM_addresses/$SSM_filesystem"
  options=(-o "num_cores=$SSM_clientCores" -o "mgmt_ip=$address")
  [ "$SSM_network" = dpdk ] || options=(-o net=udp)
fi

if ! is_mounted; then
  if [ "$SSM_network" != local ]; then
    rm -f "$ROOT/var/lib/muster/weka-agent."*
    mount_volume
    agent_is_up || install_agent
  fi
  retry 30 2 agent_is_up || die "the service weka-agent does not start"
  mkdir -p "$ROOT$SSM_mountPath"
  retry 10 15 try_mount || die "$source cannot be mounted at $SSM_mountPath: $(tail -n 3 "$log" | tr '\n' ' ')"
fi

# For the next boot of the machine; a line for this path that says something else is replaced.
saved="${options[*]}"
saved="${saved//-o /}"
line="$source $SSM_mountPath wekafs ${saved// /,},x-systemd.requires=weka-agent.service,_netdev 0 0"
touch "$ROOT/etc/fstab"
if ! grep -qxF -- "$line" "$ROOT/etc/fstab"; then
  awk -v path="$SSM_mountPath" '$2 != path' "$ROOT/etc/fstab" >"$ROOT/etc/fstab.muster"
  printf '%s\n' "$line" >>"$ROOT/etc/fstab.muster"
  chmod 644 "$ROOT/etc/fstab.muster"
  mv "$ROOT/etc/fstab.muster" "$ROOT/etc/fstab"
fi

result "$(jq -n -c --arg address "$address" --arg path "$SSM_mountPath" --arg filesystem "$SSM_filesystem" --arg network "$SSM_network" \
  '{state: "mounted", address: $address, path: $path, filesystem: $filesystem, network: $network}')"
