import type { CommandRecord } from "./records.ts";

/** How long commands are remembered, ms: 30 days. https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html */
const HISTORY_MS = 2_592_000_000;

/** Commands by id, and by the nodes that they went to. */
export class CommandStore {
  readonly commands = new Map<string, CommandRecord>();
  readonly #byInstance = new Map<string, CommandRecord[]>();

  add(command: CommandRecord): void {
    this.commands.set(command.commandId, command);
  }

  /** The command has an invocation on that node. */
  index(command: CommandRecord, instanceId: string): void {
    const known = this.#byInstance.get(instanceId);
    if (known === undefined) this.#byInstance.set(instanceId, [command]);
    else known.push(command);
  }

  /** Commands that went to the node, the oldest first. */
  ofInstance(instanceId: string): readonly CommandRecord[] {
    return (this.#byInstance.get(instanceId) ?? []).filter((command) => this.commands.has(command.commandId));
  }

  /** Lets go of what is too old. */
  forget(now: number): void {
    for (const [commandId, command] of this.commands) {
      if (command.requestedAt + HISTORY_MS > now) return;
      this.commands.delete(commandId);
    }
  }
}
