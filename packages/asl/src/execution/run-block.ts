import type { Block, State } from "../definition/machine.ts";
import { runChoice } from "../states/choice.ts";
import { runFail } from "../states/fail.ts";
import { runMap } from "../states/map.ts";
import { runParallel } from "../states/parallel.ts";
import { runPass } from "../states/pass.ts";
import { runSucceed } from "../states/succeed.ts";
import { runTask } from "../states/task.ts";
import { runWait } from "../states/wait.ts";
import type { Payload } from "../json.ts";
import { NOT_TRUNCATED, outputDetails } from "./history.ts";
import type { Thread } from "./thread.ts";
import { Visit, type Exit } from "./visit.ts";

/**
 * Runs the states of a block one after the other.
 * @returns the output of the last one
 * @throws {StateFailure} that no state handled
 */
export async function runBlock(block: Block, input: Payload, thread: Thread): Promise<Payload> {
  let name = block.startAt;
  let payload = input;
  for (;;) {
    const state = block.states.get(name);
    if (state === undefined) throw new Error(`the validated machine has no state ${name}`);
    const exit = await stay(thread, state, payload);
    payload = exit.output;
    if (exit.next === undefined) return payload;
    name = exit.next;
  }
}

async function stay(thread: Thread, state: State, input: Payload): Promise<Exit> {
  const enteredEventId = thread.record(`${state.type}StateEntered`, {
    stateEnteredEventDetails: { name: state.name, input: input.text, inputDetails: NOT_TRUNCATED },
  });
  thread.run.transitions++;
  thread.openState = state.type;
  const visit = new Visit(thread, state, input, { enteredEventId });
  const exit = await runState(visit, state).catch((error: unknown) => {
    throw visit.failureOf(error);
  });
  thread.openState = undefined;
  if (state.type !== "Fail") {
    thread.record(`${state.type}StateExited`, {
      stateExitedEventDetails: {
        name: state.name,
        ...outputDetails(exit.output.text),
        ...(exit.assigned !== undefined && {
          assignedVariables: exit.assigned,
          assignedVariablesDetails: NOT_TRUNCATED,
        }),
      },
    });
  }
  return exit;
}

/** Does what the state does. It is given a second time for its type: a visit of some state does not narrow with it. */
export function runState(visit: Visit, state: State): Promise<Exit> {
  switch (state.type) {
    case "Pass":
      return runPass(visit as Visit<typeof state>);
    case "Choice":
      return runChoice(visit as Visit<typeof state>);
    case "Wait":
      return runWait(visit as Visit<typeof state>);
    case "Succeed":
      return runSucceed(visit as Visit<typeof state>);
    case "Fail":
      return runFail(visit as Visit<typeof state>);
    case "Task":
      return runTask(visit as Visit<typeof state>);
    case "Parallel":
      return runParallel(visit as Visit<typeof state>, runBlock);
    case "Map":
      return runMap(visit as Visit<typeof state>, runBlock);
  }
}
