/** Step Functions. */
export interface Workflow {
  /** Starts an execution; the same name again is the same execution. Answers its ARN. */
  start(machine: string, name: string, input: unknown): Promise<string>;
  /** Whether that execution can still act, and what it ended with. One that AWS does not know any more cannot. */
  standing(executionArn: string): Promise<Standing>;
  /** Answers a wait. False when it was answered already, or is over. */
  succeed(token: string, output: unknown): Promise<boolean>;
  fail(token: string, error: { code: string; cause: string }): Promise<boolean>;
}

export interface Standing {
  readonly isRunning: boolean;
  /** As Step Functions tells it of an execution that failed or was aborted. */
  readonly error?: string;
  readonly cause?: string;
}
