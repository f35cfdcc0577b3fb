import type { Range } from "@muster/core";

/** How exact the embedded Scheduler is. Read at each use. */
export interface SchedulerDials {
  /** How late an invocation comes, ms. Its precision is one minute: AWS may be up to 60 s late without a window. */
  lateMs: Range;
}

export const calmScheduler: Readonly<SchedulerDials> = { lateMs: { min: 0, max: 3_000 } };
