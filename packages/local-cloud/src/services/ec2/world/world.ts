/** What exists in the account and region before anyone launches anything. It is read once, when EC2 is created. */
export interface Ec2World {
  readonly zones: readonly Zone[];
  readonly vpcs: readonly VpcDefinition[];
  readonly subnets: readonly SubnetDefinition[];
  readonly securityGroups: readonly SecurityGroupDefinition[];
  readonly placementGroups: readonly PlacementGroupDefinition[];
  readonly images: readonly ImageDefinition[];
  readonly instanceProfiles: readonly InstanceProfileDefinition[];
  readonly keyPairs: readonly string[];
  /** KMS keys that EBS may use. A launch that names another one fails late, with Client.InternalError, as on AWS. */
  readonly kmsKeys: readonly string[];
  /** Instance types that some zones do not offer; a type that is not named here is offered in all of them. */
  readonly notOffered: readonly { readonly instanceType: string; readonly zones: readonly string[] }[];
}

export interface Zone {
  /** Such as `us-east-1a`. */
  readonly name: string;
  /** Such as `use1-az1`. */
  readonly id: string;
}

export interface VpcDefinition {
  readonly vpcId: string;
  readonly cidr: string;
  /** Launches that name no subnet go into the default VPC's default subnets. */
  readonly isDefault: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SubnetDefinition {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly defaultForZone: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  /** Addresses that others in the account hold already. */
  readonly takenAddresses: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecurityGroupDefinition {
  readonly groupId: string;
  readonly groupName: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: readonly SecurityGroupRuleDefinition[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecurityGroupRuleDefinition {
  readonly ruleId: string;
  readonly direction: "ingress" | "egress";
  /** `-1` for all, or a name such as `tcp`. */
  readonly protocol: string;
  /** -1 when all ports are meant. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: { readonly cidr: string } | { readonly groupId: string };
}

export type PlacementStrategy = "cluster" | "partition" | "spread";

interface PlacementGroupDefinition {
  readonly groupId: string;
  readonly groupName: string;
  readonly strategy: PlacementStrategy;
  /** Of strategy `partition` only. */
  readonly partitions?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ImageDefinition {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: "x86_64" | "arm64";
  readonly platform: "linux" | "windows";
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly creationDate: string;
  readonly rootDeviceName: string;
  readonly rootVolumeGiB: number;
  readonly rootSnapshotId: string;
  readonly rootVolumeType: "gp2" | "gp3";
  /** The image asks for IMDSv2: instances get HttpTokens required and a hop limit of 2 unless the launch says otherwise. */
  readonly requiresImdsV2: boolean;
  /** Public parameters of Systems Manager that hold this image's id. */
  readonly parameterNames: readonly string[];
}

export interface InstanceProfileDefinition {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  /** A profile without a role cannot be launched with. */
  readonly roleArn: string | undefined;
}

/** The ids of images by the names of the public SSM parameters that hold them. */
export function publicImageParameters(world: Ec2World): Readonly<Record<string, string>> {
  return Object.fromEntries(
    world.images.flatMap((image) => image.parameterNames.map((name) => [name, image.imageId] as const)),
  );
}
