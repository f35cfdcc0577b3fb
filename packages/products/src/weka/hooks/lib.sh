# Shared by every WEKA hook: put in place of the line that sources it when the documents are built.
#
# Ground rules. Standard output belongs to the one JSON result; everything else goes to the log on the node, and to
# standard error when it fails. Secrets live in variables and on standard input of commands: never in a command line, a
# file that stays, the log or the result. The one exception, which WEKA's command line forces on us, is in form.
# Waits count tries, not seconds, so that they end whatever the node's clock does.
set -o errtrace

readonly ROOT="${MUSTER_ROOT:-}"
readonly LOCK_WAIT_SECONDS=600
readonly VOLUME_LABEL=wekaiosw
readonly NICS_FILE="$ROOT/var/lib/muster/weka-nics"
readonly DISKS_FILE="$ROOT/var/lib/muster/weka-disks"
hook=""
log=/dev/null
failed_at=""
is_explained=""
scratch=""
refused_at=""
exec 4>&2

say() {
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >>"$log"
}

# Ends the hook with one clear sentence.
die() {
  is_explained=yes
  say "failed: $*"
  printf '%s\n' "${hook:+weka $hook: }$*" >&4
  exit 1
}

# need NAME...: parameters that the document must have handed over.
need() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || die "$name is not set: parameters come as environment variables, which needs SSM agent 3.3.2746.0 or newer on this instance"
  done
}

# begin HOOK: from here on output goes to the log, and no other hook of WEKA runs on this node.
begin() {
  hook="$1"
  mkdir -p "$ROOT/var/log/muster" "$ROOT/var/lib/muster" "$ROOT/run/muster" "$ROOT/etc"
  log="$ROOT/var/log/muster/weka-$hook.log"
  exec 3>&1 1>>"$log" 2>&1
  trap 'failed_at="line $LINENO: $BASH_COMMAND"' ERR
  trap 'explain $?' EXIT
  exec 9>"$ROOT/run/muster/weka.lock"
  flock -w "$LOCK_WAIT_SECONDS" 9 || die "another hook has been running on this node for $LOCK_WAIT_SECONDS seconds"
  say "begins"
}

# On the way out. Says what went wrong where no sentence of ours did: the command as it is written here, never its values.
explain() {
  [ -z "$scratch" ] || rm -f "$scratch" "$scratch.err"
  [ "$1" -eq 0 ] || [ -n "$is_explained" ] || {
    printf 'weka %s: ended with exit code %s at %s\n' "$hook" "$1" "${failed_at:-an unknown place}" >&4
    tail -n 15 "$log" | tr -d '\000' >&4
  }
  # To SSM's agent 194 means "reboot this node and run me again"; no command's code may mean that by chance.
  [ "$1" -ne 194 ] || exit 1
}

# result JSON: the one thing on standard output.
result() {
  printf '%s\n' "$1" >&3
  say "ends: $1"
}

# retry TRIES SECONDS COMMAND...: until it succeeds. The command runs where errors do not end the script: it must return them.
retry() {
  local tries="$1" pause="$2" try=1
  shift 2
  until "$@"; do
    [ "$try" -lt "$tries" ] || return 1
    try=$((try + 1))
    sleep "$pause"
  done
}

# apart COMMAND...: without our own descriptors. A service that it starts would else hold the lock, and SSM's output open.
apart() {
  "$@" 3>&- 4>&- 9>&-
}

# add_line FILE LINE: unless it is there.
add_line() {
  touch "$1"
  grep -qxF -- "$2" "$1" || printf '%s\n' "$2" >>"$1"
}

need_jq() {
  local manager
  if jq --version; then return; fi
  for manager in dnf yum apt-get zypper; do
    if command -v "$manager" >/dev/null; then
      retry 10 15 apart "$manager" install -y jq || die "$manager could not install jq"
      return
    fi
  done
  die "jq is missing, and no package manager that could install it"
}

# imds PATH: what the instance metadata service says (version 2: with a session token, handed over on standard input).
imds() {
  local token
  token=$(curl --silent --show-error --fail --max-time 5 --request PUT \
    --header "X-aws-ec2-metadata-token-ttl-seconds: 300" http://169.254.169.254/latest/api/token) || return 1
  printf 'header = "X-aws-ec2-metadata-token: %s"\n' "$token" |
    curl --silent --show-error --fail --max-time 5 --config - "http://169.254.169.254/latest/meta-data/$1"
}

# metadata NAME PATH: sets that variable to what the service says.
metadata() {
  local said
  said=$(retry 10 3 imds "$2") || die "the instance metadata service does not say $2"
  printf -v "$1" '%s' "$said"
}

# secret ID: its text, read with the instance's own role.
secret() {
  aws secretsmanager get-secret-value --region "$SSM_region" --secret-id "$1" --query SecretString --output text
}

# use_cli RELEASE: the one place that knows which command line a release has.
use_cli() {
  case "$1" in
    4.4 | 4.4.* | 5.0 | 5.0.* | 5.1 | 5.1.*)
      cli=legacy
      create=create
      fs_group_options=(--target-ssd-retention=86400 --start-demote=10)
      deactivate_dead_options=(--no-wait --skip-resource-validation --allow-unavailable)
      set_proxy=(proxy --set)
      ;;
    6.0 | 6.0.*)
      cli=six
      create=add
      fs_group_options=(--ssd-retention 86400s --start-demote 10s)
      deactivate_dead_options=(--no-wait --skip-resource-validation)
      set_proxy=(proxy set)
      ;;
    *) die "WEKA $1 has a command line that these hooks do not know" ;;
  esac
}

# create_filesystem NAME SIZE
create_filesystem() {
  case "$cli" in
    legacy) weka fs create "$1" default "$2" ;;
    six) weka fs add "$1" "$2" --fs-group default ;;
  esac
}

# as_admin: what WEKA's command line reads its login from; nothing is left on the disk, as `weka user login` would.
as_admin() {
  WEKA_USERNAME="admin"
  WEKA_PASSWORD=$(retry 10 6 secret "$SSM_adminSecret") || die "the admin password cannot be read from secret $SSM_adminSecret"
  export WEKA_USERNAME WEKA_PASSWORD
}

# numbered: jq text that reads an id of either command line: "HostId<4>" or 4. INVALID is -1.
readonly NUMBERED='def numbered: if type == "number" then . elif . == null then -1 else (capture("<(?<n>[0-9]+|INVALID)>") | .n | if . == "INVALID" then -1 else tonumber end) end;
def must(name): if . == null then error("WEKA printed no " + name) else . end;'

# containers [ID...]: lines of id, name, address, mode, state, status.
containers() {
  local listed
  listed=$(weka cluster container "$@" -J) || return 1
  printf '%s' "$listed" | jq -r "$NUMBERED"'.[] | [
    ((if has("host_id") then .host_id else .id end) | must("container id") | numbered),
    (.container_name // .name | must("container name")), (.ips[0] | must("container address")),
    (.mode | must("container mode")), (.state | must("container state")),
    (.status | must("container status") | gsub(" "; "_"))] | join(" ")'
}

# drives [OPTION...]: lines of uuid, container, status.
drives() {
  local listed
  listed=$(weka cluster drive "$@" -J) || return 1
  printf '%s' "$listed" | jq -r "$NUMBERED"'.[] | [
    (.uuid | must("drive uuid")),
    (if has("host_id") then .host_id elif has("container") then .container else null | must("owner of a drive") end | numbered),
    (.status | must("drive status"))] | join(" ")'
}

# local_containers: lines of name, true or false for running, state or -.
local_containers() {
  local listed
  listed=$(weka local ps -J) || return 1
  printf '%s' "$listed" | jq -r '.[] | [.name, (if has("isRunning") then .isRunning else .running end),
    (.internalStatus.state // .state // "-")] | join(" ")'
}

# local_state NAME: absent, stopped, STEM, CLUSTERIZING or READY.
local_state() {
  local listed name running state
  listed=$(local_containers) || return 1
  while read -r name running state; do
    [ "$name" = "$1" ] || continue
    if [ "$running" = true ]; then printf '%s\n' "$state"; else printf 'stopped\n'; fi
    return 0
  done <<<"$listed"
  printf 'absent\n'
}

# status_at ADDRESS: asks that host for its cluster's status. 0: there is one, in $status; 1: none answers there. A refused
# login (41) is remembered: it is most likely a cluster with another password, but a host without one may say so too.
status_at() {
  local code=0
  status=$(WEKA_HOST="$1" weka status -J) || code=$?
  [ "$code" -ne 41 ] || refused_at="$1"
  [ "$code" -eq 0 ] || return 1
  [ "$(of_status .is_cluster)" != false ]
}

of_status() {
  printf '%s' "$status" | jq -r "$1"
}

# find_cluster ADDRESS...: the first that answers becomes the one we talk to.
find_cluster() {
  local address
  for address in "$@"; do
    if status_at "$address"; then
      export WEKA_HOST="$address"
      return 0
    fi
  done
  return 1
}

# no_cluster SENTENCE: dies, with what may be the reason.
no_cluster() {
  [ -z "$refused_at" ] || die "$1; $refused_at refuses the admin password of secret $SSM_adminSecret"
  die "$1"
}

refresh_status() {
  status=$(weka status -J)
}

# The volume for /opt/weka, as path, label and mount point, each - when there is none; nothing while there is no such disk.
# Ours carries the label; else it is the one EBS disk of the right size with nothing on it.
find_volume() {
  local listed
  listed=$(lsblk --json --bytes --paths --output NAME,TYPE,MODEL,SIZE,FSTYPE,LABEL,MOUNTPOINT) || return 1
  printf '%s' "$listed" | jq -r --arg ours "$VOLUME_LABEL" --arg bytes "$((SSM_volumeGiB * 1024 * 1024 * 1024))" '
    [.blockdevices[] | select(.type == "disk")]
    | ([.[] | select(.label == $ours)]) as $labelled
    | ([.[] | select(((.model // "") | startswith("Amazon Elastic Block Store")) and ((.children // []) | length) == 0
        and .fstype == null and .mountpoint == null and (.size | tostring) == $bytes)]) as $blank
    | (if ($labelled | length) > 0 then $labelled else $blank end)
    | if length == 1 then .[0] | [.name, .label // "-", .mountpoint // "-"] | join(" ")
      elif length == 0 then empty else error("more than one disk could be the volume for /opt/weka") end'
}

volume_is_there() {
  volume=$(find_volume) || return 1
  [ -n "$volume" ]
}

# Puts /opt/weka on its volume. Only a disk with nothing on it is ever formatted.
mount_volume() {
  local device label mounted
  retry 60 5 volume_is_there || die "no empty EBS disk of $SSM_volumeGiB GiB, or more than one: which is /opt/weka?"
  read -r device label mounted <<<"$volume"
  if [ "$label" = - ]; then
    say "formats $device"
    mkfs.ext4 -F -L "$VOLUME_LABEL" "$device"
  fi
  mkdir -p "$ROOT/opt/weka"
  add_line "$ROOT/etc/fstab" "LABEL=$VOLUME_LABEL /opt/weka ext4 defaults,nofail 0 2"
  if [ "$mounted" = - ]; then
    mount -t ext4 "$device" "$ROOT/opt/weka"
  elif [ "$mounted" != "$ROOT/opt/weka" ]; then
    die "the volume for /opt/weka is mounted at $mounted"
  fi
}

# The instance-store disks of this node that are free: nothing mounted, not in a cluster.
disk_paths() {
  local disks
  disks=$(weka local run --container compute0 bash -ce 'wapi machine-query-info --info-types=DISKS -J') || return 1
  printf '%s' "$disks" | jq -r '.disks[] | select(.type == "DISK" and .isRotational == false and .isMounted == false
    and ((.model // "") | startswith("Amazon EC2 NVMe Instance Storage"))) | .devPath'
}

# has_containers STATE...: all containers of this node run, each in one of these states.
has_containers() {
  local name state
  for name in $(container_names); do
    state=$(local_state "$name") || return 1
    case " $* " in *" $state "*) ;; *) return 1 ;; esac
  done
}

container_names() {
  printf 'drives0\ncompute0\n'
  [ "$SSM_frontendCores" -eq 0 ] || printf 'frontend0\n'
}

# Core ids for WEKA, one a line: none of the first physical core, one thread of each other, in turn over NUMA nodes.
core_ids() {
  lscpu --parse=CPU,CORE,NODE | awk -F, '
    /^#/ { next }
    first == "" { first = $2 }
    $2 != first && !($2 in seen) { seen[$2] = 1; print rank[$3 + 0]++, $3 + 0, $1 }' | sort -n -k1,1 -k2,2 -k3,3 | awk '{ print $3 }'
}

# set_up_containers [OPTION...]: those of the node that are not there yet. Cores and interfaces are given out in the same
# order on every run: drives, compute, frontend.
set_up_containers() {
  local ids nics name port cores first=1 dash_address state
  ids=$(core_ids)
  nics=$(cat "$NICS_FILE")
  dash_address=${address//./-}
  for name in $(container_names); do
    local -a role=()
    case "$name" in
      drives0)
        port=14000 cores=$SSM_driveCores
        role=(--no-frontends --drives-dedicated-cores "$cores")
        ;;
      compute0)
        port=15000 cores=$SSM_computeCores
        role=(--no-frontends --compute-dedicated-cores "$cores" --memory "$SSM_computeMemory")
        ;;
      frontend0)
        port=16000 cores=$SSM_frontendCores
        role=(--frontend-dedicated-cores "$cores" --allow-protocols true)
        ;;
    esac
    state=$(local_state "$name")
    if [ "$state" = stopped ]; then
      apart weka local start "$name"
    elif [ "$state" = absent ]; then
      local -a options=()
      local nic
      for nic in $(take "$first" "$cores" "$nics"); do options+=(--net "$nic"); done
      say "sets up $name"
      apart weka local setup container --name "$name" --base-port "$port" --cores "$cores" "${role[@]}" \
        --failure-domain "$dash_address" --core-ids "$(join_lines "$(take "$first" "$cores" "$ids")")" \
        --management-ips "$address" --dedicate "${options[@]}" "$@"
    fi
    first=$((first + cores))
  done
}

# take FIRST COUNT LINES
take() {
  printf '%s\n' "$3" | sed -n "$1,$(($1 + $2 - 1))p"
}

join_lines() {
  printf '%s' "$1" | tr '\n' ','
}

# in_list ITEM LIST: LIST is separated by commas.
in_list() {
  case ",$2," in *",$1,"*) return 0 ;; *) return 1 ;; esac
}
