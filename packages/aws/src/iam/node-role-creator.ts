import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { clusterTags, isMusterError, MusterError, nodeRolePath, type NodeRoles } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { codeIs, isAbsent, unless } from "./refusals.ts";
import { onceVisible } from "./visibility.ts";

/** Makes the roles of a stage's clusters. Every step may be done again: what is there already is as it should be. */
export function nodeRoleCreator(
  runtime: AwsRuntime,
  { stage, policyArns }: { readonly stage: string; readonly policyArns: readonly string[] },
): Pick<NodeRoles, "create"> {
  const place = { stage, region: runtime.region };
  const client = runtime.client(IAMClient);
  return {
    create: ({ name, cluster }) =>
      create(
        { runtime, client },
        {
          name,
          path: nodeRolePath(place),
          description: `What the nodes of cluster ${cluster} run as; made by Muster`,
          tags: clusterTags(stage, cluster),
          policyArns,
        },
      ),
  };
}

interface Iam {
  readonly runtime: AwsRuntime;
  readonly client: IAMClient;
}

interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policyArns: readonly string[];
}

async function create({ runtime, client }: Iam, { name, path, description, tags, policyArns }: NewRole): Promise<void> {
  const role = { RoleName: name };
  const profile = { InstanceProfileName: name };
  await unless(isThere, () =>
    call(runtime, "iam:CreateRole", () =>
      client.send(
        new CreateRoleCommand({
          ...role,
          Path: path,
          Description: description,
          AssumeRolePolicyDocument: EC2_MAY_ASSUME_IT,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    ),
  );
  for (const PolicyArn of policyArns) {
    await onceMade(runtime, "iam:AttachRolePolicy", () =>
      client.send(new AttachRolePolicyCommand({ ...role, PolicyArn })),
    );
  }
  await unless(isThere, () =>
    call(runtime, "iam:CreateInstanceProfile", () =>
      client.send(new CreateInstanceProfileCommand({ ...profile, Path: path })),
    ),
  );
  // A profile holds one role: a second one is over the limit, and the first was this.
  await unless(isFull, () =>
    onceMade(runtime, "iam:AddRoleToInstanceProfile", () =>
      client.send(new AddRoleToInstanceProfileCommand({ ...profile, ...role })),
    ),
  );
}

/**
 * What was made a moment ago is not found yet, or is refused: of a name that is not found no path is known.
 * @throws {MusterError} AwsUnavailable when it is still not found, AwsAccessDenied when it is still refused
 */
function onceMade(runtime: AwsRuntime, operation: string, perform: () => Promise<unknown>): Promise<void> {
  return onceVisible(runtime, () => call(runtime, operation, perform), {
    mayPass: (error) => isUnseen(error) || isMusterError(error, "AwsAccessDenied"),
    giveUp: (error) => (isUnseen(error) ? notVisible(operation, error) : error),
  });
}

const isUnseen = (error: unknown): boolean => isAbsent(classify(error));

function notVisible(operation: string, cause: unknown): MusterError {
  return new MusterError("AwsUnavailable", {
    what: "IAM does not know yet what it has just made.",
    why: `${operation}: ${cause instanceof Error ? cause.message : String(cause)} (AwsUnavailable)`,
    remedy: "The step is repeated by itself; if it goes on, look at the AWS Health Dashboard.",
    cause,
  });
}

const isThere = codeIs("EntityAlreadyExists");
const isFull = codeIs("LimitExceeded");

const EC2_MAY_ASSUME_IT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
});
