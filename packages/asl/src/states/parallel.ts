import type { Block, ParallelState } from "../definition/machine.ts";
import { runFallible } from "../execution/fallible.ts";
import { fanOut } from "../execution/fan-out.ts";
import type { Thread } from "../execution/thread.ts";
import type { Exit, Visit } from "../execution/visit.ts";
import { Payload, type Json } from "../json.ts";

export type RunBlock = (block: Block, input: Payload, thread: Thread) => Promise<Payload>;

/** Runs its branches side by side on one input; the result is the list of their outputs. */
export async function runParallel(visit: Visit<ParallelState>, runBlock: RunBlock): Promise<Exit> {
  return runFallible(visit, () => attempt(visit, runBlock));
}

async function attempt(visit: Visit<ParallelState>, runBlock: RunBlock): Promise<Payload> {
  const { state, thread } = visit;
  const input =
    state.arguments === undefined ? visit.input : new Payload(await state.arguments.evaluate(visit.bindings()));
  visit.checkSize(input, state.name);
  thread.record("ParallelStateStarted");
  const outputs: Json[] = [];
  await fanOut({
    parent: thread,
    count: state.branches.length,
    limit: state.branches.length,
    run: async (index, branchThread) => {
      const branch = state.branches[index];
      if (branch === undefined) throw new RangeError(`the Parallel has no branch ${index}`);
      outputs[index] = (await runBlock(branch, input, branchThread)).value;
      return branchThread.previousEventId;
    },
  });
  const result = new Payload(outputs);
  visit.checkSize(result, state.name);
  thread.recordAside("ParallelStateSucceeded");
  return result;
}
