/** What preflight reads of the account, network and images. Each method throws AwsAccessDenied or AwsUnavailable. */
export interface Account {
  /** Undefined: AWS knows no such quota in this region. */
  quota(serviceCode: string, quotaCode: string): Promise<Quota | undefined>;
  /** Instances that count against vCPU quotas now, pending and running, grouped. */
  runningInstances(): Promise<readonly RunningInstances[]>;
  subnets(ids: readonly string[]): Promise<readonly Subnet[]>;
  securityGroups(ids: readonly string[]): Promise<readonly SecurityGroup[]>;
  placementGroup(name: string): Promise<PlacementGroup | undefined>;
  instanceTypes(types: readonly string[]): Promise<readonly InstanceTypeFacts[]>;
  /** Which of the types are offered in which zones. */
  offerings(types: readonly string[], zones: readonly string[]): Promise<readonly { type: string; zone: string }[]>;
  image(id: string): Promise<Image | undefined>;
  /** The newest Amazon Linux 2023 for that architecture. */
  newestImage(architecture: "x86_64" | "arm64"): Promise<string>;
  networkInterfaces(): Promise<number>;
  /** Total size of gp3 volumes, GiB. */
  gp3Storage(): Promise<number>;
  /** Undefined when there is no such instance profile, or it has no role. */
  instanceProfile(name: string): Promise<InstanceProfile | undefined>;
  /** Roles and instance profiles that the account has, and may have. */
  roleRoom(): Promise<RoleRoom>;
}

export interface InstanceProfile {
  readonly name: string;
  /** `/`, or `/a/b/`. */
  readonly path: string;
}

export interface RoleRoom {
  readonly roles: { readonly used: number; readonly quota: number };
  readonly instanceProfiles: { readonly used: number; readonly quota: number };
}

export interface Quota {
  readonly value: number;
  readonly name: string;
  readonly isAdjustable: boolean;
}

export interface RunningInstances {
  readonly instanceType: string;
  readonly isSpot: boolean;
  readonly vCpus: number;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  /** IPv4, such as `10.0.0.0/20`. */
  readonly cidr: string;
  readonly freeAddresses: number;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
  readonly ingress: readonly IngressRule[];
}

export interface IngressRule {
  /** `-1`: all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** Source group ids, or CIDR ranges. */
  readonly groups: readonly string[];
  readonly ranges: readonly string[];
}

export interface PlacementGroup {
  readonly name: string;
  readonly strategy: string;
  readonly state: string;
}

export interface InstanceTypeFacts {
  readonly type: string;
  readonly vCpus: number;
  readonly architectures: readonly string[];
  readonly interfacesMax: number;
  readonly instanceStoreDisks: number;
  readonly supportsSpot: boolean;
  readonly supportsClusterPlacement: boolean;
}

export interface Image {
  readonly id: string;
  readonly architecture: string;
  readonly state: string;
  readonly rootDeviceName: string;
  readonly requiresImdsV2: boolean;
}
