import { STATE_TRANSITION } from "@muster/core";
import type { Deployment } from "./deployment.ts";

/** The same figures of another way to do the same, per deployment and per idle hour. */
export interface Counts {
  readonly lambdaInvocations: number;
  readonly dynamodbCalls: number;
  readonly ec2Calls: number;
  readonly idleTransitions: number;
  readonly idleLambdaInvocations: number;
  readonly idleCalls: number;
  /** Transitions alone, $ a month. */
  readonly idleDollars: number;
}

/**
 * WEKA's own Terraform module (github.com/weka/terraform-aws-weka at 2cb7344, with github.com/weka/go-cloud-lib), counted
 * by reading its code, for a first deployment without load balancer and without contention for its one lock:
 * every node calls `deploy` and `clusterize` once and reports six times; eight more reports, one fetch, one finalisation.
 * Each of those reads and writes one state item under a lock (3 or 4 DynamoDB calls). A node adds its interfaces itself:
 * create, attach, modify and describe for each but the first, and one look for its volume.
 * Its scale-down machine runs once a minute for ever: 5 transitions, 3 Lambdas and about 8 calls each time.
 */
export function incumbentCounts({ nodes, interfacesPerNode }: Pick<Deployment, "nodes" | "interfacesPerNode">): Counts {
  return {
    lambdaInvocations: 8 * nodes + 10,
    dynamodbCalls: 31 * nodes + 36,
    ec2Calls: 4 * (interfacesPerNode - 1) * nodes + nodes + 3,
    idleTransitions: 300,
    idleLambdaInvocations: 180,
    idleCalls: 480,
    idleDollars: monthly(300),
  };
}

export function musterCounts({ measured, idleHour }: Deployment): Counts {
  const calls = (service: string) =>
    Object.entries(measured.callsByOperation)
      .filter(([operation]) => operation.startsWith(`${service}:`))
      .reduce((sum, [, count]) => sum + count, 0);
  return {
    lambdaInvocations: measured.lambdaInvocations,
    dynamodbCalls: calls("dynamodb"),
    ec2Calls: calls("ec2"),
    idleTransitions: idleHour.stateTransitions,
    idleLambdaInvocations: idleHour.lambdaInvocations,
    idleCalls: idleHour.calls,
    idleDollars: monthly(idleHour.stateTransitions),
  };
}

const HOURS_PER_MONTH = 730;

function monthly(transitionsPerHour: number): number {
  return transitionsPerHour * HOURS_PER_MONTH * STATE_TRANSITION;
}
