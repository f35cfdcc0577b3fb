import { QueryError } from "../expression/field.ts";
import { CancelledError, StateFailure } from "./failure.ts";
import { Thread, type Iteration } from "./thread.ts";

/** Jobs that run side by side: branches of a Parallel, iterations of a Map. */
export interface FanOut {
  readonly parent: Thread;
  readonly count: number;
  /** How many run at once. */
  readonly limit: number;
  readonly iteration?: (index: number) => Iteration;
  /** Runs one job on its own thread; answers the event that the parent goes on from if this job is the last to end. */
  readonly run: (index: number, thread: Thread) => Promise<number>;
  /** Writes what else history shows of the job whose failure ends them all. */
  readonly onFailure?: (index: number, thread: Thread) => void;
}

/**
 * Runs all jobs. The first failure ends the others: each leaves in history the state that it was in, all of them
 * following the last event of the one that failed.
 * @throws {StateFailure} of the first job that failed
 */
export async function fanOut(jobs: FanOut): Promise<void> {
  if (jobs.count === 0) return;
  await new Promise<void>((resolve, reject) => {
    const { parent, count, limit } = jobs;
    let next = 0;
    let ended = 0;
    let last = parent.previousEventId;
    let failed = false;
    const launch = (previousEventId: number): void => {
      const index = next++;
      const thread = new Thread(parent.run, { previousEventId, parent, iteration: jobs.iteration?.(index) });
      const onEnd = (eventId: number): void => {
        if (failed) return;
        thread.detach(parent);
        last = Math.max(last, eventId);
        ended++;
        if (ended === count) {
          parent.previousEventId = last;
          resolve();
        } else if (next < count) launch(thread.previousEventId);
      };
      const onError = (error: unknown): void => {
        if (failed) return;
        failed = true;
        reject(settleFailure(jobs, index, thread, error));
      };
      jobs.run(index, thread).then(onEnd, onError).catch(reject);
    };
    while (next < Math.min(count, limit)) launch(parent.previousEventId);
  });
}

/** Ends the siblings of a job that failed, and answers what the parent fails with. */
function settleFailure(jobs: FanOut, index: number, thread: Thread, error: unknown): unknown {
  const { parent } = jobs;
  if (parent.cancelled) return new CancelledError("cancelled with its parent");
  thread.detach(parent);
  parent.previousEventId = thread.previousEventId;
  try {
    // States.Runtime leaves no trace of the others (measured on AWS, floci-io/floci#3167).
    if (error instanceof StateFailure || error instanceof QueryError) recordCut(jobs, index, thread);
    return error;
  } catch (historyFull) {
    return historyFull;
  } finally {
    for (const sibling of parent.children) sibling.cancel();
  }
}

function recordCut(jobs: FanOut, index: number, failed: Thread): void {
  if (failed.openState === "Task") failed.recordAside("TaskStateAborted");
  for (const sibling of jobs.parent.children) recordAborted(sibling, failed);
  jobs.onFailure?.(index, failed);
}

function recordAborted(thread: Thread, failed: Thread): void {
  if (thread.isIterationOpen && thread.iteration !== undefined) {
    const { stateName: name, index } = thread.iteration;
    failed.recordAside("MapIterationAborted", { mapIterationAbortedEventDetails: { name, index } });
  }
  for (const child of thread.children) recordAborted(child, failed);
  const type = thread.openState;
  if (type === "Task" || type === "Wait" || type === "Map" || type === "Parallel") {
    failed.recordAside(`${type}StateAborted`);
  }
}
