import { seededRandom } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import { calmCalls, type CallFaults } from "../../kernel/faults.ts";
import { Kernel } from "../../kernel/kernel.ts";
import { Meter } from "../../kernel/meter.ts";
import type { Caller, Operation, ServiceName, ServicePlugin } from "../../kernel/service.ts";
import { createIam } from "../../services/iam/create-iam.ts";
import { denialMessage } from "../../services/iam/denial.ts";
import { createSts } from "../../services/sts/create-sts.ts";
import { serveAws, type ServeAwsOptions } from "../serve-aws.ts";
import { hastyClock } from "./hasty-clock.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";
export const USER: Caller = { arn: `arn:aws:iam::${ACCOUNT}:user/ann`, isAccountUser: true };

export type Script = Partial<Record<ServiceName, Record<string, Operation>>>;

/** An account with IAM, STS and services that a test scripts, served over HTTP on a free port. */
export async function serveWireCloud(
  script: Script,
  more: Partial<ServeAwsOptions> & { faults?: Partial<CallFaults> } = {},
) {
  const clock = hastyClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(11);
  const context = { clock, random, account: ACCOUNT, region: REGION, emit: () => {} };
  const iam = createIam(context);
  const sts = createSts(context, iam);
  const { faults, ...options } = more;
  const kernel = new Kernel({
    clock,
    random,
    faults: { ...calmCalls, ...faults },
    meter: new Meter(),
    authorize: iam.authorize,
  });
  kernel.register(iam);
  kernel.register(sts);
  for (const [service, operations] of Object.entries(script) as [ServiceName, Record<string, Operation>][]) {
    kernel.register(scripted(service, operations));
  }
  const bugs: unknown[] = [];
  const identify = (key: string) => sts.callerOf(key) ?? USER;
  const server = await serveAws({
    kernel,
    identify,
    random,
    clock,
    port: 0,
    onBug: (bug) => bugs.push(bug),
    ...options,
  });
  return { ...server, iam, sts, bugs };
}

function scripted(service: ServiceName, operations: Record<string, Operation>): ServicePlugin {
  return {
    service,
    operations,
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call)),
  };
}

/** What an SDK client needs to speak to it. */
export function clientConfig(url: string, accessKeyId = "AKIDMUSTER") {
  return { endpoint: url, region: REGION, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: "secret" } };
}

/** The headers of a request that is signed for a service, as far as the wire reads them. */
export function signedFor(service: string, accessKeyId = "AKIDMUSTER"): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
}
