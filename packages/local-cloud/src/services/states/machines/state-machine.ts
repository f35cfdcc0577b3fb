import type { Machine } from "@muster/asl";

/** A state machine with all that is kept of it. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  /** What an execution of the plain ARN runs. */
  revision: Revision;
  readonly tags: Map<string, string>;
  readonly versions: Map<number, Version>;
  readonly aliases: Map<string, Alias>;
  lastVersion: number;
  /** Asked to be deleted; it goes with its last running execution. */
  isDeleting: boolean;
}

/** One definition and role; it never changes, so that an execution keeps what it started with. */
export interface Revision {
  /** Absent for the first one, as on AWS. */
  readonly id: string | undefined;
  /** The text as it was given. */
  readonly definition: string;
  readonly machine: Machine;
  readonly roleArn: string;
  readonly updatedAt: number;
}

export interface Version {
  readonly number: number;
  readonly arn: string;
  readonly revision: Revision;
  readonly description: string | undefined;
  readonly createdAt: number;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  updatedAt: number;
  description: string | undefined;
  /** One version, or two whose weights sum to 100. */
  routes: readonly Route[];
}

export interface Route {
  readonly version: Version;
  readonly weight: number;
}
