import type { World } from "@muster/testing/world";

/** How an execution stands, as the console shows it. */
export interface Execution {
  readonly status: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** A machine whose role may call watch-progress. */
export const WAITER = "run-hook";

/**
 * Replaces a machine's definition, for whoever starts it: it stands still, or asks watch-progress to watch what its input
 * says and waits for the answer, as the real one does.
 */
export async function standStill(
  load: World["muster"]["cloud"]["load"],
  name: string,
  stateMachineArn: string,
): Promise<void> {
  const real = (await load("states", "DescribeStateMachine", { stateMachineArn })) as { definition: string };
  const watch = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Arguments: {
      FunctionName: /"FunctionName":\s*"([^"]*watch-progress[^"]*)"/.exec(real.definition)?.[1],
      Payload: "{% $merge([$states.context.Execution.Input, {'token': $states.context.Task.Token}]) %}",
    },
    End: true,
  };
  const wait = { Type: "Wait", Seconds: 30_000_000, End: true };
  const States = { "Only state": name === WAITER ? watch : wait };
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: "Only state", States });
  const updated = await load("states", "UpdateStateMachine", { stateMachineArn, definition, publish: true });
  const { stateMachineVersionArn } = updated as { stateMachineVersionArn: string };
  const { stateMachineAliases } = (await load("states", "ListStateMachineAliases", { stateMachineArn })) as {
    stateMachineAliases: readonly { stateMachineAliasArn: string }[];
  };
  for (const { stateMachineAliasArn } of stateMachineAliases) {
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    await load("states", "UpdateStateMachineAlias", { stateMachineAliasArn, routingConfiguration });
  }
}

export function readExecution(described: Readonly<Record<string, unknown>>): Execution {
  return {
    status: described["status"] as string,
    input: parseText(described["input"]),
    output: parseText(described["output"]),
    error: described["error"] as string | undefined,
    cause: described["cause"] as string | undefined,
  };
}

function parseText(text: unknown): unknown {
  return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
}
