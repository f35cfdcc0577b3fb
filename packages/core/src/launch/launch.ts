import type { PurchaseOption } from "../spec/spec.ts";

/**
 * `requested`: the row is written, EC2 may or may not have been asked: ask (again) with the same token. `launched`: EC2
 * answered. `failed`: EC2 refused, nothing runs. `abandoned`: given up after a launch, its instances are terminated.
 */
export type LaunchState = "requested" | "launched" | "failed" | "abandoned";

/**
 * One EC2 launch request in the ledger, written before EC2 is called. Everything that the request is made of is in it
 * (or in the spec, which does not change during an operation), so that a repetition is the same to the last letter.
 */
export interface Launch {
  readonly cluster: string;
  readonly launchId: string;
  readonly operationId: string;
  readonly tier: string;
  readonly state: LaunchState;
  /** Places in the tier that its instances fill. */
  readonly indexes: readonly number[];
  readonly instanceType: string;
  readonly imageId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly purchase: PurchaseOption;
  /** Fewer instances than places will do: the rest goes to the next candidate. */
  readonly isPartialFine: boolean;
  /** EC2 gave fewer than asked for: this candidate has no more. */
  readonly cameShort: boolean;
  /** Epoch ms of the row; pacing counts from it. */
  readonly requestedAt: number;
  /** Why it failed or was abandoned. */
  readonly reason?: LaunchReason | undefined;
}

export interface LaunchReason {
  /**
   * `capacity`: another candidate may work. `refused`: none would. `vanished`: it was launched, and its instances were
   * gone before their answer arrived; the same candidate may be tried again.
   */
  readonly kind: "capacity" | "refused" | "vanished";
  readonly code: string;
  readonly message: string;
}

/**
 * EC2's client token of a launch (64 ASCII characters at most): the launch's own id, so that a repetition is
 * recognised and a new attempt is not.
 */
export function clientToken(launch: Pick<Launch, "launchId">): string {
  return `muster-${launch.launchId}`;
}

/**
 * Instances of one launch. The row, its nodes and the fence check are one DynamoDB transaction (100 actions), and AWS
 * advises five calls of 100 rather than one of 500.
 */
export const LAUNCH_NODES_MAX = 96;
