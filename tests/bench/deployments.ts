import type { Deployment } from "./deployment.ts";
import { controlPlaneDollars } from "./dollars.ts";
import { goal, type Goal } from "./goal.ts";
import { incumbentCounts, musterCounts, type Counts } from "./incumbent.ts";
import { print, printTable } from "./print.ts";

/** What deployments of several sizes asked for, as columns of one table. */
export function printDeployments(deployments: readonly Deployment[]): void {
  const row = (name: string, value: (deployment: Deployment) => number | string) => [
    name,
    ...deployments.map((deployment) => String(value(deployment))),
  ];
  printTable([
    row("nodes", (d) => d.nodes),
    row("state transitions", (d) => d.measured.stateTransitions),
    row("history events, longest execution", (d) => d.measured.historyEventsMax),
    row("largest payload, bytes", (d) => d.measured.largestPayloadBytes),
    row("Lambda invocations", (d) => d.measured.lambdaInvocations),
    row("Lambda GB-seconds", (d) => d.measured.lambdaGbSeconds.toFixed(2)),
    row("AWS calls by Muster", ownCalls),
    row("AWS calls by Muster per node", (d) => (ownCalls(d) / d.nodes).toFixed(2)),
    row("AWS calls by the nodes themselves", (d) => d.callsByNodes),
    row("DynamoDB write units", (d) => d.capacity.write),
    row("DynamoDB read units", (d) => d.capacity.read),
    row("control plane, dollars", (d) => controlPlaneDollars(d).toFixed(5)),
    row("cloud seconds", (d) => d.seconds.toFixed(1)),
    row("  of them on the critical path, waiting for", (d) => waitSeconds(d).toFixed(1)),
    ...(deployments[0]?.waits ?? []).map(({ what }) =>
      row(`    ${what}`, (d) => (d.waits.find((wait) => wait.what === what)?.seconds ?? Number.NaN).toFixed(1)),
    ),
    row("  beyond these waits, percent", (d) => (beyondWaits(d) * 100).toFixed(1)),
    row("real seconds on this machine", (d) => d.realSeconds.toFixed(1)),
  ]);
}

export function deploymentGoals(small: Deployment, large: Deployment): Goal[] {
  const { measured } = large;
  const more = measured.stateTransitions / small.measured.stateTransitions - 1;
  const at = `at ${large.nodes} nodes`;
  return [
    goal(`transitions ${at} against ${small.nodes}`, `${(more * 100).toFixed(1)} %`, "+-20 %", Math.abs(more) <= 0.2),
    goal(
      `history events of one execution ${at}`,
      measured.historyEventsMax,
      "<= 2,000",
      measured.historyEventsMax <= 2000,
    ),
    goal(
      `largest payload ${at}, bytes`,
      measured.largestPayloadBytes,
      "<= 32 KiB",
      measured.largestPayloadBytes <= 32_768,
    ),
    goal(
      `AWS calls by Muster per node ${at}`,
      (ownCalls(large) / large.nodes).toFixed(2),
      "<= 0.5",
      ownCalls(large) / large.nodes <= 0.5,
    ),
    ...[small, large].map((d) =>
      goal(
        `time beyond the critical path's waits at ${d.nodes} nodes`,
        `${(beyondWaits(d) * 100).toFixed(1)} %`,
        "<= 10 %",
        beyondWaits(d) <= 0.1,
      ),
    ),
  ];
}

/** Side by side: what the same deployment asks for here, measured, and of the incumbent, modelled from its code. */
export function printBesideIncumbent(deployments: readonly Deployment[]): void {
  const rows: [string, keyof Counts, number][] = [
    ["Lambda invocations", "lambdaInvocations", 0],
    ["DynamoDB calls", "dynamodbCalls", 0],
    ["EC2 calls", "ec2Calls", 0],
    ["idle hour: transitions", "idleTransitions", 0],
    ["idle hour: Lambda invocations", "idleLambdaInvocations", 0],
    ["idle hour: AWS calls", "idleCalls", 0],
    ["idle month: transitions, dollars", "idleDollars", 2],
  ];
  printTable([
    ["", ...deployments.flatMap(({ nodes }) => [`${nodes} nodes: Muster`, "Terraform module", "ratio"])],
    ...rows.map(([name, key, digits]) => [
      name,
      ...deployments.flatMap((deployment) => {
        const [own, theirs] = [musterCounts(deployment)[key], incumbentCounts(deployment)[key]];
        return [own.toFixed(digits), theirs.toFixed(digits), own === 0 ? "-" : `${(theirs / own).toFixed(1)}x`];
      }),
    ]),
  ]);
  print("The module is counted from its code (tests/bench/incumbent.ts), not run: it needs an AWS account.");
}

function ownCalls({ measured, callsByNodes }: Deployment): number {
  return measured.calls - callsByNodes;
}

/** The part of its time that is not one of the critical path's waits. */
function beyondWaits(deployment: Deployment): number {
  return deployment.seconds / waitSeconds(deployment) - 1;
}

function waitSeconds({ waits }: Deployment): number {
  return waits.reduce((sum, wait) => sum + wait.seconds, 0);
}
