/** One line of a cluster's append-only record of what happened and why. */
export interface TimelineEntry {
  readonly cluster: string;
  /** ULID: sorts by time, unique. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly operationId: string;
  /** Past tense, dotted by noun: `nodes.launched`, `hook.failed`. */
  readonly event: string;
  /** A sentence for a person. */
  readonly text: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}
