import {
  CreateDocumentCommand,
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import { RunInstancesCommand, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { connect } from "../../../kernel/connect.ts";
import type { Caller } from "../../../kernel/service.ts";
import { publicImageParameters } from "../../ec2/index.ts";
import {
  clientOptions,
  createTestCloud,
  launchInput,
  ROLE,
  USER,
  type TestCloudOptions,
} from "../../ec2/testing/test-cloud.ts";
import type { SsmDials } from "../dials.ts";
import { createSsm } from "../ssm.ts";

/** No lag and no spread: agents are online five seconds after the boot, and everything else happens at once. */
export const promptSsm: Partial<SsmDials> = {
  online: [{ share: 1, delayMs: { min: 5_000, max: 5_000 } }],
  deliveryMs: { min: 0, max: 0 },
  reportMs: { min: 0, max: 0 },
  readLagMs: { min: 0, max: 0 },
  statusLagMs: { min: 0, max: 0 },
  pingLostMs: { min: 300_000, max: 300_000 },
  deregisterMs: { min: 60_000, max: 60_000 },
  undeliverableMs: { min: 10_000, max: 10_000 },
  rebootMs: { min: 40_000, max: 40_000 },
};

export interface NodeCloudOptions {
  readonly ec2?: TestCloudOptions;
  readonly dials?: Partial<SsmDials>;
  readonly mayRegister?: (roleArn: string) => boolean;
}

/** EC2 and Systems Manager in one kernel, and SDK clients of both. */
export function createNodeCloud(options: NodeCloudOptions = {}) {
  const cloud = createTestCloud(options.ec2);
  const ssm = createSsm(cloud.context, {
    nodes: cloud.ec2.nodes,
    runtime: cloud.runtime,
    publicParameters: publicImageParameters(cloud.world),
    dials: { ...promptSsm, ...options.dials },
    ...(options.mayRegister === undefined ? {} : { mayRegister: options.mayRegister }),
  });
  cloud.kernel.register(ssm);
  const client = (caller: Caller) => connect(new SSMClient(clientOptions), cloud.kernel, () => caller);
  return { ...cloud, ssm, ssmClient: client(USER), ssmAsRole: client(ROLE) };
}

export type NodeCloud = ReturnType<typeof createNodeCloud>;

/** Launches instances that can register, and waits until their agents would be online. */
export async function startNodes(
  cloud: NodeCloud,
  count: number,
  input: Partial<RunInstancesCommandInput> = {},
): Promise<string[]> {
  const answer = await cloud.clock.run(
    cloud.aws.send(
      new RunInstancesCommand(
        launchInput(cloud, {
          MinCount: count,
          MaxCount: count,
          IamInstanceProfile: { Name: "muster-node" },
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "muster:tier", Value: "backend" }] }],
          ...input,
        }),
      ),
    ),
  );
  await cloud.clock.advance(20_000);
  return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

export interface DocumentOptions {
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
  readonly targetType?: string | undefined;
}

/** The text of a document with one step, `main`, unless the test says otherwise. */
export function documentText(options: DocumentOptions = {}): string {
  return JSON.stringify({
    schemaVersion: "2.2",
    parameters: options.parameters ?? {},
    mainSteps: options.steps ?? [step("main")],
  });
}

export function step(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
  inputs: object = {},
): Record<string, unknown> {
  return { action: "aws:runShellScript", name, inputs: { runCommand: ["true"], ...inputs }, ...more };
}

export async function createDocument(cloud: NodeCloud, options: DocumentOptions = {}): Promise<string> {
  const Name = options.name ?? "muster-test";
  await cloud.clock.run(
    cloud.ssmClient.send(
      new CreateDocumentCommand({
        Name,
        Content: documentText(options),
        DocumentType: "Command",
        TargetType: "targetType" in options ? options.targetType : "/AWS::EC2::Instance",
      }),
    ),
  );
  return Name;
}

export async function send(cloud: NodeCloud, input: Partial<SendCommandCommandInput>): Promise<string> {
  const answer = await cloud.clock.run(
    cloud.ssmClient.send(new SendCommandCommand({ DocumentName: "muster-test", ...input })),
  );
  return answer.Command?.CommandId ?? "";
}

/** The command as ListCommands shows it. */
export async function commandOf(cloud: NodeCloud, CommandId: string) {
  const answer = await cloud.clock.run(cloud.ssmClient.send(new ListCommandsCommand({ CommandId })));
  return answer.Commands?.[0];
}

/** What GetCommandInvocation says of one node. */
export function resultOf(cloud: NodeCloud, CommandId: string, InstanceId: string, PluginName?: string) {
  return cloud.clock.run(
    cloud.ssmClient.send(
      new GetCommandInvocationCommand({ CommandId, InstanceId, ...(PluginName === undefined ? {} : { PluginName }) }),
    ),
  );
}

/** The states of all invocations as they really are, by node. */
export function statesOf(cloud: NodeCloud, commandId: string): Readonly<Record<string, string>> {
  return cloud.ssm.admin.commands().find((command) => command.commandId === commandId)?.invocations ?? {};
}
