/** A function as the embedded Lambda runs it: the real handler, bound to clients that call as the function's role. */
export interface FunctionHost {
  /** Full function name, such as `muster-local-launch-nodes`. */
  readonly name: string;
  readonly roleArn: string;
  readonly timeoutMs: number;
  /** Calls the handler once. What it throws is the function's error, by `name` and `message`. */
  readonly invoke: (event: unknown, invocation: Invocation) => Promise<unknown>;
  /** MB, as shown by GetFunctionConfiguration. */
  readonly memoryMb?: number;
  /** Concurrency set aside for this function, which is also its ceiling; 0 stops it. */
  readonly reservedConcurrency?: number;
  /** Aliases of its one published version, {@link FIRST_VERSION}, which is there if it has any. */
  readonly aliases?: readonly string[];
  /** What becomes of asynchronous invocations; AWS's own settings where nothing is said. */
  readonly onAsync?: AsyncSettings;
}

/** The embedded Lambda does not change functions: what is published is its code, once. */
export const FIRST_VERSION = "1";

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html and DeadLetterConfig. */
export interface AsyncSettings {
  /** 0..2; 2 by default. */
  readonly maximumRetryAttempts?: number;
  /** One minute to six hours; six hours by default. */
  readonly maximumEventAgeMs?: number;
  /** An SQS queue for events that were given up; the function's role needs `sqs:SendMessage` on it. */
  readonly deadLetterQueueArn?: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** Epoch ms at which the embedded Lambda gives up on it. */
  readonly deadlineAt: number;
}
