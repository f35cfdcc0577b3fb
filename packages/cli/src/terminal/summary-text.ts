import {
  HOURS_PER_MONTH,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  STATE_TRANSITION,
  type ClusterView,
  type ForecastView,
  type OperationView,
} from "@muster/core";
import { DEFAULT_API } from "../command.ts";
import { errorLines } from "../errors/error-lines.ts";
import type { Measured } from "../local/measure.ts";
import { dollars, duration } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

export interface Summary {
  readonly forecast: ForecastView;
  readonly operation: OperationView;
  readonly cluster: ClusterView | undefined;
  readonly measured: Measured;
  readonly awsUrl: string;
  readonly apiUrl: string;
  /** The embedded cloud is there for what to try next. */
  readonly staysUp: boolean;
  /** What the whole took of the user's own time. */
  readonly realMs: number;
}

/** How a deployment in the embedded cloud went, what it cost, and what to try next. */
export function summaryText(summary: Summary, terminal: Pick<Terminal, "hasColor" | "columns">): string {
  const { forecast, measured, realMs } = summary;
  const { bold } = styles(terminal);
  const indented = (text: string) => wrap(text, { width: terminal.columns(), lead: "  " });
  return [
    "",
    ...headLines(summary, terminal),
    ...indented(
      `${duration(measured.simulatedSeconds * 1000)} of cloud time (forecast: ${duration(forecast.minutes * 60_000)}), ${duration(realMs)} of yours.`,
    ),
    ...indented(
      `${measured.stateTransitions} state transitions, ${measured.lambdaInvocations} function calls, ${measured.calls} calls to AWS; the largest payload had ${measured.largestPayloadBytes} bytes.`,
    ),
    ...indented(costText(summary)),
    "",
    bold(summary.staysUp ? "Try next, from a second terminal:" : "Try next, with npm start, which stays up:"),
    ...nextCommands(summary).map((command) => `  ${command}`),
    "",
    "The AWS CLI wants credentials and a region; any will do:",
    "  export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1",
    "",
  ].join("\n");
}

function headLines(
  { operation, cluster }: Summary,
  terminal: Pick<Terminal, "hasColor" | "columns">,
): readonly string[] {
  if (operation.failure !== undefined) return [...errorLines(operation.failure, terminal), ""];
  const { bold, green } = styles(terminal);
  const nodes = (cluster?.tiers ?? []).map((tier) => `${tier.active} ${tier.name}`).join(", ");
  return [bold(green(`${operation.cluster} is ready: ${nodes} nodes are active.`))];
}

function costText({ forecast: { dollarsPerHour }, measured }: Summary): string {
  const { stateTransitions, lambdaInvocations, lambdaGbSeconds } = measured;
  const controlPlane =
    stateTransitions * STATE_TRANSITION + lambdaInvocations * LAMBDA_REQUEST + lambdaGbSeconds * LAMBDA_GB_SECOND;
  const deployed = `On AWS, deploying it would have cost ${dollars(controlPlane)} of Step Functions and Lambda`;
  return dollarsPerHour === undefined
    ? `${deployed}.`
    : `${deployed}; it would cost ${dollars(dollarsPerHour)} per hour, ${dollars(dollarsPerHour * HOURS_PER_MONTH)} a month, to run.`;
}

/** Three, each a whole line, however long: they are there to be copied. */
function nextCommands({ operation, cluster, awsUrl, apiUrl, staysUp }: Summary): string[] {
  const { cluster: name, id, executionArn, failure } = operation;
  const api = apiUrl === DEFAULT_API ? "" : ` --api ${apiUrl}`;
  const aws = `aws --endpoint-url ${awsUrl}`;
  const instances = `${aws} ec2 describe-instances`;
  const destroy = `npx muster cluster destroy ${name} --confirm ${name}${api}`;
  // Its ids and its ports are gone with it: what can be looked at is the next one.
  if (!staysUp)
    return ["npm start", `npx muster cluster list`, `aws --endpoint-url ${DEFAULT_AWS} ec2 describe-instances`];
  if (failure === undefined) return [`npx muster cluster get ${name}${api}`, instances, destroy];
  return [
    `npx muster operation get ${id}${api}`,
    ...(executionArn === undefined
      ? []
      : [`${aws} stepfunctions get-execution-history --execution-arn ${executionArn}`]),
    ...(cluster === undefined ? [] : [destroy]),
    instances,
    `npx muster cluster list${api}`,
  ].slice(0, NEXT_COMMANDS);
}

const NEXT_COMMANDS = 3;
/** Where `npm start` serves AWS's protocols unless told otherwise. */
const DEFAULT_AWS = "http://127.0.0.1:4566";
