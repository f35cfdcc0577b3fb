import { createHash } from "node:crypto";
import type {
  Ec2World,
  ImageDefinition,
  SecurityGroupDefinition,
  SecurityGroupRuleDefinition,
  SubnetDefinition,
  Zone,
} from "./world.ts";

export interface DefaultWorldOptions {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/**
 * A small account to start from: three zones with a /20 subnet each in the default VPC, its default security group, one
 * whose members may talk to each other (`muster-members`) and one that lets nothing in (`muster-isolated`), a cluster
 * placement group (`muster-cluster`), Amazon Linux 2023 for both architectures, and one instance profile
 * (`muster-node`). The same account always gives the same ids, in every region: a spec that names them works wherever the
 * cloud says it is.
 */
export function defaultWorld(options: DefaultWorldOptions): Ec2World {
  const { region, account } = options;
  const id = (prefix: string, label: string) => stableId(prefix, `${account}/${label}`);
  const vpcId = id("vpc", "default");
  const zones = zonesOf(region);
  return {
    zones,
    vpcs: [{ vpcId, cidr: "172.31.0.0/16", isDefault: true, tags: {} }],
    subnets: zones.map((zone, index): SubnetDefinition => ({
      subnetId: id("subnet", `zone ${index}`),
      vpcId,
      zone: zone.name,
      cidr: `172.31.${index * ADDRESSES_STEP}.0/20`,
      defaultForZone: true,
      mapPublicIpOnLaunch: false,
      takenAddresses: 0,
      tags: {},
    })),
    securityGroups: groups(vpcId, id),
    placementGroups: [{ groupId: id("pg", "muster"), groupName: "muster-cluster", strategy: "cluster", tags: {} }],
    images: (["x86_64", "arm64"] as const).map((architecture) => amazonLinux(architecture, id)),
    instanceProfiles: [
      {
        name: "muster-node",
        id: `AIPA${createHash("sha256").update(`${account}/muster-node`).digest("hex").slice(0, 17).toUpperCase()}`,
        arn: `arn:aws:iam::${account}:instance-profile/muster-node`,
        roleArn: `arn:aws:iam::${account}:role/muster-node`,
      },
    ],
    keyPairs: [],
    kmsKeys: [],
    notOffered: [],
  };
}

/** A /20 spans sixteen values of the third number of an address. */
const ADDRESSES_STEP = 16;

function zonesOf(region: string): Zone[] {
  return ["a", "b", "c"].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${shortRegion(region)}-az${index + 1}`,
  }));
}

/** `us-east-1` is `use1` in zone ids, `ap-southeast-2` is `apse2`. */
function shortRegion(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const short = direction.replace(/(north|south|east|west|central)/g, (word) => word.charAt(0));
  return `${area}${short}${number}`;
}

function groups(vpcId: string, id: (prefix: string, label: string) => string): SecurityGroupDefinition[] {
  const members = id("sg", "members");
  const out = (label: string): SecurityGroupRuleDefinition => ({
    ruleId: id("sgr", `${label}-out`),
    direction: "egress",
    protocol: "-1",
    fromPort: -1,
    toPort: -1,
    peer: { cidr: "0.0.0.0/0" },
  });
  const byDefault = id("sg", "default");
  const within = (label: string, groupId: string): SecurityGroupRuleDefinition => ({
    ...out(label),
    ruleId: id("sgr", `${label}-in`),
    direction: "ingress",
    peer: { groupId },
  });
  return [
    {
      groupId: byDefault,
      groupName: "default",
      description: "default VPC security group",
      vpcId,
      rules: [within("default", byDefault), out("default")],
      tags: {},
    },
    {
      groupId: members,
      groupName: "muster-members",
      description: "Members may talk to each other",
      vpcId,
      rules: [within("members", members), out("members")],
      tags: {},
    },
    {
      groupId: id("sg", "isolated"),
      groupName: "muster-isolated",
      description: "Nothing comes in",
      vpcId,
      rules: [out("isolated")],
      tags: {},
    },
  ];
}

function amazonLinux(architecture: "x86_64" | "arm64", id: (prefix: string, label: string) => string): ImageDefinition {
  const kernels = ["default", "6.1"];
  return {
    imageId: id("ami", `al2023-${architecture}`),
    name: `al2023-ami-2023.9.20251117.1-kernel-6.1-${architecture}`,
    description: `Amazon Linux 2023 AMI 2023.9.20251117.1 ${architecture} HVM kernel-6.1`,
    architecture,
    platform: "linux",
    ownerId: "137112412989",
    ownerAlias: "amazon",
    creationDate: "2025-11-17T20:00:00.000Z",
    rootDeviceName: "/dev/xvda",
    rootVolumeGiB: 8,
    rootSnapshotId: id("snap", `al2023-${architecture}`),
    rootVolumeType: "gp3",
    requiresImdsV2: true,
    parameterNames: kernels.map(
      (kernel) => `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-${kernel}-${architecture}`,
    ),
  };
}

function stableId(prefix: string, label: string): string {
  return `${prefix}-0${createHash("sha256").update(`${prefix}/${label}`).digest("hex").slice(0, 16)}`;
}
