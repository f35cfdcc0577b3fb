import { EC2Client, RunInstancesCommand, type RunInstancesCommandOutput } from "@aws-sdk/client-ec2";
import {
  isMusterError,
  MusterError,
  NODE_ROLE_PREFIX,
  sleep,
  type InstanceLauncher,
  type LaunchOutcome,
  type LaunchRequest,
  type TryOutcome,
} from "@muster/core";
import { classify, DRY_RUN_ALLOWED, isProfileUnknown, TOKEN_OF_TERMINATED } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { runInstancesInput } from "./run-instances.ts";

export function instanceLauncher(runtime: AwsRuntime): InstanceLauncher {
  const client = runtime.client(EC2Client);
  const ec2 = { runtime, client };
  return {
    launch: (request) => launch(ec2, request),
    tryLaunch: (request) => tryLaunch(ec2, request),
  };
}

interface Ec2 {
  readonly runtime: AwsRuntime;
  readonly client: EC2Client;
}

async function launch(ec2: Ec2, request: LaunchRequest): Promise<LaunchOutcome> {
  try {
    const answer = await runInstances(ec2, request);
    const launched = (answer.Instances ?? []).toSorted((a, b) => (a.AmiLaunchIndex ?? 0) - (b.AmiLaunchIndex ?? 0));
    return {
      outcome: "launched",
      instances: launched.flatMap(({ InstanceId, PrivateIpAddress }) =>
        InstanceId === undefined ? [] : [{ instanceId: InstanceId, privateIp: PrivateIpAddress }],
      ),
    };
  } catch (error) {
    // Not an answer of EC2's to this launch: whether it worked is not known, or it was not asked at all.
    if (isMusterError(error)) throw error;
    const { kind, code, message } = classify(error);
    if (kind === "no-capacity") return { outcome: "no-capacity", code, message };
    if (code === TOKEN_OF_TERMINATED) return { outcome: "vanished", code, message };
    if (kind === "other" || kind === "not-found") return { outcome: "refused", code, message };
    throw error;
  }
}

/**
 * The profile may have been made a moment ago, and EC2 learns of it only some seconds later.
 * @throws {MusterError} AwsUnavailable when it still has not
 */
async function runInstances({ runtime, client }: Ec2, request: LaunchRequest): Promise<RunInstancesCommandOutput> {
  const input = runInstancesInput(request);
  const patientUntil = runtime.clock.now() + PROFILE_PATIENCE_MS;
  for (;;) {
    try {
      return await call(runtime, "ec2:RunInstances", () => client.send(new RunInstancesCommand(input)));
    } catch (error) {
      const facts = classify(error);
      // One of the user's own was there when preflight looked.
      if (!isProfileUnknown(facts) || request.instanceProfile?.startsWith(NODE_ROLE_PREFIX) !== true) throw error;
      if (runtime.clock.now() >= patientUntil) throw profileUnknown(request, facts.message, error);
      await sleep(runtime.clock, PROFILE_LOOK_MS);
    }
  }
}

/** Ten seconds are usual; AWS publishes no figure. A launch that takes longer is asked for again by the workflow. */
const PROFILE_PATIENCE_MS = 120_000;
const PROFILE_LOOK_MS = 5_000;

function profileUnknown(request: LaunchRequest, message: string, cause: unknown): MusterError {
  return new MusterError("AwsUnavailable", {
    what: `EC2 does not know instance profile ${request.instanceProfile ?? ""} yet.`,
    why: `${message} (AwsUnavailable)`,
    remedy:
      "The step is repeated by itself; if it goes on, see that the profile is there, with a role: aws iam get-instance-profile.",
    cause,
  });
}

async function tryLaunch({ runtime, client }: Ec2, request: LaunchRequest): Promise<TryOutcome> {
  // Without the token: a dry run may not be taken for the launch itself.
  const { ClientToken: _, ...input } = runInstancesInput(request);
  try {
    await call(runtime, "ec2:RunInstances", () => client.send(new RunInstancesCommand({ ...input, DryRun: true })));
    return { outcome: "allowed" };
  } catch (error) {
    // Denied is an answer here, not a failure of ours.
    if (isMusterError(error, "AwsAccessDenied"))
      return { outcome: "refused", code: "UnauthorizedOperation", message: error.why };
    if (isMusterError(error)) throw error;
    const { code, message } = classify(error);
    return code === DRY_RUN_ALLOWED ? { outcome: "allowed" } : { outcome: "refused", code, message };
  }
}
