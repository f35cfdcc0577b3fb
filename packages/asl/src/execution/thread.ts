import type { StateType } from "../definition/machine.ts";
import { MAX_VARIABLES_BYTES } from "../limits.ts";
import type { Json, JsonObject } from "../json.ts";
import { CancelledError } from "./failure.ts";
import type { EventDetails, EventType } from "./history.ts";
import type { Run } from "./run.ts";

/** The Map iteration that a thread runs. */
export interface Iteration {
  /** Name of the Map state. */
  readonly stateName: string;
  readonly index: number;
  readonly value: Json;
}

/**
 * One line of states, with its own variables and its own chain of events: the machine itself, a branch of a Parallel,
 * an iteration of a Map.
 */
export class Thread {
  readonly run: Run;
  readonly iteration: Iteration | undefined;
  /** Enclosing iterations, outermost first, this one included. */
  readonly iterations: readonly Iteration[];
  /** The event that the next one follows. */
  previousEventId: number;
  /** The state that has been entered and not left. */
  openState: StateType | undefined;
  /** Its MapIterationStarted is written, and its end is not. */
  isIterationOpen = false;
  cancelled = false;
  /** Variables in sight: its own, and those of the threads around it as they were when it began. */
  variables: JsonObject = {};
  #variableBytes: Readonly<Record<string, number>> = {};
  readonly #children = new Set<Thread>();
  readonly #onCancel = new Set<() => void>();

  constructor(run: Run, options: { previousEventId: number; parent?: Thread; iteration?: Iteration | undefined }) {
    const { parent, iteration } = options;
    this.run = run;
    this.previousEventId = options.previousEventId;
    this.iteration = iteration;
    this.iterations = [...(parent?.iterations ?? []), ...(iteration === undefined ? [] : [iteration])];
    if (parent !== undefined) {
      this.variables = parent.variables;
      this.#variableBytes = parent.#variableBytes;
      parent.#children.add(this);
    }
  }

  /** Children that still run, oldest first. */
  get children(): readonly Thread[] {
    return [...this.#children];
  }

  /** It has ended: its parent need not know it any more. */
  detach(parent: Thread): void {
    parent.#children.delete(this);
  }

  /** Writes an event that the next one follows, and answers its id. */
  record(type: EventType, details?: EventDetails): number {
    this.previousEventId = this.recordAside(type, details);
    return this.previousEventId;
  }

  /** Writes an event that the next one does not follow: it goes on from the same event. */
  recordAside(type: EventType, details?: EventDetails): number {
    this.checkCancelled();
    const { history } = this.run;
    return history.add({ type, previousEventId: this.previousEventId, timestamp: this.run.now(), details });
  }

  /** @throws {CancelledError} */
  checkCancelled(): void {
    if (this.cancelled) throw new CancelledError("this branch was cancelled");
  }

  /** Stops it and everything in it; what waits in it is told, and writes no more events. */
  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const child of this.children) child.cancel();
    for (const run of this.#onCancel) run();
    this.#onCancel.clear();
  }

  /** Calls `run` if it is cancelled; the answer takes that back. */
  onCancel(run: () => void): () => void {
    this.#onCancel.add(run);
    return () => {
      this.#onCancel.delete(run);
    };
  }

  /** Lets time pass; no time costs nothing. @throws {CancelledError} */
  async sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const stopTimer = this.run.host.clock.after(ms, () => {
        forget();
        resolve();
      });
      const forget = this.onCancel(() => {
        stopTimer();
        reject(new CancelledError("cancelled while waiting"));
      });
    });
  }

  /** Sets variables; false, and nothing is set, when all variables together would be too large. */
  assign(values: JsonObject, bytes: Readonly<Record<string, number>>): boolean {
    const nextBytes = { ...this.#variableBytes, ...bytes };
    if (Object.values(nextBytes).reduce((sum, size) => sum + size, 0) > MAX_VARIABLES_BYTES) return false;
    this.#variableBytes = nextBytes;
    this.variables = { ...this.variables, ...values };
    return true;
  }
}
