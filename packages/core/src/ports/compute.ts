import type { Launch } from "../launch/launch.ts";

/** EC2, as far as Muster uses it. Transient faults are retried inside, then AwsUnavailable. */
export interface Compute extends InstanceReader, InstanceLauncher, InstanceEnder, LeftoverRemover {}

export interface InstanceReader {
  /**
   * Instances with all of these tags, in any state that EC2 still shows. New ones may be missing for a few minutes:
   * absence is never proof.
   */
  instances(tags: Readonly<Record<string, string>>): Promise<readonly Instance[]>;
}

export interface InstanceLauncher {
  /**
   * Launches all instances of a launch, or none. Safe to repeat: the launch's client token makes EC2 answer with the
   * instances that it already has.
   */
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /** Asks EC2 whether it would allow that launch, without launching: permission and parameters, not capacity. */
  tryLaunch(request: LaunchRequest): Promise<TryOutcome>;
}

export interface InstanceEnder {
  /** Lifts API termination and stop protection of one instance (two calls); an unknown instance is fine. */
  unprotect(instanceId: string): Promise<void>;
  /**
   * Asks EC2 to terminate, one zone a call. An instance that is still protected, or not known yet, is in `refused`; what
   * that does to others of its zone is for the next look to find out. `ending`: taken, and not terminated yet; until they
   * are, they hold their place in a placement group.
   */
  terminate(
    instances: readonly InstancePlace[],
  ): Promise<{ readonly refused: readonly string[]; readonly ending: readonly string[] }>;
}

export interface LeftoverRemover {
  /** Network interfaces and volumes with that tag that still exist. */
  leftovers(tags: Readonly<Record<string, string>>): Promise<Leftovers>;
  /** Deletes an interface that no instance uses; one that is gone already is fine. */
  deleteInterface(interfaceId: string): Promise<void>;
  deleteVolume(volumeId: string): Promise<void>;
}

export interface LaunchRequest {
  readonly launch: Launch;
  readonly interfaces: number;
  readonly securityGroups: readonly string[];
  readonly volumes: readonly { readonly deviceName: string; readonly sizeGiB: number; readonly type: string }[];
  readonly placementGroup?: string | undefined;
  /** Absent in a trial when the cluster's own is still to be made. */
  readonly instanceProfile?: string | undefined;
  readonly protect: boolean;
  /** On the instances, interfaces and volumes, from birth. */
  readonly tags: Readonly<Record<string, string>>;
}

export type LaunchOutcome =
  | { readonly outcome: "launched"; readonly instances: readonly LaunchedInstance[] }
  /** It worked once, and every instance of it has been terminated since. */
  | { readonly outcome: "vanished"; readonly code: string; readonly message: string }
  /** Nothing was launched: AWS has no capacity for that candidate. */
  | { readonly outcome: "no-capacity"; readonly code: string; readonly message: string }
  /** Nothing was launched, and the same request will not work later either. */
  | { readonly outcome: "refused"; readonly code: string; readonly message: string };

export type TryOutcome =
  | { readonly outcome: "allowed" }
  | { readonly outcome: "refused"; readonly code: string; readonly message: string };

/** In the order of the launch's places. */
export interface LaunchedInstance {
  readonly instanceId: string;
  readonly privateIp?: string | undefined;
}

export interface InstancePlace {
  readonly instanceId: string;
  readonly availabilityZone: string;
}

export interface Instance extends InstancePlace {
  /** Spot instances have no protection to lift: EC2 refuses the try. */
  readonly isSpot: boolean;
  readonly state: "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";
  readonly privateIp?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** EC2's word on why it changed state, when it has one. */
  readonly stateReason?: string | undefined;
  /** Epoch ms. */
  readonly launchedAt: number;
}

export interface Leftovers {
  readonly interfaces: readonly { readonly id: string; readonly inUse: boolean }[];
  readonly volumes: readonly { readonly id: string; readonly inUse: boolean }[];
}
