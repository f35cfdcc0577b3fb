import type {
  Image,
  InstanceProfile,
  InstanceTypeFacts,
  PlacementGroup,
  Quota,
  RoleRoom,
  RunningInstances,
  SecurityGroup,
  Subnet,
} from "../ports/account.ts";
import type { TryOutcome } from "../ports/compute.ts";

/** A fact, or why it could not be had. */
export type Fact<T> = { readonly known: T } | { readonly unknown: string };

/** Everything that preflight reads, all at once; what could not be read says why. */
export interface PreflightFacts {
  readonly subnets: Fact<readonly Subnet[]>;
  readonly securityGroups: Fact<readonly SecurityGroup[]>;
  /** `known: undefined` when the spec names none, or there is none of that name. */
  readonly placementGroup: Fact<PlacementGroup | undefined>;
  readonly instanceTypes: Fact<readonly InstanceTypeFacts[]>;
  readonly offerings: Fact<readonly { type: string; zone: string }[]>;
  /** By architecture. */
  readonly images: Readonly<Record<string, Fact<Image | undefined>>>;
  readonly runningInstances: Fact<readonly RunningInstances[]>;
  /** By `<service>/<code>`. */
  readonly quotas: Readonly<Record<string, Fact<Quota | undefined>>>;
  readonly networkInterfaces: Fact<number>;
  readonly gp3StorageGiB: Fact<number>;
  /** `known: undefined` when the spec names none, or there is none of that name. */
  readonly instanceProfile: Fact<InstanceProfile | undefined>;
  /** `known: undefined` when the spec names a profile: Muster makes none then. */
  readonly roleRoom: Fact<RoleRoom | undefined>;
  /** By the secret's id. */
  readonly secrets: Readonly<Record<string, Fact<boolean>>>;
}

/** What EC2 answered to a launch that was tried without launching, by tier. */
export type LaunchTrials = Readonly<Record<string, Fact<TryOutcome>>>;
