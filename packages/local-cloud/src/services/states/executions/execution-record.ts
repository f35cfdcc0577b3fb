import type { Execution } from "@muster/asl";
import type { Runnable } from "../machines/machine-store.ts";

/** One execution of the account. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly runnable: Runnable;
  readonly traceHeader: string | undefined;
  readonly execution: Execution;
}
