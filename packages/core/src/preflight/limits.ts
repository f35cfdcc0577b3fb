/** Service Quotas codes by instance family. Names and codes: AWS Service Quotas, service `ec2`. */
export interface QuotaFamily {
  readonly family: string;
  /** First letters of the instance types that count against it. */
  readonly prefixes: readonly string[];
  readonly onDemand: string;
  /** Absent: this family is not sold as spot. */
  readonly spot?: string;
}

export const VCPU_QUOTAS: readonly QuotaFamily[] = [
  { family: "DL", prefixes: ["dl"], onDemand: "L-6E869C2A", spot: "L-85EED4F7" },
  { family: "HPC", prefixes: ["hpc"], onDemand: "L-F7808C92" },
  { family: "High Memory", prefixes: ["u-", "u7"], onDemand: "L-43DA4232" },
  { family: "Inf", prefixes: ["inf"], onDemand: "L-1945791B", spot: "L-B5D1601B" },
  { family: "Trn", prefixes: ["trn"], onDemand: "L-2C3B7624", spot: "L-6B0D517C" },
  { family: "G and VT", prefixes: ["g", "vt"], onDemand: "L-DB2E81BA", spot: "L-3819A6DF" },
  { family: "P5", prefixes: ["p5"], onDemand: "L-417A185B", spot: "L-C4BD4855" },
  { family: "P", prefixes: ["p"], onDemand: "L-417A185B", spot: "L-7212CCBC" },
  { family: "F", prefixes: ["f"], onDemand: "L-74FC7D96", spot: "L-88CF9481" },
  { family: "X", prefixes: ["x"], onDemand: "L-7295265B", spot: "L-E3A00192" },
  {
    family: "Standard (A, C, D, H, I, M, R, T, Z)",
    prefixes: ["a", "c", "d", "h", "i", "m", "r", "t", "z"],
    onDemand: "L-1216C47A",
    spot: "L-34B43A08",
  },
];

/** Service Quotas: `vpc` / Network interfaces per Region, 5,000 by default. */
export const INTERFACES_QUOTA = { service: "vpc", code: "L-DF5E4CA3" } as const;
/** Service Quotas: `ebs` / Storage for General Purpose SSD (gp3) volumes, in TiB, 50 by default. */
export const GP3_QUOTA = { service: "ebs", code: "L-7A658B76" } as const;

/**
 * Service Quotas: `iam`, 1,000 of each by default. They are the account's, and IAM itself tells them with what is used.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const IAM_QUOTAS = {
  roles: { service: "iam", code: "L-FE177D64" },
  instanceProfiles: { service: "iam", code: "L-6E65F664" },
} as const;

/** The family whose quota an instance type counts against. The longest prefix wins: `inf2` is not an I type. */
export function quotaFamilyOf(instanceType: string): QuotaFamily {
  const matches = VCPU_QUOTAS.flatMap((family) =>
    family.prefixes.filter((prefix) => instanceType.startsWith(prefix)).map((prefix) => ({ family, prefix })),
  );
  matches.sort((a, b) => b.prefix.length - a.prefix.length);
  const standard = VCPU_QUOTAS.at(-1) as QuotaFamily;
  return matches[0]?.family ?? standard;
}
