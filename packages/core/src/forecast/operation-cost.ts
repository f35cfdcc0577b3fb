import { LAUNCH_NODES_MAX } from "../launch/launch.ts";
import { RUN_INSTANCES_BUCKETS } from "../launch/pace.ts";
import type { Blueprint } from "../product/blueprint.ts";
import {
  DYNAMODB_READ_UNIT,
  DYNAMODB_WRITE_UNIT,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  STATE_TRANSITION,
} from "./prices.ts";

/**
 * What deploying a blueprint asks of AWS, about. The figures per tier and per node are measured by `npm run bench`; the
 * form (a constant, a part per tier, a small part per node) is the design's: transitions do not grow with nodes.
 */
export function operationCost(blueprint: Blueprint): { calls: number; transitions: number; dollars: number } {
  const tiers = blueprint.tiers.filter((tier) => tier.count > 0);
  const nodes = tiers.reduce((sum, tier) => sum + tier.count, 0);
  const launches = tiers.reduce((sum, tier) => sum + Math.ceil(tier.count / LAUNCH_NODES_MAX), 0);
  const calls =
    CALLS.fixed + tiers.length * CALLS.perTier + launches * CALLS.perLaunch + Math.round(nodes * CALLS.perNode);
  const transitions = TRANSITIONS.fixed + tiers.length * TRANSITIONS.perTier;
  const invocations = Math.round(transitions * INVOCATIONS_PER_TRANSITION);
  const dollars =
    transitions * STATE_TRANSITION +
    invocations * (LAMBDA_REQUEST + GB_SECONDS_PER_INVOCATION * LAMBDA_GB_SECOND) +
    // Each node's row is written about five times, transactionally (two units), and read with every look.
    nodes * 10 * DYNAMODB_WRITE_UNIT +
    invocations * (2 + nodes * 0.1) * DYNAMODB_READ_UNIT;
  return { calls, transitions, dollars: Math.round(dollars * 1e5) / 1e5 };
}

/** Minutes until that many new nodes are online: EC2's buckets, boot, and the SSM agent's registration. */
export function launchMinutes(count: number): number {
  const beyond = Math.max(0, count - RUN_INSTANCES_BUCKETS.instances.capacity);
  return Math.round((beyond / RUN_INSTANCES_BUCKETS.instances.refillPerSecond / 60 + BOOT_MINUTES) * 10) / 10;
}

// EC2 answers `running` after 5 to 60 s, the agent registers 30 s to several minutes later.
const BOOT_MINUTES = 3;
const CALLS = { fixed: 40, perTier: 60, perLaunch: 3, perNode: 0.2 } as const;
const TRANSITIONS = { fixed: 12, perTier: 40 } as const;
const INVOCATIONS_PER_TRANSITION = 0.6;
/** 256 MB for half a second. */
const GB_SECONDS_PER_INVOCATION = 0.125;
