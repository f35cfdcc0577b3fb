import type {
  GetFunctionCommandInput,
  GetFunctionConfigurationCommandInput,
  InvocationRequest,
  ListFunctionsCommandInput,
} from "@aws-sdk/client-lambda";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { AccessRequest, Call, ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import { denialMessage } from "../iam/denial.ts";
import { AsyncQueue, type AsyncCounts } from "./async-queue.ts";
import { calmLambda, type LambdaDials } from "./dials.ts";
import { describeConfiguration } from "./function-configuration.ts";
import { FIRST_VERSION, type FunctionHost } from "./function-host.ts";
import { parseFunctionName } from "./function-name.ts";
import { FunctionPool } from "./function-pool.ts";
import type { FunctionUsage, RunOutcome } from "./function-runner.ts";
import { ASYNC_PAYLOAD_BYTES_MAX, LIST_FUNCTIONS_MAX, SYNC_PAYLOAD_BYTES_MAX } from "./limits.ts";

export interface LambdaOptions {
  readonly hosts: readonly FunctionHost[];
  /** How dead letters reach SQS, as the function's role. */
  readonly call: Kernel["call"];
  readonly dials?: LambdaDials;
  /** Concurrent executions of the account; AWS's default of 1,000 otherwise. */
  readonly accountConcurrency?: number;
}

/** The embedded Lambda: runs the real handlers that its composition gives it. */
export interface Lambda extends ServicePlugin {
  /** What each function has used, by name. */
  readonly usage: () => ReadonlyMap<string, FunctionUsage>;
  readonly asyncCounts: () => AsyncCounts;
}

/**
 * Lambda's invocations, synchronous and asynchronous, of functions that are there from the start.
 * https://docs.aws.amazon.com/lambda/latest/api/
 */
export function createLambda(context: ServiceContext, options: LambdaOptions): Lambda {
  const { hosts, call, dials = calmLambda } = options;
  const pool = new FunctionPool({ context, hosts, dials, accountConcurrency: options.accountConcurrency });
  const queue = new AsyncQueue({
    context,
    dials,
    call,
    run: (host, payload, requestId) => pool.run(host.name, payload, requestId),
  });
  const find = (name: string | undefined, qualifier?: string): Found => {
    const reference = parseFunctionName(context, name, qualifier);
    const host = pool.host(reference.name);
    const version = host === undefined || !reference.isHere ? undefined : versionOf(host, reference.qualifier);
    if (host === undefined || version === undefined) throw functionNotFound(reference.arn);
    return { host, version, qualifier: reference.qualifier };
  };
  const madeAt = context.clock.now();
  const describe = (found: Found) => describeConfiguration(context, found, madeAt);
  return {
    service: "lambda",
    operations: {
      Invoke: (input: InvocationRequest, { requestId }: Call) =>
        invoke({ pool, queue, requestId }, find(input.FunctionName, input.Qualifier), input),
      GetFunction: (input: GetFunctionCommandInput) => {
        const found = find(input.FunctionName, input.Qualifier);
        const { reservedConcurrency } = found.host;
        return {
          Configuration: describe(found),
          ...(reservedConcurrency !== undefined && {
            Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
          }),
        };
      },
      GetFunctionConfiguration: (input: GetFunctionConfigurationCommandInput) =>
        describe(find(input.FunctionName, input.Qualifier)),
      ListFunctions: (input: ListFunctionsCommandInput) => listFunctions(hosts, describe, input),
    },
    access: (operation, input) => access(context, operation, input),
    throttled: () =>
      new AwsError("TooManyRequestsException", "Rate exceeded", {
        status: 429,
        members: { Reason: "CallerRateLimitExceeded", Type: "User" },
      }),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call), { status: 403 }),
    usage: () => pool.usage(),
    asyncCounts: () => queue.counts(),
  };
}

interface InvokeParts {
  readonly pool: FunctionPool;
  readonly queue: AsyncQueue;
  readonly requestId: string;
}

/** What a name and a qualifier stand for. */
interface Found {
  readonly host: FunctionHost;
  readonly version: string;
  readonly qualifier: string | undefined;
}

async function invoke({ pool, queue, requestId }: InvokeParts, { host, version }: Found, input: InvocationRequest) {
  const type = input.InvocationType ?? "RequestResponse";
  checkConstraints([{ at: "invocationType", value: type, oneOf: ["Event", "RequestResponse", "DryRun"] }]);
  refuseMembers("Invoke", {
    ClientContext: input.ClientContext,
    DurableExecutionName: input.DurableExecutionName,
    TenantId: input.TenantId,
    LogType: input.LogType === "None" ? undefined : input.LogType,
  });
  const payload = readPayload(input.Payload, type);
  if (type === "DryRun") return { StatusCode: 204 };
  if (type === "Event") {
    queue.accept(host, payload, requestId);
    return { StatusCode: 202, Payload: new Uint8Array() };
  }
  return answer(await pool.run(host.name, payload, requestId), version);
}

function answer(outcome: RunOutcome, version: string) {
  const isError = "error" in outcome;
  return {
    StatusCode: 200,
    ExecutedVersion: version,
    ...(isError && { FunctionError: "Unhandled" }),
    Payload: new TextEncoder().encode(isError ? JSON.stringify(outcome.error) : outcome.answer),
  };
}

// Without a payload a Node function gets an empty object.
function readPayload(payload: Uint8Array | undefined, type: string): string {
  if (payload === undefined || payload.length === 0) return "{}";
  const limit = type === "Event" ? ASYNC_PAYLOAD_BYTES_MAX : SYNC_PAYLOAD_BYTES_MAX;
  if (payload.length > limit) {
    throw new AwsError(
      "RequestTooLargeException",
      `${payload.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { status: 413, members: { Type: "User" } },
    );
  }
  const text = new TextDecoder().decode(payload);
  try {
    JSON.parse(text);
  } catch {
    // AWS goes on with its JSON parser's own words, which are not stable.
    // oxlint-disable-next-line preserve-caught-error
    throw new AwsError(
      "InvalidRequestContentException",
      "Could not parse request body into json: Could not parse payload into json",
      { members: { Type: "User" } },
    );
  }
  return text;
}

function listFunctions(
  hosts: readonly FunctionHost[],
  describe: (found: Found) => unknown,
  input: ListFunctionsCommandInput,
) {
  refuseMembers("ListFunctions", { MasterRegion: input.MasterRegion, FunctionVersion: input.FunctionVersion });
  checkConstraints([{ at: "maxItems", value: input.MaxItems, min: 1, max: 10_000 }]);
  const size = Math.min(input.MaxItems ?? LIST_FUNCTIONS_MAX, LIST_FUNCTIONS_MAX);
  const sorted = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const from = input.Marker === undefined ? 0 : sorted.findIndex(({ name }) => name > (input.Marker ?? ""));
  const page = from < 0 ? [] : sorted.slice(from, from + size);
  const last = page.at(-1)?.name;
  return {
    Functions: page.map((host) => describe({ host, version: LATEST, qualifier: undefined })),
    ...(last !== undefined && last !== sorted.at(-1)?.name && { NextMarker: last }),
  };
}

function access(context: ServiceContext, operation: string, input: unknown): AccessRequest[] {
  if (operation === "ListFunctions") return [{ action: "lambda:ListFunctions", resource: "*" }];
  const { FunctionName, Qualifier } = input as { FunctionName?: string; Qualifier?: string };
  const action = operation === "Invoke" ? "lambda:InvokeFunction" : `lambda:${operation}`;
  return [{ action, resource: parseFunctionName(context, FunctionName, Qualifier).arn }];
}

/** The version that a qualifier stands for; undefined when there is none such. */
function versionOf({ aliases = [] }: FunctionHost, qualifier: string = LATEST): string | undefined {
  if (qualifier === LATEST) return LATEST;
  if (aliases.includes(qualifier)) return FIRST_VERSION;
  return aliases.length > 0 && qualifier === FIRST_VERSION ? FIRST_VERSION : undefined;
}

const LATEST = "$LATEST";

function functionNotFound(arn: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, {
    status: 404,
    members: { Type: "User" },
  });
}
