import type {
  CancelCommandRequest,
  CommandFilter,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
} from "@aws-sdk/client-ssm";
import { fromIso } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import type { SsmCore } from "../core.ts";
import { invalidCommandId, invalidInstanceId, invocationDoesNotExist } from "../errors.ts";
import { invalidRequest, newestFirst, notImplemented, refuseOthers, required, takePage } from "../input.ts";
import {
  commandStates,
  invocationStates,
  type CommandRecord,
  type InvocationRecord,
  type InvocationView,
} from "./records.ts";
import { renderCommand, renderInvocation, renderResult } from "./render-command.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html and API_ListCommandInvocations.html */
const PAGE = { min: 1, max: 50, size: 50 } as const;
const COMMAND_ID = "[0-9a-f-]{36}";

/** The newest first, with counters that need no look at the invocations. */
export function listCommands(core: SsmCore, input: ListCommandsRequest): ListCommandsResult {
  refuseOthers("ListCommands", input, ["CommandId", "InstanceId", "Filters", "MaxResults", "NextToken"]);
  checkConstraints([{ at: "commandId", value: input.CommandId, pattern: COMMAND_ID }]);
  core.commands.forget(core.clock.now());
  const filters = parseFilters("ListCommands", input.Filters);
  if (input.InstanceId !== undefined && filters.some(({ key, value }) => key === "Status" && value === "Pending")) {
    throw invalidRequest("You can't specify an instance ID together with the status Pending.");
  }
  const all =
    input.InstanceId === undefined ? [...core.commands.commands.values()] : core.commands.ofInstance(input.InstanceId);
  const shown = all.filter(
    (command) =>
      isShown(core, command) &&
      (input.CommandId === undefined || command.commandId === input.CommandId) &&
      filters.every((filter) => matches(filter, command, commandStates[command.state].status)),
  );
  const { page, ...token } = takePage(shown, input, {
    key: (command) => newestFirst(command.requestedAt, command.commandId),
    range: PAGE,
  });
  return { ...token, Commands: page.map(renderCommand) };
}

/** Of one command, or of one node. An empty list does not mean that nothing was sent. */
export function listCommandInvocations(
  core: SsmCore,
  input: ListCommandInvocationsRequest,
): ListCommandInvocationsResult {
  refuseOthers("ListCommandInvocations", input, [
    "CommandId",
    "InstanceId",
    "Filters",
    "MaxResults",
    "NextToken",
    "Details",
  ]);
  checkConstraints([{ at: "commandId", value: input.CommandId, pattern: COMMAND_ID }]);
  core.commands.forget(core.clock.now());
  const filters = parseFilters("ListCommandInvocations", input.Filters);
  const shown = candidates(core, input).flatMap((invocation) => {
    const view = shownView(core, invocation);
    if (view === undefined) return [];
    const { status } = invocationStates[view.state];
    return filters.every((filter) => matches(filter, invocation.command, status)) ? [{ invocation, view }] : [];
  });
  const { page, ...token } = takePage(shown, input, {
    // Of one command the node tells them apart; that is the long list, and the cheap key.
    key: ({ invocation: { command, instanceId } }) =>
      input.CommandId === undefined
        ? newestFirst(command.requestedAt, `${command.commandId} ${instanceId}`)
        : instanceId,
    range: PAGE,
  });
  return {
    ...token,
    CommandInvocations: page.map(({ invocation, view }) =>
      renderInvocation(invocation, view, {
        details: input.Details ?? false,
        name: core.nodes.get(invocation.instanceId)?.tags.get("Name") ?? "",
      }),
    ),
  };
}

/** One step on one node. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export function getCommandInvocation(core: SsmCore, input: GetCommandInvocationRequest): GetCommandInvocationResult {
  const commandId = required(input.CommandId, "commandId");
  checkConstraints([{ at: "commandId", value: commandId, pattern: COMMAND_ID }]);
  core.commands.forget(core.clock.now());
  const invocation = core.commands.commands.get(commandId)?.invocations.get(required(input.InstanceId, "instanceId"));
  const view = invocation === undefined ? undefined : shownView(core, invocation);
  if (invocation === undefined || view === undefined) throw invocationDoesNotExist();
  const steps = invocation.command.version.content.steps.map((step) => step.name);
  const wanted = input.PluginName ?? (steps.length === 1 ? steps[0] : undefined);
  // Of several steps one must be named; AWS's text is not public.
  if (wanted === undefined || !steps.includes(wanted)) throw new AwsError("InvalidPluginName", "");
  return renderResult(invocation, view, wanted);
}

/** Tries to: what has ended before the agent hears of it stays as it is. */
export function cancelCommand(core: SsmCore, input: CancelCommandRequest): object {
  const command = core.commands.commands.get(required(input.CommandId, "commandId"));
  if (command === undefined) throw invalidCommandId();
  const ids = input.InstanceIds ?? [];
  if (new Set(ids).size < ids.length) throw new AwsError("DuplicateInstanceId", "");
  const unknown = ids.filter((id) => !command.invocations.has(id));
  if (unknown.length > 0) throw invalidInstanceId(unknown, core.context.account);
  core.dispatcher.cancel(command, ids.length === 0 ? undefined : ids);
  return {};
}

function isShown(core: SsmCore, command: CommandRecord): boolean {
  return command.shownFrom <= core.clock.now();
}

function shownView(core: SsmCore, invocation: InvocationRecord): InvocationView | undefined {
  return invocation.view.seen(core.clock.now());
}

function candidates(core: SsmCore, input: ListCommandInvocationsRequest): readonly InvocationRecord[] {
  const { CommandId: commandId, InstanceId: instanceId } = input;
  if (commandId !== undefined) {
    const { invocations } = core.commands.commands.get(commandId) ?? {};
    if (invocations === undefined) return [];
    return instanceId === undefined ? [...invocations.values()] : [invocations.get(instanceId) ?? []].flat();
  }
  const commands =
    instanceId === undefined ? [...core.commands.commands.values()] : core.commands.ofInstance(instanceId);
  return commands.flatMap((command) =>
    instanceId === undefined ? [...command.invocations.values()] : [command.invocations.get(instanceId) ?? []].flat(),
  );
}

interface ParsedFilter {
  readonly key: "InvokedAfter" | "InvokedBefore" | "Status" | "DocumentName";
  readonly value: string;
  /** Of the two by time, epoch ms. */
  readonly at: number;
}

function parseFilters(operation: string, filters: readonly CommandFilter[] | undefined): ParsedFilter[] {
  return (filters ?? []).map(({ key, value = "" }) => {
    if (key !== "InvokedAfter" && key !== "InvokedBefore" && key !== "Status" && key !== "DocumentName") {
      throw notImplemented(`${operation} filter ${String(key)}`);
    }
    const isTime = key === "InvokedAfter" || key === "InvokedBefore";
    const at = isTime ? fromIso(value) : 0;
    if (at === undefined) throw invalidRequest(`The value ${value} of the filter ${key} is no time.`);
    return { key, value, at };
  });
}

function matches(filter: ParsedFilter, command: CommandRecord, status: string): boolean {
  switch (filter.key) {
    case "InvokedAfter":
      return command.requestedAt > filter.at;
    case "InvokedBefore":
      return command.requestedAt < filter.at;
    case "Status":
      return status === filter.value;
    case "DocumentName":
      return command.documentName === filter.value;
  }
}
