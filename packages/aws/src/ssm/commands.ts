import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
  type CommandInvocation,
  type SendCommandCommandInput,
} from "@aws-sdk/client-ssm";
import type { Agent, Command, CommandProgress, Commands, Invocation, SentCommand } from "@muster/core";
import { classify, INVALID_INSTANCE_ID } from "../aws-errors.ts";
import { pages } from "../pages.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** SSM Run Command and the registry of nodes. */
export function commands(runtime: AwsRuntime): Commands {
  const client = runtime.client(SSMClient);
  const ssm = { runtime, client };
  return {
    agents: (instanceIds) => agents(ssm, instanceIds),
    send: (command) => send(ssm, command),
    find: async ({ document, comment, since }) => {
      const found = await pages((NextToken) =>
        call(runtime, "ssm:ListCommands", () =>
          client.send(
            new ListCommandsCommand({
              Filters: [
                { key: "DocumentName", value: document },
                // SSM takes seconds, and this clock and its may differ a little.
                { key: "InvokedAfter", value: new Date(since - CLOCK_SKEW_MS).toISOString().replace(/\.\d+/, "") },
              ],
              MaxResults: COMMANDS_PAGE,
              NextToken,
            }),
          ),
        ),
      );
      return found
        .flatMap((page) => page.Commands ?? [])
        .flatMap((sent) => (sent.Comment === comment && sent.CommandId !== undefined ? [sent.CommandId] : []));
    },
    progress: (commandId) => progress(ssm, commandId),
    output: async (CommandId, InstanceId) => {
      const answer = await call(runtime, "ssm:GetCommandInvocation", () =>
        client.send(new GetCommandInvocationCommand({ CommandId, InstanceId })),
      );
      return { stdout: answer.StandardOutputContent ?? "", stderr: answer.StandardErrorContent ?? "" };
    },
  };
}

/** SSM: ids of one SendCommand; ids of one filter; entries of one page. */
const SEND_IDS_MAX = 50;
const FILTER_VALUES_MAX = 100;
const NODES_PAGE = 50;
const COMMANDS_PAGE = 50;
const CLOCK_SKEW_MS = 60_000;

interface Ssm {
  readonly runtime: AwsRuntime;
  readonly client: SSMClient;
}

async function agents({ runtime, client }: Ssm, instanceIds: readonly string[]): Promise<Agent[]> {
  const found: Agent[] = [];
  for (let start = 0; start < instanceIds.length; start += FILTER_VALUES_MAX) {
    const Filters = [{ Key: "InstanceIds", Values: instanceIds.slice(start, start + FILTER_VALUES_MAX) }];
    const answers = await pages((NextToken) =>
      call(runtime, "ssm:DescribeInstanceInformation", () =>
        client.send(new DescribeInstanceInformationCommand({ Filters, MaxResults: NODES_PAGE, NextToken })),
      ),
    );
    for (const { InstanceId, PingStatus, LastPingDateTime, AgentVersion } of answers.flatMap(
      (page) => page.InstanceInformationList ?? [],
    )) {
      if (InstanceId === undefined) continue;
      found.push({
        instanceId: InstanceId,
        isOnline: PingStatus === "Online",
        // One that SSM has no word of was heard of only now.
        lastSeenAt: LastPingDateTime?.getTime() ?? runtime.clock.now(),
        version: AgentVersion ?? "0",
      });
    }
  }
  return found;
}

async function send(ssm: Ssm, command: Command): Promise<SentCommand> {
  if ("tags" in command.to) {
    const Targets = Object.entries(command.to.tags).map(([key, value]) => ({ Key: `tag:${key}`, Values: [value] }));
    return { commandIds: [await sendOnce(ssm, command, { Targets })], unreachable: [] };
  }
  const { instanceIds } = command.to;
  const commandIds: string[] = [];
  const unreachable: string[] = [];
  for (let start = 0; start < instanceIds.length; start += SEND_IDS_MAX) {
    const chunk = instanceIds.slice(start, start + SEND_IDS_MAX);
    // One id that SSM does not know fails the whole call, and its message need not name it: ask first.
    const registered = new Set((await agents(ssm, chunk)).map((agent) => agent.instanceId));
    const InstanceIds = chunk.filter((id) => registered.has(id));
    unreachable.push(...chunk.filter((id) => !registered.has(id)));
    if (InstanceIds.length === 0) continue;
    try {
      commandIds.push(await sendOnce(ssm, command, { InstanceIds }));
    } catch (error) {
      if (classify(error).code !== INVALID_INSTANCE_ID) throw error;
      unreachable.push(...InstanceIds);
    }
  }
  return { commandIds, unreachable };
}

async function sendOnce(
  { runtime, client }: Ssm,
  command: Command,
  to: Pick<SendCommandCommandInput, "Targets" | "InstanceIds">,
): Promise<string> {
  const input: SendCommandCommandInput = {
    ...to,
    DocumentName: command.document,
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, value]) => [name, [value]])),
    Comment: command.comment,
    TimeoutSeconds: command.deliverySeconds,
    // SSM's defaults are 50 at a time, and to stop at the first failure: both are said, always.
    MaxConcurrency: command.inTurn ? "1" : "100%",
    MaxErrors: command.inTurn ? "0" : "100%",
  };
  // SSM knows no client token. Who sent it finds out by its comment whether it arrived.
  const answer = await call(runtime, "ssm:SendCommand", () => client.send(new SendCommandCommand(input)), {
    mayRepeat: false,
  });
  return answer.Command?.CommandId ?? "";
}

async function progress({ runtime, client }: Ssm, CommandId: string): Promise<CommandProgress> {
  const [listed, answers] = await Promise.all([
    call(runtime, "ssm:ListCommands", () => client.send(new ListCommandsCommand({ CommandId }))),
    pages((NextToken) =>
      call(runtime, "ssm:ListCommandInvocations", () =>
        client.send(
          new ListCommandInvocationsCommand({ CommandId, Details: true, MaxResults: COMMANDS_PAGE, NextToken }),
        ),
      ),
    ),
  ]);
  const status = listed.Commands?.[0]?.Status;
  return {
    hasEnded: status !== undefined && status !== "Pending" && status !== "InProgress" && status !== "Cancelling",
    invocations: answers.flatMap((page) => page.CommandInvocations ?? []).flatMap(toInvocation),
  };
}

function toInvocation(invocation: CommandInvocation): Invocation[] {
  const { InstanceId, Status, StatusDetails, CommandPlugins } = invocation;
  if (InstanceId === undefined) return [];
  return [
    {
      instanceId: InstanceId,
      status: statusOf(Status),
      detail: StatusDetails ?? Status ?? "",
      output: CommandPlugins?.[0]?.Output ?? "",
    },
  ];
}

function statusOf(status: CommandInvocation["Status"]): Invocation["status"] {
  switch (status) {
    case "Success":
      return "success";
    case "Failed":
    case "TimedOut":
    case "Cancelled":
      return "failed";
    default:
      return "running";
  }
}
