import { fork } from "@muster/core";
import { startExecution, TaskTokens, type Identity, type Json } from "@muster/asl";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { ServiceContext } from "../../../kernel/service.ts";
import { executionArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import { performTask } from "../integrations/perform-task.ts";
import { NAME_TAKEN_MS } from "../limits.ts";
import type { Runnable } from "../machines/machine-store.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import { statusEvent } from "./status-event.ts";

export interface StartRequest {
  readonly runnable: Runnable;
  readonly name: string;
  readonly input: Json;
  /** The text that `input` was parsed from. */
  readonly inputText: string;
  readonly traceHeader: string | undefined;
}

/** The executions of the account, running and ended; ended ones stay readable. */
export class ExecutionStore {
  readonly tokens: TaskTokens;
  readonly #context: ServiceContext;
  readonly #call: Kernel["call"];
  readonly #onEnd: (record: ExecutionRecord) => void;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #byMachine = new Map<string, ExecutionRecord[]>();

  constructor(options: { context: ServiceContext; call: Kernel["call"]; onEnd: (record: ExecutionRecord) => void }) {
    this.#context = options.context;
    this.#call = options.call;
    this.#onEnd = options.onEnd;
    this.tokens = new TaskTokens(fork(options.context.random));
  }

  /** Oldest first. */
  get all(): readonly ExecutionRecord[] {
    return [...this.#records.values()];
  }

  /** Those of one machine, oldest first. */
  of(machineArn: string): readonly ExecutionRecord[] {
    return this.#byMachine.get(machineArn) ?? [];
  }

  find(arn: string): ExecutionRecord | undefined {
    return this.#records.get(arn);
  }

  /**
   * StartExecution: the same name with the same input is the same execution as long as it runs.
   * @throws {AwsError} ExecutionAlreadyExists
   */
  start(request: StartRequest): ExecutionRecord {
    const { runnable, name, input, inputText, traceHeader } = request;
    const arn = executionArn(this.#context, runnable.machine.name, name);
    const known = this.#records.get(arn);
    if (known !== undefined) {
      const { status, input: before, stoppedAt } = known.execution;
      if (status === "RUNNING" && before.text === inputText) return known;
      const isFree = stoppedAt !== undefined && this.#context.clock.now() - stoppedAt > NAME_TAKEN_MS;
      if (!isFree) throw statesError.executionAlreadyExists(arn);
      this.#forget(known);
    }
    const host = this.host(this.#identity(arn, request));
    const execution = startExecution(runnable.revision.machine, input, host, inputText);
    const record = { arn, name, runnable, traceHeader, execution };
    this.#records.set(arn, record);
    const siblings = this.#byMachine.get(runnable.machine.arn);
    if (siblings === undefined) this.#byMachine.set(runnable.machine.arn, [record]);
    else siblings.push(record);
    this.#context.emit(statusEvent(record));
    // It rejects for bugs only, and those must be loud: nobody catches them.
    void this.#whenEnded(record);
    return record;
  }

  /** What the interpreter takes from outside, for one execution. */
  host(identity: Identity) {
    const { clock, random } = this.#context;
    const world = {
      call: this.#call,
      context: this.#context,
      children: { ended: (arn: string) => this.#records.get(arn)?.execution.done ?? Promise.resolve() },
    };
    return {
      clock,
      random: fork(random),
      identity,
      tokens: this.tokens,
      perform: (task: Parameters<typeof performTask>[0]) => performTask(task, identity, world),
    };
  }

  #forget(record: ExecutionRecord): void {
    this.#records.delete(record.arn);
    const { arn } = record.runnable.machine;
    this.#byMachine.set(
      arn,
      this.of(arn).filter((other) => other !== record),
    );
  }

  async #whenEnded(record: ExecutionRecord): Promise<void> {
    await record.execution.done;
    this.#context.emit(statusEvent(record));
    this.#onEnd(record);
  }

  #identity(arn: string, { runnable: { machine, revision, version }, name }: StartRequest): Identity {
    return {
      executionArn: arn,
      executionName: name,
      roleArn: revision.roleArn,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      stateMachineVersionArn: version?.arn,
    };
  }
}
