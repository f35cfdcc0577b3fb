import type { CommandProgress, Invocation } from "../ports/commands.ts";

/** How far one of a run's commands is. */
export interface SentProgress {
  readonly commandId: string;
  readonly progress: CommandProgress;
}

export interface CommandInvocation extends Invocation {
  readonly commandId: string;
}

/** By instance id. */
export function latestInvocations(commands: readonly SentProgress[]): Map<string, CommandInvocation> {
  return new Map(
    commands.flatMap(({ commandId, progress }) =>
      progress.invocations.map((invocation) => [invocation.instanceId, { ...invocation, commandId }] as const),
    ),
  );
}
