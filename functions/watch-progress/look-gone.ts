import { judgeRemoval, MusterError, stepChange, TAG, unseenUntil } from "@muster/core";
import type { Look, Sight } from "./look.ts";

/** Are the instances gone, with their interfaces and volumes? */
export async function lookAtRemoval(look: Look, scope: "cluster" | "operation"): Promise<Sight> {
  const { compute, stage, wait, snapshot, context, ref } = look;
  const tags = {
    [TAG.stage]: stage,
    [TAG.cluster]: wait.cluster,
    ...(scope === "operation" ? { [TAG.operation]: ref.operationId } : {}),
  };
  const [instances, leftovers] = await Promise.all([compute.instances(tags), compute.leftovers(tags)]);
  const launches = snapshot.launches.filter((launch) => scope === "cluster" || launch.operationId === ref.operationId);
  const ids = new Set(launches.map((launch) => launch.launchId));
  const nodes = snapshot.nodes.filter((node) => ids.has(node.launchId));
  const now = context.clock.now();
  const state = judgeRemoval({
    instances,
    leftovers,
    unseenUntil: unseenUntil({ launches, nodes }, instances),
    since: wait.since,
    now,
  });
  if (state.isOver) return { changes: [], answer: { outcome: "gone" } };
  for (const orphan of state.orphans.interfaces) await compute.deleteInterface(orphan.id);
  for (const orphan of state.orphans.volumes) await compute.deleteVolume(orphan.id);
  if (now - wait.since > GONE_WITHIN_MS) throw removalIncomplete(look, state.remaining);
  const changes = [stepChange(`Waiting until ${state.remaining} are gone`)];
  return state.mustRepeat ? { changes, answer: { outcome: "again" } } : { changes };
}

/** Terminating takes seconds to minutes, metal and NVMe-heavy instances up to about 20 minutes. */
const GONE_WITHIN_MS = 60 * 60_000;

function removalIncomplete({ wait, stage }: Look, remaining: string): MusterError {
  return new MusterError("RemovalIncomplete", {
    what: `Cluster ${wait.cluster} is not all gone after ${GONE_WITHIN_MS / 60_000} minutes.`,
    why: `There are still ${remaining} with its tags (RemovalIncomplete).`,
    remedy: `See them: aws ec2 describe-instances --filters Name=tag:muster:cluster,Values=${wait.cluster} Name=tag:muster:stage,Values=${stage}; then: muster cluster destroy ${wait.cluster} --confirm ${wait.cluster}.`,
  });
}
