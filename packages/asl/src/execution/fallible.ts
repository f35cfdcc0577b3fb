import type { FallibleState } from "../definition/machine.ts";
import { Payload } from "../json.ts";
import type { StateFailure } from "./failure.ts";
import { matches, Retries } from "./retry.ts";
import type { Exit, Visit } from "./visit.ts";

/**
 * Runs the attempts of a Task, Parallel or Map, and what Retry and Catch make of their failures.
 * @param attempt resolves with the state's result
 * @throws {StateFailure} that neither handled
 */
export async function runFallible(visit: Visit<FallibleState>, attempt: () => Promise<Payload>): Promise<Exit> {
  const { state, thread } = visit;
  const retries = new Retries(state.retry);
  for (;;) {
    try {
      const result = await attempt();
      return await visit.leave(state, result, { result: result.value });
    } catch (error) {
      const failure = visit.failureOf(error);
      const delayMs = retries.next(failure, thread.run.host.random);
      if (delayMs === undefined) return await giveUp(visit, failure);
      visit.countRetry();
      await thread.sleep(delayMs);
    }
  }
}

async function giveUp(visit: Visit<FallibleState>, failure: StateFailure): Promise<Exit> {
  recordFailed(visit);
  const catcher = visit.state.catch.find((candidate) => matches(candidate.errorEquals, failure));
  if (catcher === undefined) throw failure;
  try {
    return await visit.leave(catcher, new Payload(failure.output), { errorOutput: failure.output });
  } catch (error) {
    const second = visit.failureOf(error);
    recordFailed(visit);
    throw second;
  }
}

function recordFailed(visit: Visit<FallibleState>): void {
  const { type } = visit.state;
  if (type !== "Task") visit.thread.record(`${type}StateFailed`);
}
