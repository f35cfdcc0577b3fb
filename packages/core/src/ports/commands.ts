/** SSM, as far as Muster uses it. Transient faults are retried inside, then AwsUnavailable. */
export interface Commands {
  /** Those of the instances whose agent has registered; the others are simply not in the answer. */
  agents(instanceIds: readonly string[]): Promise<readonly Agent[]>;
  /**
   * Sends a document. With tags: to every registered node that has them all, however many. With ids: to those; ids that
   * SSM does not accept are answered in `unreachable` and the others are sent to.
   */
  send(command: Command): Promise<SentCommand>;
  /** Ids of commands of that document with that comment, sent since then. */
  find(query: { document: string; comment: string; since: number }): Promise<readonly string[]>;
  /** How far a command is. May know nothing for moments after sending: that is not "ended". */
  progress(commandId: string): Promise<CommandProgress>;
  /** Whole outputs of one invocation (the first 24,000 and 8,000 characters). */
  output(commandId: string, instanceId: string): Promise<{ readonly stdout: string; readonly stderr: string }>;
}

export interface Agent {
  readonly instanceId: string;
  readonly isOnline: boolean;
  /** When it was last heard of, epoch ms. */
  readonly lastSeenAt: number;
  readonly version: string;
}

export interface Command {
  readonly document: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly comment: string;
  readonly to: { readonly tags: Readonly<Record<string, string>> } | { readonly instanceIds: readonly string[] };
  /** One node at a time, and stop at the first failure. */
  readonly inTurn: boolean;
  /** How long it may wait for an agent, seconds. */
  readonly deliverySeconds: number;
}

export interface SentCommand {
  readonly commandIds: readonly string[];
  readonly unreachable: readonly string[];
}

export interface CommandProgress {
  /** No invocation runs, and none will start any more. */
  readonly hasEnded: boolean;
  readonly invocations: readonly Invocation[];
}

export interface Invocation {
  readonly instanceId: string;
  readonly status: "running" | "success" | "failed";
  /** SSM's StatusDetails, such as `ExecutionTimedOut` or `Undeliverable`. */
  readonly detail: string;
  /** The first 2,500 characters. */
  readonly output: string;
}
