/** A function as the embedded Lambda runs it: the real handler, bound to clients that call as the function's role. */
export interface FunctionHost {
  /** Full function name, such as `muster-local-launch-nodes`. */
  readonly name: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  /** Calls the handler once. What it throws is the function's error, by `name` and `message`. */
  readonly invoke: (event: unknown, invocation: Invocation) => Promise<unknown>;
}

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** Epoch ms at which the embedded Lambda gives up on it. */
  readonly deadlineAt: number;
}
