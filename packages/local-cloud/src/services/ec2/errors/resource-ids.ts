import { AwsError } from "../../../kernel/aws-error.ts";

/** A kind of resource: how its ids look, and what EC2 answers for an id that is malformed or unknown. */
interface IdKind {
  readonly prefix: string;
  readonly malformed: string;
  readonly notFound: string;
  readonly text: (id: string) => string;
}

const idKinds = {
  instance: {
    prefix: "i",
    malformed: "InvalidInstanceID.Malformed",
    notFound: "InvalidInstanceID.NotFound",
    text: (id) => `The instance ID '${id}' does not exist`,
  },
  subnet: {
    prefix: "subnet",
    malformed: "InvalidSubnetID.Malformed",
    notFound: "InvalidSubnetID.NotFound",
    text: (id) => `The subnet ID '${id}' does not exist`,
  },
  "security-group": {
    prefix: "sg",
    malformed: "InvalidGroupId.Malformed",
    notFound: "InvalidGroup.NotFound",
    text: (id) => `The security group '${id}' does not exist`,
  },
  image: {
    prefix: "ami",
    malformed: "InvalidAMIID.Malformed",
    notFound: "InvalidAMIID.NotFound",
    text: (id) => `The image id '[${id}]' does not exist`,
  },
  vpc: {
    prefix: "vpc",
    malformed: "InvalidVpcID.Malformed",
    notFound: "InvalidVpcID.NotFound",
    text: (id) => `The vpc ID '${id}' does not exist`,
  },
  "network-interface": {
    prefix: "eni",
    malformed: "InvalidNetworkInterfaceId.Malformed",
    notFound: "InvalidNetworkInterfaceID.NotFound",
    text: (id) => `The networkInterface ID '${id}' does not exist`,
  },
  volume: {
    prefix: "vol",
    malformed: "InvalidParameterValue",
    notFound: "InvalidVolume.NotFound",
    text: (id) => `The volume '${id}' does not exist.`,
  },
  "security-group-rule": {
    prefix: "sgr",
    malformed: "InvalidSecurityGroupRuleId.Malformed",
    notFound: "InvalidSecurityGroupRuleId.NotFound",
    text: (id) => `The security group rule ID '${id}' does not exist`,
  },
  snapshot: {
    prefix: "snap",
    malformed: "InvalidSnapshotID.Malformed",
    notFound: "InvalidSnapshot.NotFound",
    text: (id) => `The snapshot '${id}' does not exist.`,
  },
} as const satisfies Record<string, IdKind>;

export type ResourceKind = keyof typeof idKinds;

/** @throws `Invalid…Malformed` when the text cannot be an id of that kind (8 or 17 hexadecimal digits) */
export function checkId(kind: ResourceKind, id: string): void {
  const { prefix, malformed } = idKinds[kind];
  if (new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) return;
  const expecting = kind === "instance" ? "" : ` (expecting "${prefix}-...")`;
  throw new AwsError(malformed, `Invalid id: "${id}"${expecting}`);
}

export function notFound(kind: ResourceKind, id: string): AwsError {
  const { notFound: code, text } = idKinds[kind];
  return new AwsError(code, text(id));
}

/** Looks ids up. @throws malformed or not found, for the first that is */
export function findAll<T>(kind: ResourceKind, ids: readonly string[], find: (id: string) => T | undefined): T[] {
  for (const id of ids) checkId(kind, id);
  return ids.map((id) => {
    const found = find(id);
    if (found === undefined) throw notFound(kind, id);
    return found;
  });
}
