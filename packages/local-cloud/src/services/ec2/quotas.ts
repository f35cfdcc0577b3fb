import { quotaFamilies, SPOT_P5_QUOTA } from "./instance-types/quota-families.ts";

/** The value of a quota in this account and region; undefined when the service has no quota of that code. */
export type QuotaSource = (serviceCode: string, quotaCode: string) => number | undefined;

/** Network interfaces per Region, service `vpc`. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export const NETWORK_INTERFACES_QUOTA = { service: "vpc", code: "L-DF5E4CA3", default: 5_000 } as const;

/** Security groups per network interface, service `vpc`. */
export const GROUPS_PER_INTERFACE_QUOTA = { service: "vpc", code: "L-2AFB9258", default: 5 } as const;

/** Storage by volume type, TiB, service `ebs`. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
export const storageQuotas: Readonly<Record<string, { readonly code: string; readonly defaultTiB: number }>> = {
  gp3: { code: "L-7A658B76", defaultTiB: 50 },
  gp2: { code: "L-D18FCD1D", defaultTiB: 50 },
  io1: { code: "L-FD252861", defaultTiB: 50 },
  io2: { code: "L-09BD8365", defaultTiB: 20 },
};

/** The quotas of an account nobody has used yet: five standard vCPUs, none of the others. */
export const newAccountQuotas: QuotaSource = (service, code) => {
  if (service === "ec2") return newAccountVCpus.get(code);
  if (service === "vpc") {
    return [NETWORK_INTERFACES_QUOTA, GROUPS_PER_INTERFACE_QUOTA].find((quota) => quota.code === code)?.default;
  }
  if (service === "ebs") return Object.values(storageQuotas).find((quota) => quota.code === code)?.defaultTiB;
  return undefined;
};

/** The same account with vCPU quotas that nobody reaches; the other quotas are AWS's defaults. */
export const roomyQuotas: QuotaSource = (service, code) =>
  service === "ec2" && newAccountVCpus.has(code) ? ROOMY_VCPUS : newAccountQuotas(service, code);

const ROOMY_VCPUS = 1_000_000;

const newAccountVCpus: ReadonlyMap<string, number> = new Map([
  [SPOT_P5_QUOTA, 0] as const,
  ...Object.values(quotaFamilies).flatMap((family) => [
    [family.onDemand, family.onDemandDefault] as const,
    ...(family.spot === undefined ? [] : [[family.spot, family.spotDefault] as const]),
  ]),
]);
