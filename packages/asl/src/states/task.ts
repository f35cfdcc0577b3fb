import type { TaskState } from "../definition/machine.ts";
import { runFallible } from "../execution/fallible.ts";
import type { TaskCall } from "../execution/host.ts";
import type { Exit, Visit } from "../execution/visit.ts";
import { Payload } from "../json.ts";
import { MAX_SECONDS } from "../limits.ts";
import { TaskAttempt } from "./task-attempt.ts";

/** Has its work done outside: by a function, a service, or a worker. */
export async function runTask(visit: Visit<TaskState>): Promise<Exit> {
  return runFallible(visit, () => attempt(visit));
}

async function attempt(visit: Visit<TaskState>): Promise<Payload> {
  const task = new TaskAttempt(visit);
  try {
    const { input, call } = await taskInput(visit, task.token);
    return await task.perform(input, call);
  } finally {
    task.close();
  }
}

/** What a task is asked, as its fields say. Context already knows the token. @throws {QueryError | StateFailure} */
export async function taskInput(
  visit: Visit<TaskState>,
  taskToken: string | undefined,
): Promise<{ input: Payload; call: Omit<TaskCall, "onCancel" | "submitted"> }> {
  const { state } = visit;
  const input =
    state.arguments === undefined ? visit.input : new Payload(await state.arguments.evaluate(visit.bindings()));
  visit.checkSize(input, state.name);
  const seconds = { min: 1, max: MAX_SECONDS };
  const { credentialsRole, timeoutSeconds, heartbeatSeconds } = state;
  return {
    input,
    call: {
      stateName: state.name,
      resource: state.resource,
      arguments: input.value,
      taskToken,
      credentialsRoleArn: credentialsRole === undefined ? undefined : await visit.string(credentialsRole),
      timeoutSeconds: timeoutSeconds === undefined ? undefined : await visit.wholeNumber(timeoutSeconds, seconds),
      heartbeatSeconds: heartbeatSeconds === undefined ? undefined : await visit.wholeNumber(heartbeatSeconds, seconds),
      iterations: visit.thread.iterations.map(({ stateName, index }) => ({ stateName, index })),
    },
  };
}
