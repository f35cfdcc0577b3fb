/**
 * The vCPU quotas of EC2 by instance family, service code `ec2`. Names and codes as in Service Quotas; defaults of a new
 * account from the EC2 user guide, "Amazon EC2 instance type quotas"
 * (https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html).
 */
export const quotaFamilies = {
  standard: { onDemand: "L-1216C47A", spot: "L-34B43A08", onDemandDefault: 5, spotDefault: 5 },
  g: { onDemand: "L-DB2E81BA", spot: "L-3819A6DF", onDemandDefault: 0, spotDefault: 0 },
  p: { onDemand: "L-417A185B", spot: "L-7212CCBC", onDemandDefault: 0, spotDefault: 0 },
  hpc: { onDemand: "L-F7808C92", spot: undefined, onDemandDefault: 0, spotDefault: 0 },
  x: { onDemand: "L-7295265B", spot: "L-E3A00192", onDemandDefault: 0, spotDefault: 0 },
  f: { onDemand: "L-74FC7D96", spot: "L-88CF9481", onDemandDefault: 0, spotDefault: 0 },
  inf: { onDemand: "L-1945791B", spot: "L-B5D1601B", onDemandDefault: 0, spotDefault: 0 },
  trn: { onDemand: "L-2C3B7624", spot: "L-6B0D517C", onDemandDefault: 0, spotDefault: 0 },
  dl: { onDemand: "L-6E869C2A", spot: "L-85EED4F7", onDemandDefault: 0, spotDefault: 0 },
  highMemory: { onDemand: "L-43DA4232", spot: undefined, onDemandDefault: 0, spotDefault: 0 },
} as const;

export type QuotaFamily = keyof typeof quotaFamilies;

/** Spot P5 has a quota of its own, "All P5 Spot Instance Requests", beside that of P2, P3 and P4. */
export const SPOT_P5_QUOTA = "L-C4BD4855";

/** The quota that a launch of that type counts against; undefined when the type cannot be had on that market. */
export function vCpuQuota(
  type: { readonly name: string; readonly family: QuotaFamily },
  market: "on-demand" | "spot",
): string | undefined {
  const family = quotaFamilies[type.family];
  if (market === "on-demand") return family.onDemand;
  return type.name.startsWith("p5") ? SPOT_P5_QUOTA : family.spot;
}
