import type { TaskState } from "../definition/machine.ts";
import { CancelledError, dataLimitExceeded, RuntimeFailure, StateFailure, StatesError } from "../execution/failure.ts";
import { MachineFaultError, TaskFailedError, type TaskCall } from "../execution/host.ts";
import type { TokenAnswer } from "../execution/tokens.ts";
import type { Visit } from "../execution/visit.ts";
import { toJson } from "../expression/to-json.ts";
import { isObject, Payload, type Json } from "../json.ts";
import { MAX_PAYLOAD_BYTES } from "../limits.ts";
import { taskEvents, type TaskEvents } from "./task-events.ts";

/**
 * One attempt of a task: its token, its two clocks, its events, and the first of all that may end it: an answer, a
 * failure, a timeout, or that nobody wants it any more.
 */
export class TaskAttempt {
  /** For waitForTaskToken and activities. It can be answered from the moment it exists. */
  readonly token: string | undefined;
  readonly #visit: Visit<TaskState>;
  readonly #events: TaskEvents;
  readonly #settled: Promise<Payload>;
  #resolve: (result: Payload) => void = noop;
  #reject: (error: unknown) => void = noop;
  #isOver = false;
  #isSubmitted = false;
  readonly #onCancel: (() => void)[] = [];
  #forgetThread: () => void = noop;
  #stopTimeout: () => void = noop;
  #stopHeartbeat: () => void = noop;
  #heartbeatSeconds: number | undefined;

  constructor(visit: Visit<TaskState>) {
    const { resource } = visit.state;
    const { host } = visit.thread.run;
    this.#visit = visit;
    this.#events = taskEvents(resource, regionOf(host.identity.executionArn));
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (resource.kind === "activity" || (resource.kind === "service" && resource.pattern === "waitForTaskToken")) {
      const token = host.tokens.issue({
        answer: (answer) => this.#onAnswer(answer),
        heartbeat: () => this.#restartHeartbeat(),
      });
      this.token = token;
      visit.taskToken = token;
    }
  }

  /**
   * Schedules the task and waits for its end.
   * @throws {StateFailure} when it fails or takes too long
   */
  async perform(input: Payload, call: Omit<TaskCall, "onCancel" | "submitted">): Promise<Payload> {
    const { thread } = this.#visit;
    const { resource } = call;
    this.#record(this.#events.scheduled(input, call));
    if (resource.kind !== "activity") this.#record(this.#events.started());
    this.#forgetThread = thread.onCancel(() => this.#abandon(new CancelledError("the task was cancelled")));
    this.#startTimeout(call.timeoutSeconds);
    this.#heartbeatSeconds = this.token === undefined ? undefined : call.heartbeatSeconds;
    if (resource.kind !== "activity") this.#restartHeartbeat();
    const { perform } = thread.run.host;
    perform({
      ...call,
      submitted: (output) => this.#onSubmitted(output),
      onCancel: (run) => this.#onCancel.push(run),
    }).then(
      (output) => this.#onPerformed(output, call),
      (error: unknown) => this.#onPerformFailed(error),
    );
    return this.#settled;
  }

  /** Lets go of what it holds; it is over, however it ended. */
  close(): void {
    this.#isOver = true;
    if (this.token !== undefined) this.#visit.thread.run.host.tokens.close(this.token);
    this.#stopTimeout();
    this.#stopHeartbeat();
    this.#forgetThread();
  }

  #onPerformed(output: unknown, call: Pick<TaskCall, "resource" | "timeoutSeconds">): void {
    if (this.#isOver) return;
    this.#settle(() => {
      const json = toJson(output);
      if (call.resource.kind === "activity") {
        // Time counts from the moment a worker has it.
        this.#startTimeout(call.timeoutSeconds);
        this.#restartHeartbeat();
        this.#record(this.#events.started(workerNameOf(json)));
      } else if (this.token === undefined) {
        this.#succeed(json);
      } else {
        this.#onSubmitted(json);
      }
    });
  }

  #onSubmitted(output: Json): void {
    if (this.#isOver) return;
    this.#isSubmitted = true;
    const payload = new Payload(output);
    this.#visit.thread.run.measure(payload);
    this.#settle(() => this.#record(this.#events.submitted(payload)));
  }

  #onPerformFailed(error: unknown): void {
    const isKnown = error instanceof TaskFailedError || error instanceof MachineFaultError;
    // A bug of the host has nobody left to tell: it must not go unseen.
    if (this.#isOver && !isKnown) throw error;
    if (this.#isOver) return;
    if (error instanceof TaskFailedError) this.#fail(error.error, error.causeText);
    else if (error instanceof MachineFaultError) {
      this.#over(() => this.#reject(new RuntimeFailure(this.#visit.describe(error.message))));
    } else this.#over(() => this.#reject(error));
  }

  #onAnswer(answer: TokenAnswer): void {
    if (this.#isOver) return;
    // From here on the call that carried the token may well fail: the task has its answer.
    this.#isSubmitted = true;
    if (answer.kind === "failure") this.#fail(answer.error, answer.cause);
    else this.#settle(() => this.#succeed(answer.output));
  }

  #succeed(output: Json): void {
    const { thread, state } = this.#visit;
    const payload = new Payload(output);
    thread.run.measure(payload);
    if (payload.bytes > MAX_PAYLOAD_BYTES) {
      const { resource } = state;
      const failure = dataLimitExceeded(resource.kind === "service" ? resource.resourceType : resource.arn);
      this.#fail(failure.errorName, failure.causeText);
      return;
    }
    this.#record(this.#events.succeeded(payload));
    this.#over(() => this.#resolve(payload));
  }

  #fail(error: string | undefined, cause: string | undefined): void {
    const failure = new StateFailure({ error, cause });
    this.#settle(() => {
      this.#record(this.#events.failed(failure.details, this.#awaitsSubmission ? "submitted" : "end"));
      this.#over(() => this.#reject(failure));
    });
  }

  /** True while a job, or a call with a token, has not been taken: its failure is one of submitting. */
  get #awaitsSubmission(): boolean {
    const { resource } = this.#visit.state;
    return resource.kind === "service" && resource.pattern !== "request-response" && !this.#isSubmitted;
  }

  #startTimeout(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.#stopTimeout();
    this.#stopTimeout = this.#visit.thread.run.host.clock.after(1000 * seconds, () =>
      this.#expire(new StateFailure({ error: StatesError.timeout })),
    );
  }

  #restartHeartbeat(): void {
    this.#stopHeartbeat();
    if (this.#heartbeatSeconds === undefined || this.#isOver) return;
    const { clock } = this.#visit.thread.run.host;
    this.#stopHeartbeat = clock.after(1000 * this.#heartbeatSeconds, () =>
      // AWS reports a missed heartbeat as States.Timeout, and lets both names catch it (recorded and measured on AWS).
      this.#expire(new StateFailure({ error: StatesError.timeout, heartbeat: true })),
    );
  }

  #expire(failure: StateFailure): void {
    if (this.#isOver) return;
    this.#settle(() => {
      this.#record(this.#events.timedOut(failure.details));
      this.#abandon(failure);
    });
  }

  /** Ends it without an answer; whoever performs it is told. */
  #abandon(error: Error): void {
    if (this.#isOver) return;
    this.#over(() => {
      for (const run of this.#onCancel) run();
      this.#reject(error);
    });
  }

  #over(run: () => void): void {
    this.#isOver = true;
    run();
  }

  /** Runs what writes history from a callback: a full history ends the attempt like any other error. */
  #settle(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#over(() => this.#reject(error));
    }
  }

  #record({ type, details }: ReturnType<TaskEvents["started"]>): void {
    this.#visit.thread.record(type, details);
  }
}

function noop(): void {}

function workerNameOf(answer: Json): string | undefined {
  const name = isObject(answer) ? answer["workerName"] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** The fourth part of an ARN. */
function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
