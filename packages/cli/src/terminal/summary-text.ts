import {
  HOURS_PER_MONTH,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  STATE_TRANSITION,
  type ClusterView,
  type ForecastView,
  type OperationView,
} from "@muster/core";
import type { Measured } from "../local/measure.ts";
import { dollars, duration } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";

/** How a deployment in the embedded cloud went, what it cost, and what to try next. */
export function summaryText(
  result: {
    forecast: ForecastView;
    operation: OperationView;
    cluster: ClusterView | undefined;
    measured: Measured;
    awsUrl: string;
    realMs: number;
  },
  terminal: Pick<Terminal, "isInteractive">,
): string {
  const { forecast, operation, cluster, measured, awsUrl, realMs } = result;
  const { bold, green, red, dim, cyan } = styles(terminal);
  const name = operation.cluster;
  const controlPlane =
    measured.stateTransitions * STATE_TRANSITION +
    measured.lambdaInvocations * LAMBDA_REQUEST +
    measured.lambdaGbSeconds * LAMBDA_GB_SECOND;
  const head =
    operation.status === "succeeded"
      ? green(
          `${name} is ready: ${(cluster?.tiers ?? []).map((tier) => `${tier.active} ${tier.name}`).join(", ")} nodes are active.`,
        )
      : red(`${name}: ${operation.failure?.what ?? operation.status}`);
  const failure =
    operation.failure === undefined ? [] : [`  why: ${operation.failure.why}`, `  do:  ${operation.failure.remedy}`];
  return [
    "",
    bold(head),
    ...failure,
    `  ${duration(measured.simulatedSeconds * 1000)} of cloud time (forecast ${duration(forecast.minutes * 60_000)}), ${duration(realMs)} of yours`,
    `  ${measured.stateTransitions} state transitions, ${measured.lambdaInvocations} function calls, ${measured.calls} calls to AWS, largest payload ${measured.largestPayloadBytes} bytes`,
    `  deploying it would have cost ${dollars(controlPlane)} of Step Functions and Lambda${forecast.dollarsPerHour === undefined ? "" : `; it would cost ${dollars(forecast.dollarsPerHour)} per hour, ${dollars(forecast.dollarsPerHour * HOURS_PER_MONTH)} a month, to run`}`,
    "",
    "Try next, from a second terminal:",
    `  ${cyan(`npx muster cluster get ${name}`)}`,
    `  ${cyan(`aws --endpoint-url ${awsUrl} ec2 describe-instances --query "Reservations[].Instances[].[InstanceId,State.Name]"`)}${dim("  (any region, any credentials)")}`,
    `  ${cyan(`npx muster cluster destroy ${name} --confirm ${name}`)}`,
    "",
  ].join("\n");
}
