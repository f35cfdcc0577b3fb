import type { Machine } from "../definition/machine.ts";
import { Payload, type Json } from "../json.ts";
import { CancelledError, failureDetails, RuntimeFailure, StateFailure, StatesError } from "./failure.ts";
import { NOT_TRUNCATED, outputDetails, type EventDetails, type EventType, type HistoryEvent } from "./history.ts";
import type { Host } from "./host.ts";
import { runBlock } from "./run-block.ts";
import { Run } from "./run.ts";
import { Thread } from "./thread.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/**
 * Starts a machine; its first state is entered at once.
 * @param inputText the JSON text that `input` was parsed from, when history shall show it as it was given
 */
export function startExecution(machine: Machine, input: Json, host: Host, inputText?: string): Execution {
  return new Execution(machine, new Payload(input, inputText), host);
}

/** One execution, running or ended. */
export class Execution {
  readonly input: Payload;
  readonly startedAt: number;
  /** Resolves when it has ended, however it did. Rejects only for a bug: of this interpreter, or of its host. */
  readonly done: Promise<void>;
  readonly #run: Run;
  readonly #root: Thread;
  #status: ExecutionStatus = "RUNNING";
  #output: Payload | undefined;
  #error: string | undefined;
  #cause: string | undefined;
  #stoppedAt: number | undefined;
  #stopTimeout: () => void = () => {};
  #finish: () => void = () => {};

  constructor(machine: Machine, input: Payload, host: Host) {
    this.input = input;
    this.startedAt = host.clock.now();
    this.#run = new Run(host, input.value);
    this.#run.measure(this.input);
    this.#root = new Thread(this.#run, { previousEventId: 0 });
    const { identity } = host;
    this.#root.recordAside("ExecutionStarted", {
      executionStartedEventDetails: {
        input: this.input.text,
        inputDetails: NOT_TRUNCATED,
        roleArn: identity.roleArn,
        ...(identity.stateMachineVersionArn !== undefined && {
          stateMachineVersionArn: identity.stateMachineVersionArn,
        }),
      },
    });
    if (machine.timeoutSeconds !== undefined) {
      this.#stopTimeout = host.clock.after(1000 * machine.timeoutSeconds, () => this.#timeOut());
    }
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      runBlock(machine.block, this.input, this.#root)
        .then(
          (output) => this.#succeed(output),
          (error: unknown) => this.#onError(error),
        )
        .catch(reject);
    });
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  get output(): Json | undefined {
    return this.#output?.value;
  }

  /** The output as JSON text. */
  get outputText(): string | undefined {
    return this.#output?.text;
  }

  get error(): string | undefined {
    return this.#error;
  }

  get cause(): string | undefined {
    return this.#cause;
  }

  /** Epoch ms; undefined while it runs. */
  get stoppedAt(): number | undefined {
    return this.#stoppedAt;
  }

  get history(): readonly HistoryEvent[] {
    return this.#run.history.events;
  }

  /** States entered: what AWS bills. */
  get transitions(): number {
    return this.#run.transitions;
  }

  /** The largest input, output or task payload so far, bytes as UTF-8. */
  get largestPayloadBytes(): number {
    return this.#run.largestPayloadBytes;
  }

  /** StopExecution: ABORTED, with nothing caught; does nothing when it has ended. */
  stop(error?: string, cause?: string): void {
    if (this.#status !== "RUNNING") return;
    this.#error = error;
    this.#cause = cause;
    const details = { executionAbortedEventDetails: failureDetails(error, cause) };
    this.#end("ABORTED", { type: "ExecutionAborted", previousEventId: 0, details });
  }

  // DescribeExecution of a timed-out execution names no error; only its last event does (measured on AWS).
  #timeOut(): void {
    const details = { executionTimedOutEventDetails: { error: StatesError.timeout } };
    this.#end("TIMED_OUT", { type: "ExecutionTimedOut", previousEventId: 0, details });
  }

  #succeed(output: Payload): void {
    if (this.#status !== "RUNNING") return;
    this.#output = output;
    const details = { executionSucceededEventDetails: outputDetails(output.text) };
    this.#end("SUCCEEDED", { type: "ExecutionSucceeded", previousEventId: this.#root.previousEventId, details });
  }

  #onError(error: unknown): void {
    const isFailure = error instanceof StateFailure || error instanceof RuntimeFailure;
    // What ended it has been written already, and cut this short.
    if (this.#status !== "RUNNING" && (isFailure || error instanceof CancelledError)) return;
    if (!isFailure) throw error;
    const { details } = error;
    this.#error = details.error;
    this.#cause = details.cause;
    this.#end("FAILED", {
      type: "ExecutionFailed",
      previousEventId: this.#root.previousEventId,
      details: { executionFailedEventDetails: details },
    });
  }

  #end(status: ExecutionStatus, event: { type: EventType; previousEventId: number; details: EventDetails }): void {
    this.#status = status;
    this.#stoppedAt = this.#run.now();
    this.#run.history.close({ ...event, timestamp: this.#stoppedAt });
    this.#stopTimeout();
    this.#root.cancel();
    this.#finish();
  }
}
