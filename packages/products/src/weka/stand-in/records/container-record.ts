import { toIso } from "@muster/core";
import type { CliGeneration } from "../../versions.ts";
import { uuidOf, type Membership } from "../world/machine.ts";
import { printedId } from "./ids.ts";

/** One container as `weka cluster container -J` prints it. Names and types: the sources of each are in weka-cli research. */
export function containerRecord(membership: Membership, generation: CliGeneration): Record<string, unknown> {
  const { cluster, container, id } = membership;
  const { node, release = "" } = container.machine;
  const status = cluster.containerStatus(membership);
  const state = membership.inactiveAt === undefined ? (status === "ADDING" ? "ADDING" : "ACTIVE") : status;
  const shared = {
    uid: uuidOf(`${cluster.guid} container ${id}`),
    hostname: membership.hostname,
    ips: [node.privateIp],
    mode: container.role === "client" ? "client" : "backend",
    cores: container.cores,
    state,
    status,
  };
  const cloud = {
    instance_id: node.instanceId,
    instance_type: node.instanceType,
    availability_zone: node.availabilityZone,
  };
  // Of the 6.x record only `id`, `name`, `status` and `cloud.instance_id` have been seen; the rest follows its columns.
  if (generation === "six") return { id, name: container.name, port: container.port, release, cloud, ...shared };
  return {
    added_time: toIso(membership.addedAt),
    auto_remove_timeout: container.role === "client" ? CLIENT_AUTO_REMOVE_SECONDS : null,
    aws: cloud,
    container_name: container.name,
    drives_dedicated_cores: container.role === "drives" ? container.cores : 0,
    failure_domain: container.failureDomain,
    failure_domain_type: "USER",
    failure_text: "",
    frontend_dedicated_cores: container.role === "frontend" || container.role === "client" ? container.cores : 0,
    host_id: printedId("HostId", id, generation),
    host_ip: node.privateIp,
    is_dedicated: true,
    last_failure: "",
    machine_identifier: node.instanceId,
    mgmt_port: container.port,
    start_time: toIso(container.runsAt),
    sw_release_string: release,
    sw_version: release,
    ...shared,
  };
}

/** Default of `remove_after_secs`. docs.weka.io, "Mount filesystems". */
const CLIENT_AUTO_REMOVE_SECONDS = 3_600;
