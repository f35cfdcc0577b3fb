import { aBlueprint, aShape, aSpec, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { MusterError } from "../errors/muster-error.ts";
import type { Account, Image } from "../ports/account.ts";
import type { Secrets } from "../ports/secrets.ts";
import { gatherFacts, tryLaunches, type OnUnavailable } from "./gather-facts.ts";

const subnet = {
  id: "subnet-a",
  vpcId: "vpc-1",
  availabilityZone: "us-east-1a",
  cidr: "10.0.0.0/20",
  freeAddresses: 9,
};
const image = (id: string): Image => ({
  id,
  architecture: "x86_64",
  state: "available",
  rootDeviceName: "/dev/xvda",
  requiresImdsV2: true,
});

const room = { roles: { used: 7, quota: 1_000 }, instanceProfiles: { used: 3, quota: 1_000 } };

/** An account that answers everything, and notes what it was asked. */
function anAccount(change: Partial<Account> = {}) {
  const asked: unknown[][] = [];
  const answers: Account = {
    quota: async (service, code) => (
      asked.push(["quota", service, code]),
      { value: 1, name: code, isAdjustable: true }
    ),
    instanceProfile: async (name) => (asked.push(["profile", name]), { name, path: "/" }),
    image: async (id) => (asked.push(["image", id]), image(id)),
    newestImage: async (architecture) => `ami-newest-${architecture}`,
    runningInstances: async () => [],
    subnets: async () => [subnet],
    securityGroups: async () => [],
    placementGroup: async (name) => (asked.push(["group", name]), undefined),
    instanceTypes: async () => [],
    offerings: async (types, zones) => (asked.push(["offerings", types, zones]), []),
    networkInterfaces: async () => 3,
    gp3Storage: async () => 4,
    roleRoom: async () => (asked.push(["room"]), room),
    ...change,
  };
  return { asked, account: answers };
}

const secrets: Pick<Secrets, "exists"> = { exists: async (id) => id === "there" };
const blueprint = aBlueprint({
  tiers: [aTier(), aTier({ name: "client", shapes: [aShape({ instanceType: "c7g.large", architecture: "arm64" })] })],
  requiredSecrets: [
    { id: "there", purpose: "token", path: "weka.tokenSecret" },
    { id: "gone", purpose: "key", path: "weka.keySecret" },
  ],
});

const gather = (account: Account, spec = aSpec(), onUnavailable: OnUnavailable = "tell") =>
  gatherFacts({ account, secrets: secrets as Secrets }, spec, blueprint, onUnavailable);

describe("what preflight reads", () => {
  it("is everything that its checks ask for, once each", async () => {
    const { account, asked } = anAccount();
    const facts = await gather(account);
    expect(facts).toMatchObject({
      subnets: { known: [subnet] },
      networkInterfaces: { known: 3 },
      gp3StorageGiB: { known: 4 },
      instanceProfile: { known: undefined },
      roleRoom: { known: room },
      placementGroup: { known: undefined },
      images: { x86_64: { known: { id: "ami-newest-x86_64" } }, arm64: { known: { id: "ami-newest-arm64" } } },
      secrets: { there: { known: true }, gone: { known: false } },
    });
    expect(Object.keys(facts.quotas)).toEqual(["ec2/L-1216C47A", "vpc/L-DF5E4CA3", "ebs/L-7A658B76"]);
    expect(asked).toContainEqual(["offerings", ["i3en.2xlarge", "c7g.large"], ["us-east-1a"]]);
    expect(asked.filter(([what]) => what === "group" || what === "profile")).toEqual([]);
  });

  it("is the profile that the spec names, and then not whether there is room for another", async () => {
    const { account, asked } = anAccount();
    const facts = await gather(account, aSpec({ instanceProfile: "mine" }));
    expect(facts).toMatchObject({ instanceProfile: { known: { name: "mine" } }, roleRoom: { known: undefined } });
    expect(asked.filter(([what]) => what === "room" || what === "profile")).toEqual([["profile", "mine"]]);
  });

  it("is the image that the spec names, and the group", async () => {
    const { account, asked } = anAccount();
    const network = { ...aSpec().network, placementGroup: "group" };
    await gather(account, aSpec({ image: "ami-0123456789", network }));
    expect(asked).toContainEqual(["group", "group"]);
    expect(asked.filter(([what]) => what === "image")).toEqual([
      ["image", "ami-0123456789"],
      ["image", "ami-0123456789"],
    ]);
  });
});

describe("a read that fails", () => {
  const denied = new MusterError("AwsAccessDenied", {
    what: "no",
    why: "ec2:DescribeSubnets is not allowed",
    remedy: "",
  });

  it("is a fact of its own, with its reason, and the others are read all the same", async () => {
    const { account } = anAccount({
      quota: async () => Promise.reject(new TypeError("odd")),
      networkInterfaces: async () => Promise.reject(denied),
    });
    const facts = await gather(account);
    expect(facts.networkInterfaces).toEqual({ unknown: "ec2:DescribeSubnets is not allowed" });
    expect(facts.quotas["ec2/L-1216C47A"]).toEqual({ unknown: "TypeError: odd" });
    expect(facts.subnets).toEqual({ known: [subnet] });
  });

  it("takes what depends on it along: without subnets there are no zones to ask offerings for", async () => {
    const { account, asked } = anAccount({ subnets: async () => Promise.reject(denied) });
    const facts = await gather(account);
    expect(facts.offerings).toEqual({ unknown: "ec2:DescribeSubnets is not allowed" });
    expect(asked.some(([what]) => what === "offerings")).toBe(false);
  });

  it("because AWS does not answer is told to who wants to know, and thrown to who can try again", async () => {
    const busy = new MusterError("AwsUnavailable", { what: "no", why: "ec2:DescribeSubnets is throttled", remedy: "" });
    const { account } = anAccount({ subnets: async () => Promise.reject(busy) });
    expect((await gather(account)).subnets).toEqual({ unknown: "ec2:DescribeSubnets is throttled" });
    await expect(gather(account, aSpec(), "throw")).rejects.toBe(busy);
    const denying = anAccount({ subnets: async () => Promise.reject(denied) }).account;
    expect((await gather(denying, aSpec(), "throw")).subnets).toEqual({
      unknown: "ec2:DescribeSubnets is not allowed",
    });
  });

  it("is one for a trial too", async () => {
    const request = {} as Parameters<Parameters<typeof tryLaunches>[0]["tryLaunch"]>[0];
    const tryLaunch = async () => Promise.reject(denied);
    expect(await tryLaunches({ tryLaunch }, { backend: request }, "tell")).toEqual({
      backend: { unknown: "ec2:DescribeSubnets is not allowed" },
    });
  });
});
