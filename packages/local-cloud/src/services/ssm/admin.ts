import type { SsmCore } from "./core.ts";
import type { CommandRecord, CommandState, InvocationState } from "./commands/records.ts";

/** The other side of Systems Manager: what tests, the simulation and invariant checkers may look at and do. */
export interface SsmAdmin {
  /** Every command of the last 30 days, as it really is. */
  commands(): readonly CommandFacts[];
  /** Nodes that have registered, and whether their agent can be reached now. */
  managedNodes(): readonly { readonly instanceId: string; readonly online: boolean; readonly registeredAt: number }[];
  /** From now on (or no longer) the node refuses commands with AccessDenied. */
  denyNode(instanceId: string, denied: boolean): void;
}

export interface CommandFacts {
  readonly commandId: string;
  readonly documentName: string;
  readonly comment: string;
  readonly requestedAt: number;
  /** When the last step on the last node ended so far, epoch ms. */
  readonly endedAt: number | undefined;
  readonly state: CommandState;
  readonly invocations: Readonly<Record<string, InvocationState>>;
}

function lastEnd({ invocations }: CommandRecord): number | undefined {
  const ends = [...invocations.values()].flatMap(({ view }) => view.actual.reports.map((report) => report.endedAt));
  return ends.length === 0 ? undefined : ends.reduce((last, end) => Math.max(last, end));
}

export function ssmAdmin(core: SsmCore): SsmAdmin {
  return {
    commands: () =>
      [...core.commands.commands.values()].map((command) => ({
        commandId: command.commandId,
        documentName: command.documentName,
        comment: command.comment,
        requestedAt: command.requestedAt,
        endedAt: lastEnd(command),
        state: command.state,
        invocations: Object.fromEntries(
          [...command.invocations].map(([instanceId, invocation]) => [instanceId, invocation.view.actual.state]),
        ),
      })),
    managedNodes: () =>
      [...core.registry.managed.values()].map(({ instanceId, online, registeredAt }) => ({
        instanceId,
        online,
        registeredAt,
      })),
    denyNode: (instanceId, denied) => {
      if (denied) core.dispatcher.deniedNodes.add(instanceId);
      else core.dispatcher.deniedNodes.delete(instanceId);
    },
  };
}
