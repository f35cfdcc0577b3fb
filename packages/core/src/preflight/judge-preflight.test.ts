import { aBlueprint, aShape, aSpec, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { PreflightFacts } from "./facts.ts";
import { judgePreflight, judgeTrials, requireGoodFindings } from "./judge-preflight.ts";
import { quotaFamilyOf } from "./limits.ts";
import { holds } from "./cidr.ts";

const SUBNET = "subnet-0aaaaaaaaaaaaaaaa";
const GROUP = "sg-0aaaaaaaaaaaaaaaa";

/** An account in which everything is fine for six i3en.2xlarge. */
function facts(change: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    subnets: {
      known: [{ id: SUBNET, vpcId: "vpc-1", availabilityZone: "us-east-1a", cidr: "10.0.0.0/20", freeAddresses: 4000 }],
    },
    securityGroups: {
      known: [
        {
          id: GROUP,
          vpcId: "vpc-1",
          ingress: [{ protocol: "-1", fromPort: 0, toPort: 65_535, groups: [GROUP], ranges: [] }],
        },
      ],
    },
    placementGroup: { known: undefined },
    instanceTypes: {
      known: [
        {
          type: "i3en.2xlarge",
          vCpus: 8,
          architectures: ["x86_64"],
          interfacesMax: 4,
          instanceStoreDisks: 2,
          supportsSpot: true,
          supportsClusterPlacement: true,
        },
      ],
    },
    offerings: { known: [{ type: "i3en.2xlarge", zone: "us-east-1a" }] },
    images: {
      x86_64: {
        known: {
          id: "ami-1",
          architecture: "x86_64",
          state: "available",
          rootDeviceName: "/dev/xvda",
          requiresImdsV2: true,
        },
      },
    },
    runningInstances: { known: [] },
    quotas: {
      "ec2/L-1216C47A": { known: { value: 48, name: "vCPU", isAdjustable: true } },
      "vpc/L-DF5E4CA3": { known: { value: 5000, name: "ENI", isAdjustable: true } },
      "ebs/L-7A658B76": { known: { value: 50, name: "gp3", isAdjustable: true } },
    },
    networkInterfaces: { known: 0 },
    gp3StorageGiB: { known: 0 },
    instanceProfile: known(undefined),
    roleRoom: { known: { roles: { used: 999, quota: 1_000 }, instanceProfiles: { used: 0, quota: 1_000 } } },
    secrets: {},
    ...change,
  };
}

function judge(change: Partial<PreflightFacts> = {}, blueprint = aBlueprint(), spec = aSpec()) {
  return judgePreflight(spec, blueprint, facts(change));
}

const verdicts = (change: Partial<PreflightFacts>, blueprint = aBlueprint(), spec = aSpec()) =>
  Object.fromEntries(judge(change, blueprint, spec).findings.map((finding) => [finding.id, finding.verdict]));

function known<T>(value: T): { readonly known: T } {
  return { known: value };
}

describe("preflight", () => {
  it("finds nothing wrong where nothing is, and pins what launches will use", () => {
    const { findings, resolved } = judge();
    expect(findings.filter((finding) => finding.verdict !== "ok")).toEqual([]);
    expect(resolved).toEqual({
      placements: [{ subnetId: SUBNET, availabilityZone: "us-east-1a" }],
      images: { x86_64: "ami-1" },
      instanceTypes: { [`backend/${SUBNET}`]: ["i3en.2xlarge"] },
    });
  });

  const [subnet] = judge().resolved.placements.map(({ subnetId }) => ({
    id: subnetId,
    vpcId: "vpc-1",
    availabilityZone: "us-east-1a",
    cidr: "10.0.0.0/20",
  }));
  it.each([
    {
      id: "vcpu-quota.on-demand.L-1216C47A",
      why: "another cluster uses the quota",
      change: { runningInstances: known([{ instanceType: "m5.large", isSpot: false, vCpus: 2 }]) },
    },
    {
      id: `addresses.${SUBNET}`,
      why: "an address is missing",
      change: { subnets: known([{ ...subnet, freeAddresses: 23 }]) },
    },
    {
      id: "offering.i3en.2xlarge.us-east-1a",
      why: "the zone does not have the type",
      change: { offerings: known([]) },
    },
    {
      id: "instance-type.i3en.2xlarge",
      why: "the region does not have the type",
      change: { instanceTypes: known([]) },
    },
    { id: "interface-quota", why: "interfaces run out", change: { networkInterfaces: known(4977) } },
    { id: "gp3-storage-quota", why: "gp3 storage runs out", change: { gp3StorageGiB: known(50 * 1024) } },
    { id: "image.x86_64", why: "the AMI is gone", change: { images: { x86_64: known(undefined) } } },
    {
      id: "iam-roles",
      why: "the account has all the roles that it may have",
      change: {
        roleRoom: known({ roles: { used: 1_000, quota: 1_000 }, instanceProfiles: { used: 0, quota: 1_000 } }),
      },
    },
    {
      id: "iam-instance-profiles",
      why: "the account has all the profiles that it may have",
      change: {
        roleRoom: known({ roles: { used: 0, quota: 1_000 }, instanceProfiles: { used: 1_000, quota: 1_000 } }),
      },
    },
    { id: `subnet.${SUBNET}`, why: "the subnet is not there", change: { subnets: known([]) } },
    { id: "security-groups", why: "the group is not there", change: { securityGroups: known([]) } },
    {
      id: "security-groups",
      why: "the ports are closed",
      change: { securityGroups: known([{ id: GROUP, vpcId: "vpc-1", ingress: [] }]) },
    },
    {
      id: "security-groups",
      why: "the group is of another VPC",
      change: { securityGroups: known([{ id: GROUP, vpcId: "vpc-2", ingress: [] }]) },
    },
  ])("blocks when $why", ({ id, change }) => {
    expect(verdicts(change as Partial<PreflightFacts>)[id]).toBe("block");
  });

  it("says exactly what to ask AWS for", () => {
    const finding = judge({
      runningInstances: known([{ instanceType: "m5.large", isSpot: false, vCpus: 2 }]),
    }).findings.find((f) => f.id.startsWith("vcpu"));
    expect(finding).toMatchObject({ measured: "48 vCPU, 2 in use", needed: "48 more" });
    expect(finding?.remedy).toContain(
      "request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 50",
    );
  });

  it("does not count spot against on-demand, nor one family against another", () => {
    const runningInstances = known([
      { instanceType: "m5.large", isSpot: true, vCpus: 400 },
      { instanceType: "p5.48xlarge", isSpot: false, vCpus: 192 },
    ]);
    expect(verdicts({ runningInstances })["vcpu-quota.on-demand.L-1216C47A"]).toBe("ok");
  });

  it("only warns of a bad place while a good one is left, and launches there", () => {
    const other = {
      id: "subnet-0b",
      vpcId: "vpc-1",
      availabilityZone: "us-east-1b",
      cidr: "10.0.16.0/20",
      freeAddresses: 3,
    };
    const { findings, resolved } = judge({
      subnets: known([other, ...(facts().subnets as { known: never[] }).known]),
      offerings: known([
        { type: "i3en.2xlarge", zone: "us-east-1a" },
        { type: "i3en.2xlarge", zone: "us-east-1b" },
      ]),
    });
    expect(findings.find((f) => f.id === "addresses.subnet-0b")?.verdict).toBe("warn");
    expect(resolved.placements.map((p) => p.subnetId)).toEqual([SUBNET]);
  });

  it("does not let one tier's good place hide that another tier fits nowhere", () => {
    const blueprint = aBlueprint({
      tiers: [aTier(), aTier({ name: "client", count: 2, shapes: [aShape({ instanceType: "c5.2xlarge" })] })],
    });
    expect(judge({}, blueprint).resolved.placements).toEqual([]);
  });

  it("tells what it could not read, and goes on", () => {
    const found = verdicts({ quotas: {}, runningInstances: { unknown: "AccessDenied" } });
    expect(found["vcpu-quota.on-demand.L-1216C47A"]).toBe("unknown");
    expect(() => requireGoodFindings("demo", judge({ gp3StorageGiB: { unknown: "x" } }).findings)).not.toThrow();
  });

  it("blocks where it cannot read which AMI to launch", () => {
    expect(verdicts({ images: { x86_64: { unknown: "AccessDenied" } } })["image.x86_64"]).toBe("block");
  });

  it.each([
    { group: undefined, verdict: "block" },
    { group: { name: "pg", strategy: "spread", state: "available" }, verdict: "block" },
    { group: { name: "pg", strategy: "cluster", state: "deleting" }, verdict: "block" },
    { group: { name: "pg", strategy: "cluster", state: "available" }, verdict: "ok" },
  ])("judges the placement group $group", ({ group, verdict }) => {
    const spec = aSpec({ network: { ...aSpec().network, placementGroup: "pg" } });
    expect(verdicts({ placementGroup: known(group) }, aBlueprint(), spec)["placement-group"]).toBe(verdict);
  });

  it("takes an address range that holds the subnets for open, and a narrower one for closed", () => {
    const ingress = (range: string) =>
      known([
        {
          id: GROUP,
          vpcId: "vpc-1",
          ingress: [{ protocol: "tcp", fromPort: 14_000, toPort: 14_100, groups: [], ranges: [range] }],
        },
      ]);
    expect(verdicts({ securityGroups: ingress("10.0.0.0/8") })["security-groups"]).toBe("ok");
    expect(verdicts({ securityGroups: ingress("10.0.0.0/24") })["security-groups"]).toBe("block");
  });

  it("passes on what EC2 says to the dry run", () => {
    const findings = judgeTrials({
      backend: known({ outcome: "refused", code: "UnauthorizedOperation", message: "no" }),
      client: known({ outcome: "allowed" }),
    });
    expect(findings.map((f) => f.verdict)).toEqual(["block", "ok"]);
    expect(() => requireGoodFindings("demo", findings)).toThrow(/UnauthorizedOperation/);
  });
});

describe("a profile that the spec names", () => {
  const spec = aSpec({ instanceProfile: "mine" });
  const verdictOf = (instanceProfile: PreflightFacts["instanceProfile"]) =>
    verdicts({ instanceProfile, roleRoom: known(undefined) }, aBlueprint(), spec);

  it.each([
    { what: "is there", profile: known({ name: "mine", path: "/nodes/" }), verdict: "ok" },
    { what: "is not there", profile: known(undefined), verdict: "block" },
    {
      what: "was made by Muster for another cluster",
      profile: known({ name: "mine", path: "/muster/dev/us-east-1/" }),
      verdict: "block",
    },
    { what: "may not be seen", profile: { unknown: "denied" }, verdict: "unknown" },
  ])("and that $what: $verdict; what the account has room for is no matter", ({ profile, verdict }) => {
    const found = verdictOf(profile);
    expect(found["instance-profile"]).toBe(verdict);
    expect(Object.keys(found).filter((id) => id.startsWith("iam-"))).toEqual([]);
  });
});

describe("many findings", () => {
  it("say the same thing once, however many tiers and subnets it is found for", () => {
    const tiers = [aTier({ name: "backend" }), aTier({ name: "client" })];
    const { findings } = judgePreflight(aSpec(), aBlueprint({ tiers }), facts({ offerings: { known: [] } }));
    const texts = findings.map((finding) => JSON.stringify(finding));
    expect(texts.length).toBeGreaterThan(5);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("fit into what Step Functions shows of a failure", () => {
    const bad = Array.from({ length: 300 }, (_, i) => ({
      id: `addresses.${i}`,
      subject: `Free addresses in subnet-${i} ${"x".repeat(100)}`,
      measured: "0",
      needed: "28",
      verdict: "block" as const,
      remedy: `Free some in subnet-${i}. ${"y".repeat(200)}`,
    }));
    const fits = expect.objectContaining({
      why: expect.stringContaining("and 280 more"),
      message: expect.not.stringMatching(/^[^]{32768}/),
    });
    expect(() => requireGoodFindings("demo", bad)).toThrow(fits);
  });
});

describe("quota families", () => {
  it.each([
    ["i3en.2xlarge", "L-1216C47A"],
    ["inf2.xlarge", "L-1945791B"],
    ["p5.48xlarge", "L-417A185B"],
    ["g5.xlarge", "L-DB2E81BA"],
    ["hpc7a.12xlarge", "L-F7808C92"],
    ["u-6tb1.metal", "L-43DA4232"],
    ["x2idn.16xlarge", "L-7295265B"],
    ["dl1.24xlarge", "L-6E869C2A"],
    ["d3.xlarge", "L-1216C47A"],
  ])("%s counts against %s", (type, code) => {
    expect(quotaFamilyOf(type).onDemand).toBe(code);
  });
});

describe("address ranges", () => {
  it.each([
    ["0.0.0.0/0", "10.1.0.0/16", true],
    ["10.0.0.0/8", "10.255.0.0/16", true],
    ["10.0.0.0/16", "10.1.0.0/24", false],
    ["10.0.0.0/24", "10.0.0.0/20", false],
    ["255.255.255.255/32", "255.255.255.255/32", true],
    ["::/0", "10.0.0.0/8", false],
    ["10.0.0.0/33", "10.0.0.0/33", false],
  ])("%s holds %s: %s", (outer, inner, expected) => {
    expect(holds(outer, inner)).toBe(expected);
  });
});
