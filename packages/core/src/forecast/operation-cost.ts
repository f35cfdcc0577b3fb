import { LAUNCH_NODES_MAX } from "../launch/launch.ts";
import { RUN_INSTANCES_BUCKETS } from "../launch/pace.ts";
import { verificationsAtEnd, type Blueprint } from "../product/blueprint.ts";
import {
  DYNAMODB_READ_UNIT,
  DYNAMODB_WRITE_UNIT,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  STATE_TRANSITION,
} from "./prices.ts";

/**
 * What deploying a blueprint asks of AWS, about. The figures are measured by `npm run bench`, and a test compares them with
 * a deployment; the form is the design's: transitions do not grow with nodes.
 */
export function operationCost(blueprint: Blueprint): { calls: number; transitions: number; dollars: number } {
  const counts = blueprint.tiers.map((tier) => tier.count).filter((count) => count > 0);
  const size = {
    tiers: counts.length,
    nodes: counts.reduce((sum, count) => sum + count, 0),
    verifications: verificationsAtEnd(blueprint).length,
    // The first of each tier is part of what a tier costs.
    moreLaunches: counts.reduce((sum, count) => sum + Math.ceil(count / LAUNCH_NODES_MAX) - 1, 0),
  };
  const calls = amount(CALLS, size);
  const transitions = amount(TRANSITIONS, size);
  const dollars =
    transitions * STATE_TRANSITION +
    amount(INVOCATIONS, size) * LAMBDA_REQUEST +
    amount(GB_SECONDS, size) * LAMBDA_GB_SECOND +
    amount(WRITE_UNITS, size) * DYNAMODB_WRITE_UNIT +
    amount(READ_UNITS, size) * DYNAMODB_READ_UNIT;
  return { calls: Math.round(calls), transitions: Math.round(transitions), dollars: Math.round(dollars * 1e5) / 1e5 };
}

/** Minutes until that many new nodes are online: EC2's buckets, boot, and the SSM agent of the last one. */
export function launchMinutes(count: number): number {
  const beyond = Math.max(0, count - RUN_INSTANCES_BUCKETS.instances.capacity);
  const paced = beyond / RUN_INSTANCES_BUCKETS.instances.refillPerSecond / 60;
  return paced + BOOT_MINUTES + LAST_OF_MANY_MINUTES * Math.sqrt(count);
}

// EC2 answers `running` after 5 to 60 s, an agent registers 30 s to several minutes later; of many nodes one is the slowest.
const BOOT_MINUTES = 2.3;
const LAST_OF_MANY_MINUTES = 0.14;

interface Amount {
  readonly fixed: number;
  readonly perTier: number;
  readonly perNode: number;
  /** One at the end: those with which tiers grow are part of what a tier costs. */
  readonly perVerification: number;
  readonly perMoreLaunch?: number;
}

const CALLS: Amount = { fixed: 121, perTier: 72, perNode: 0.2, perVerification: 23, perMoreLaunch: 3 };
const TRANSITIONS: Amount = { fixed: 33, perTier: 21, perNode: 0.007, perVerification: 6 };
const INVOCATIONS: Amount = { fixed: 16, perTier: 13, perNode: 0.008, perVerification: 3 };
/** Memory times billed time. */
const GB_SECONDS: Amount = { fixed: 1.7, perTier: 0.55, perNode: 0.004, perVerification: 0.1 };
const WRITE_UNITS: Amount = { fixed: 265, perTier: 190, perNode: 22.4, perVerification: 59 };
const READ_UNITS: Amount = { fixed: 5, perTier: 20, perNode: 2.2, perVerification: 10 };

function amount(
  { fixed, perTier, perNode, perVerification, perMoreLaunch = 0 }: Amount,
  size: {
    readonly tiers: number;
    readonly nodes: number;
    readonly verifications: number;
    readonly moreLaunches: number;
  },
): number {
  return (
    fixed +
    perTier * size.tiers +
    perNode * size.nodes +
    perVerification * size.verifications +
    perMoreLaunch * size.moreLaunches
  );
}
