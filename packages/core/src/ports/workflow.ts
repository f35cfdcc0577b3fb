/** Step Functions. */
export interface Workflow {
  /** Starts an execution; the same name again is the same execution. Answers its ARN. */
  start(machine: string, name: string, input: unknown): Promise<string>;
  /** Whether that execution can still act. One that AWS does not know any more cannot. */
  isRunning(executionArn: string): Promise<boolean>;
  /** Answers a wait. False when it was answered already, or is over. */
  succeed(token: string, output: unknown): Promise<boolean>;
  fail(token: string, error: { code: string; cause: string }): Promise<boolean>;
}
