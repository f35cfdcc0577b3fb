import type { Target } from "@aws-sdk/client-ssm";
import type { Cancel } from "@muster/core";
import type { Delayed } from "../../../mechanisms/delayed.ts";
import type { ParameterValues } from "../agent/interpolate.ts";
import type { StepReport } from "../agent/run-document.ts";
import type { DocumentRecord, DocumentVersionRecord } from "../documents/document-store.ts";

/**
 * Every state that an invocation can be in, by its StatusDetails: the API's Status, whether it counts against MaxErrors,
 * and whether it is final. Systems Manager user guide, "Understanding command statuses".
 */
export const invocationStates = {
  Pending: { status: "Pending", isError: false, isFinal: false },
  InProgress: { status: "InProgress", isError: false, isFinal: false },
  Delayed: { status: "Delayed", isError: false, isFinal: false },
  Cancelling: { status: "Cancelling", isError: false, isFinal: false },
  Success: { status: "Success", isError: false, isFinal: true },
  Failed: { status: "Failed", isError: true, isFinal: true },
  ExecutionTimedOut: { status: "TimedOut", isError: true, isFinal: true },
  DeliveryTimedOut: { status: "TimedOut", isError: false, isFinal: true },
  Undeliverable: { status: "Failed", isError: false, isFinal: true },
  InvalidPlatform: { status: "Failed", isError: false, isFinal: true },
  AccessDenied: { status: "Failed", isError: false, isFinal: true },
  Terminated: { status: "Cancelled", isError: false, isFinal: true },
  Cancelled: { status: "Cancelled", isError: false, isFinal: true },
} as const;

export type InvocationState = keyof typeof invocationStates;

/** The same for commands as a whole. */
export const commandStates = {
  Pending: { status: "Pending", isFinal: false },
  InProgress: { status: "InProgress", isFinal: false },
  Cancelling: { status: "Cancelling", isFinal: false },
  Success: { status: "Success", isFinal: true },
  Failed: { status: "Failed", isFinal: true },
  Incomplete: { status: "Failed", isFinal: true },
  DeliveryTimedOut: { status: "TimedOut", isFinal: true },
  Cancelled: { status: "Cancelled", isFinal: true },
  RateExceeded: { status: "Failed", isFinal: true },
  NoInstancesInTag: { status: "Failed", isFinal: true },
} as const;

export type CommandState = keyof typeof commandStates;

export interface CommandRecord {
  readonly commandId: string;
  readonly document: DocumentRecord;
  readonly version: DocumentVersionRecord;
  /** As the request names it, `$DEFAULT` when it says nothing. */
  readonly documentVersion: string;
  readonly documentName: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly values: ParameterValues;
  readonly comment: string;
  readonly instanceIds: readonly string[];
  readonly targets: readonly Target[];
  readonly timeoutSeconds: number;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly requestedAt: number;
  /** Not started by then: it is not started any more. */
  readonly startBy: number;
  /** Not ended by then: it is given up. */
  readonly expiresAt: number;
  /** From then on reads show it. */
  readonly shownFrom: number;
  readonly invocations: Map<string, InvocationRecord>;
  /** Invocations that no agent has been asked for, in the order of sending; `next` is the first of them. */
  readonly queue: InvocationRecord[];
  next: number;
  /** Invocations that take a place in the concurrency. */
  running: number;
  /** How many may; grows when the dial `ramp` says so. */
  window: number;
  concurrency: number;
  errorsMax: number;
  state: CommandState;
  targetCount: number;
  readonly counts: { completed: number; errors: number; deliveryTimedOut: number };
  cancelExpiry: Cancel;
}

export interface InvocationRecord {
  readonly command: CommandRecord;
  readonly instanceId: string;
  readonly view: Delayed<InvocationView>;
  /** Stops what runs on the node. */
  stop: AbortController | undefined;
  /** It has its place in the concurrency of the command. */
  holdsPlace: boolean;
}

/** What reads show of an invocation; replaced as a whole at each change. */
export interface InvocationView {
  readonly state: InvocationState;
  /** Steps that have ended. */
  readonly reports: readonly StepReport[];
  /** When the agent began; undefined before. */
  readonly startedAt: number | undefined;
}
