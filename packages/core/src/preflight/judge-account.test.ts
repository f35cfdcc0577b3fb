import { aBlueprint, aShape, aTier } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunningInstances } from "../ports/account.ts";
import type { TierBlueprint } from "../product/blueprint.ts";
import type { PreflightFacts } from "./facts.ts";
import { judgeQuotas, quotasNeeded, ROOT_VOLUME_GIB, storageGiB } from "./judge-account.ts";

const known = <T>(value: T) => ({ known: value });
const quota = (value: number) => known({ value, name: "quota", isAdjustable: true });

/** An account with room for everything, changed only where a test says so. */
function facts(change: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    ...({} as PreflightFacts),
    runningInstances: known([]),
    quotas: new Proxy({}, { get: () => quota(1_000_000) }),
    networkInterfaces: known(0),
    gp3StorageGiB: known(0),
    ...change,
  };
}

const tierOf = (instanceType: string, change: Partial<TierBlueprint> = {}) =>
  aTier({ shapes: [aShape({ instanceType, vCpus: 8 })], count: 2, ...change });

function findings(tiers: readonly TierBlueprint[], change: Partial<PreflightFacts> = {}) {
  const shapes = new Map(
    tiers.flatMap((tier) => (tier.shapes[0] === undefined ? [] : ([[tier.name, tier.shapes[0]]] as const))),
  );
  return judgeQuotas(aBlueprint({ tiers }), shapes, facts(change));
}

describe("the quotas of a cluster", () => {
  it("are one of vCPUs for each family and way to buy, and one each of interfaces and storage", () => {
    const tiers = [
      tierOf("i3en.2xlarge"),
      tierOf("c5.2xlarge", { name: "client", purchase: "spot" }),
      tierOf("p5.48xlarge", { name: "gpu" }),
    ];
    const needed = quotasNeeded(aBlueprint({ tiers })).map(({ service, code }) => `${service} ${code}`);
    expect(needed).toEqual(["ec2 L-1216C47A", "ec2 L-34B43A08", "ec2 L-417A185B", "vpc L-DF5E4CA3", "ebs L-7A658B76"]);
    expect(findings(tiers).map(({ id }) => id)).toEqual([
      "vcpu-quota.on-demand.L-1216C47A",
      "vcpu-quota.spot.L-34B43A08",
      "vcpu-quota.on-demand.L-417A185B",
      "interface-quota",
      "gp3-storage-quota",
    ]);
  });

  it("add up over the tiers that share one, and over their nodes", () => {
    const tiers = [tierOf("i3en.2xlarge", { count: 6 }), tierOf("c5.2xlarge", { name: "client", count: 4 })];
    const [vCpus, interfaces, storage] = findings(tiers);
    expect(vCpus).toMatchObject({ needed: `${10 * 8} more`, verdict: "ok" });
    expect(interfaces?.needed).toBe(`${10 * 4} more`);
    expect(storage?.needed).toBe(`${Math.ceil(((10 * storageGiB(aShape())) / 1024) * 100) / 100} more`);
  });

  it("are not asked for a tier without nodes, nor for what is not sold as spot", () => {
    expect(findings([tierOf("i3en.2xlarge", { count: 0 })]).map(({ id }) => id)).toEqual([
      "interface-quota",
      "gp3-storage-quota",
    ]);
    expect(findings([tierOf("hpc7a.12xlarge", { purchase: "spot" })]).map(({ id }) => id)).not.toContain("vcpu-quota");
  });

  it("count the root volume of a node besides its own", () => {
    expect(storageGiB(aShape({ volumes: [] }))).toBe(ROOT_VOLUME_GIB);
  });

  it.each([
    { value: 16, verdict: "ok" },
    { value: 15, verdict: "block" },
  ])("are kept to the last vCPU: 16 of $value", ({ value, verdict }) => {
    const [finding] = findings([tierOf("i3en.2xlarge")], { quotas: { "ec2/L-1216C47A": quota(value) } });
    expect(finding?.verdict).toBe(verdict);
  });

  const running = fc.array(
    fc.record({
      instanceType: fc.constantFrom("m5.large", "i3en.2xlarge", "p4d.24xlarge", "g5.xlarge"),
      isSpot: fc.boolean(),
      vCpus: fc.integer({ min: 1, max: 500 }),
    }),
    { maxLength: 10 },
  );

  it("are kept exactly when what is used and what is needed fit together", () => {
    fc.assert(
      fc.property(
        running,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 3_000 }),
        (instances, count, value) => {
          const [finding] = findings([tierOf("i3en.2xlarge", { count })], {
            runningInstances: known(instances),
            quotas: { "ec2/L-1216C47A": quota(value) },
          });
          const counts = ({ instanceType, isSpot }: RunningInstances) => !isSpot && /^[mi]/.test(instanceType);
          const total = instances.filter(counts).reduce((sum, { vCpus }) => sum + vCpus, 0) + count * 8;
          const asks = total <= value ? undefined : `${total}`;
          expect(finding?.verdict).toBe(total <= value ? "ok" : "block");
          expect(/--desired-value (\d+)$/.exec(finding?.remedy ?? "")?.[1]).toBe(asks);
        },
      ),
    );
  });

  // The P family and P5 have one on-demand quota, L-417A185B: what runs of the other counts too.
  it("count everything that shares a code, of whichever family", () => {
    const [finding] = findings([tierOf("p5.48xlarge")], {
      runningInstances: known([{ instanceType: "p4d.24xlarge", isSpot: false, vCpus: 96 }]),
      quotas: { "ec2/L-417A185B": quota(100) },
    });
    expect(finding?.verdict).toBe("block");
  });

  it.each([
    { why: "was not asked for", quotas: {} },
    { why: "AWS does not know", quotas: { "ec2/L-1216C47A": known(undefined) } },
    { why: "could not be read", quotas: { "ec2/L-1216C47A": { unknown: "AccessDenied" } } },
  ])("say so, and do not block, when one $why", ({ quotas }) => {
    const [finding] = findings([tierOf("i3en.2xlarge")], { quotas });
    expect(finding?.verdict).toBe("unknown");
  });
});
