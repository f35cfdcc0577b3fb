import type {
  Change,
  ClusterSnapshot,
  ClusterStore,
  Commands,
  InstanceReader,
  LeftoverRemover,
  OperationRef,
  Wait,
  Workflow,
} from "@muster/core";
import type { Context } from "@muster/lambda";

export interface Ports {
  readonly store: ClusterStore;
  readonly compute: InstanceReader & LeftoverRemover;
  readonly commands: Commands;
  readonly workflow: Workflow;
  readonly stage: string;
}

/** What one look has at hand. */
export interface Look extends Ports {
  readonly ref: OperationRef;
  readonly snapshot: ClusterSnapshot;
  readonly wait: Wait;
  readonly context: Context;
}

/**
 * What a look finds: what to write down, and the answer for the workflow when the wait is over. A look that finds that
 * the operation must fail throws a MusterError.
 */
export interface Sight {
  readonly changes: readonly Change[];
  readonly answer?: { readonly outcome: string };
}
