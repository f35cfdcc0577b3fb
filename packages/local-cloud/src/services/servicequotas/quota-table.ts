import { IAM_QUOTAS } from "../iam/account-summary.ts";

/** A quota as AWS sets it for a new account. */
export interface QuotaDefinition {
  readonly serviceCode: string;
  readonly quotaCode: string;
  readonly name: string;
  readonly value: number;
  readonly adjustable: boolean;
  /** It bounds the vCPUs of an instance family. */
  readonly boundsVCpus: boolean;
  /** Class of the metric `ResourceCount` in `AWS/Usage` that shows its use. */
  readonly usageClass?: string;
}

/** The services that have quotas here. */
export const serviceNames: Readonly<Record<string, string>> = {
  ec2: "Amazon Elastic Compute Cloud (Amazon EC2)",
  vpc: "Amazon Virtual Private Cloud (Amazon VPC)",
  ebs: "Amazon Elastic Block Store (Amazon EBS)",
  events: "Amazon EventBridge (CloudWatch Events)",
  iam: "AWS Identity and Access Management (IAM)",
  ssm: "AWS Systems Manager",
};

const ON_DEMAND = "Running On-Demand";

/**
 * Codes, names and defaults as ListAWSDefaultServiceQuotas answers them; where a value is in the documents it is from
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html (vCPUs),
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, .../ebs/latest/userguide/ebs-resource-quotas.html,
 * .../eventbridge/latest/userguide/eb-quota.html. AWS raises the vCPU quotas of accounts in use by itself.
 */
export const quotaTable: readonly QuotaDefinition[] = [
  vCpus("L-1216C47A", `${ON_DEMAND} Standard (A, C, D, H, I, M, R, T, Z) instances`, 5, "Standard/OnDemand"),
  vCpus("L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5, "Standard/Spot"),
  vCpus("L-DB2E81BA", `${ON_DEMAND} G and VT instances`, 0, "G/OnDemand"),
  vCpus("L-3819A6DF", "All G and VT Spot Instance Requests", 0),
  vCpus("L-417A185B", `${ON_DEMAND} P instances`, 0, "P/OnDemand"),
  vCpus("L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests", 0),
  vCpus("L-C4BD4855", "All P5 Spot Instance Requests", 0),
  vCpus("L-F7808C92", `${ON_DEMAND} HPC instances`, 0),
  vCpus("L-7295265B", `${ON_DEMAND} X instances`, 0, "X/OnDemand"),
  vCpus("L-E3A00192", "All X Spot Instance Requests", 0),
  vCpus("L-74FC7D96", `${ON_DEMAND} F instances`, 0, "F/OnDemand"),
  vCpus("L-88CF9481", "All F Spot Instance Requests", 0),
  vCpus("L-1945791B", `${ON_DEMAND} Inf instances`, 0, "Inf/OnDemand"),
  vCpus("L-B5D1601B", "All Inf Spot Instance Requests", 0),
  vCpus("L-2C3B7624", `${ON_DEMAND} Trn instances`, 0),
  vCpus("L-6B0D517C", "All Trn Spot Instance Requests", 0),
  vCpus("L-6E869C2A", `${ON_DEMAND} DL instances`, 0),
  vCpus("L-85EED4F7", "All DL Spot Instance Requests", 0),
  vCpus("L-43DA4232", `${ON_DEMAND} High Memory instances`, 0),
  quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5),
  quota("vpc", "L-DF5E4CA3", "Network interfaces per Region", 5_000),
  quota("vpc", "L-E79EC296", "VPC security groups per Region", 2_500),
  quota("vpc", "L-2AFB9258", "Security groups per network interface", 5),
  quota("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60),
  quota("vpc", "L-407747CB", "Subnets per VPC", 200),
  quota("vpc", "L-F678F1CE", "VPCs per Region", 5),
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  quota("iam", IAM_QUOTAS.roles.code, "Roles per account", IAM_QUOTAS.roles.byDefault),
  quota(
    "iam",
    IAM_QUOTAS.instanceProfiles.code,
    "Instance profiles per account",
    IAM_QUOTAS.instanceProfiles.byDefault,
  ),
  quota("ebs", "L-7A658B76", "Storage for General Purpose SSD (gp3) volumes, in TiB", 50),
  quota("ebs", "L-D18FCD1D", "Storage for General Purpose SSD (gp2) volumes, in TiB", 50),
  quota("ebs", "L-FD252861", "Storage for Provisioned IOPS SSD (io1) volumes, in TiB", 50),
  quota("ebs", "L-09BD8365", "Storage for Provisioned IOPS SSD (io2) volumes, in TiB", 20),
  quota("ebs", "L-B3A130E6", "IOPS for Provisioned IOPS SSD (io1) volumes", 300_000),
  quota("ebs", "L-8D977E7E", "IOPS for Provisioned IOPS SSD (io2) volumes", 100_000),
  quota("events", "L-244521F2", "Rules", 300),
  quota("ssm", "L-09101E66", "Concurrently executing automations", 100),
];

/** An account that has been in use for long: room for thousands of vCPUs of every family, AWS's defaults elsewhere. */
export const generousQuotas: readonly AppliedQuota[] = quotaTable
  .filter(({ boundsVCpus }) => boundsVCpus)
  .map(({ serviceCode, quotaCode }) => ({ serviceCode, quotaCode, value: 10_000 }));

/** A value that an account has instead of the default. */
export interface AppliedQuota {
  readonly serviceCode: string;
  readonly quotaCode: string;
  readonly value: number;
}

function vCpus(quotaCode: string, name: string, value: number, usageClass?: string): QuotaDefinition {
  return {
    ...quota("ec2", quotaCode, name, value),
    boundsVCpus: true,
    ...(usageClass !== undefined && { usageClass }),
  };
}

function quota(serviceCode: string, quotaCode: string, name: string, value: number): QuotaDefinition {
  return { serviceCode, quotaCode, name, value, adjustable: true, boundsVCpus: false };
}
