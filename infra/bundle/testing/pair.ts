import { classify } from "@muster/aws";
import { AwsError } from "@muster/local-cloud";
import type { Arbitrary } from "fast-check";
import { valueOf } from "./arbitrary.ts";
import type { Constructor, SdkModule, Twins } from "./two-clients.ts";
import type { TappedRequest, WireTap } from "./wire-tap.ts";

/** The same operation through the SDK's client and through a bundle's. */
export interface Pair {
  readonly input: Arbitrary<Record<string, unknown>>;
  readonly output: Arbitrary<Record<string, unknown>>;
  /** Every exception that the service models, and what AWS's front door may answer in its place. */
  readonly errors: readonly AwsError[];
  readonly whole: (input: object) => Promise<Outcome>;
  readonly bundled: (input: object) => Promise<Outcome>;
}

/** What a call came to, and what it sent; without what differs from one request to the next. */
export interface Outcome {
  readonly result: unknown;
  readonly sent: unknown;
}

export function pairOf({ whole, bundled, client }: Twins, command: string, tap: WireTap): Pair {
  const operation = new (classIn(bundled, command))({}) as { operation: readonly unknown[] };
  const [, , , , input, output] = operation.operation;
  return {
    input: valueOf(input) as Arbitrary<Record<string, unknown>>,
    output: valueOf(output) as Arbitrary<Record<string, unknown>>,
    errors: errorsOf(whole),
    whole: caller(whole, { client, command, tap }),
    bundled: caller(bundled, { client, command, tap }),
  };
}

function caller(module: SdkModule, { client, command, tap }: { client: string; command: string; tap: WireTap }) {
  const Command = classIn(module, command);
  const instance = new (classIn(module, client))({
    region: "eu-west-1",
    endpoint: tap.url,
    maxAttempts: 1,
    credentials: { accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" },
  }) as { send: (command: object) => Promise<Readonly<Record<string, unknown>>> };
  return async (input: object): Promise<Outcome> => {
    const result = await instance.send(new Command(structuredClone(input))).then(
      ({ $metadata, ...output }) => ({ output, status: statusOf($metadata) }),
      (error: unknown) => ({ failed: factsOf(error) }),
    );
    return { result, sent: comparable(tap.request()) };
  };
}

function classIn(module: SdkModule, name: string): Constructor {
  const found = module[name];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function statusOf(metadata: unknown): unknown {
  return (metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
}

function factsOf(error: unknown) {
  const { name, $fault, $metadata } = error as Error & { $fault?: string; $metadata?: unknown };
  return { name, $fault, status: statusOf($metadata), means: classify(error) };
}

function comparable({ method, path, headers, body }: TappedRequest) {
  const { authorization, "content-type": type, "x-amz-target": target, "x-amz-security-token": token } = headers;
  const scope = /Credential=[^/]+\/\d+\/([^,]+)/.exec(String(authorization))?.[1];
  return { method, path, type, target, token, scope, length: headers["content-length"], body };
}

function errorsOf(module: SdkModule): AwsError[] {
  const modeled = Object.entries(module)
    .filter(([name, value]) => isException(value) && !name.endsWith("ServiceException"))
    .map(([name, Exception]) => {
      const { $fault } = new Exception({}) as { $fault?: string };
      return new AwsError(name, `It says ${name}.`, { status: $fault === "server" ? 500 : 400 });
    });
  const known = new Set(modeled.map(({ code }) => code));
  return [...modeled, ...FRONT_DOOR.filter(({ code }) => !known.has(code))];
}

function isException(value: unknown): boolean {
  return typeof value === "function" && value.prototype instanceof Error;
}

const FRONT_DOOR: readonly AwsError[] = [
  new AwsError("ThrottlingException", "Rate exceeded"),
  new AwsError("RequestLimitExceeded", "Request limit exceeded.", { status: 503 }),
  new AwsError("AccessDeniedException", "User is not authorized", { status: 403 }),
  new AwsError("UnauthorizedOperation", "You are not authorized", { status: 403 }),
  new AwsError("InternalFailure", "Something broke.", { status: 500 }),
  new AwsError("InsufficientInstanceCapacity", "We have none.", { status: 500 }),
];
