import { exampleSpec, failNext, makeOwnProfile, stateOf, type WorldOptions } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, type Deployment } from "../testing/deployment.ts";
import {
  errorOf,
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { expectTroublesTold } from "../testing/expect-troubles.ts";
import { without } from "../testing/permissions.ts";

const inputOf = ({ operation }: Pick<Deployment, "operation">) => ({ operation });
const check = (deployment: Deployment) => deployment.invoke("run-preflight", inputOf(deployment));
const findingsOf = (deployment: Deployment) => deployment.rows().operations[0]?.findings ?? [];
const network = (change: object) => ({ network: { ...exampleSpec().network, ...change } });

describe("run-preflight", () => {
  it("keeps every finding, and pins what launches will use", async () => {
    const deployment = await aDeployment("admitted");
    expect(await check(deployment)).toEqual({ checked: findingsOf(deployment).length, notGood: [] });
    const ids = findingsOf(deployment).map((finding) => finding.id);
    for (const id of ["image.x86_64", "interface-quota", "launch-permission.backend", "launch-permission.client"])
      expect(ids).toContain(id);
    const [cluster] = deployment.rows().clusters;
    const [first, second] = exampleSpec().network.subnets;
    expect(cluster?.resolved).toEqual({
      placements: [
        { subnetId: first, availabilityZone: "us-east-1a" },
        { subnetId: second, availabilityZone: "us-east-1b" },
      ],
      images: { x86_64: expect.stringMatching(/^ami-/) },
      instanceTypes: {
        [`backend/${first}`]: ["i3en.2xlarge"],
        [`client/${first}`]: ["c5.2xlarge"],
        [`backend/${second}`]: ["i3en.2xlarge"],
        [`client/${second}`]: ["c5.2xlarge"],
      },
    });
    expect(deployment.rows().operations[0]?.step).toBe("Limits checked");
  });

  it("launches nothing", async () => {
    const deployment = await aDeployment("checked");
    expect(deployment.muster.cloud.ec2.admin.instances()).toEqual([]);
    expect(deployment.muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toEqual([]);
  });

  it("says the same when it is called again, and changes nothing more", async () => {
    const deployment = await aDeployment("checked");
    const before = await stateOf(deployment);
    expect(await check(deployment)).toMatchObject({ notGood: [] });
    expect(await stateOf(deployment)).toEqual(before);
  });
});

describe("one bad finding ends the operation, and is kept with the good ones:", () => {
  it.each<{ what: string; spec?: Readonly<Record<string, unknown>>; options?: WorldOptions; id: string }>([
    { what: "too few vCPUs", options: { quotas: [] }, id: "vcpu-quota.on-demand.L-1216C47A" },
    {
      what: "a subnet that is not there",
      spec: network({ subnets: ["subnet-0123456789abcdef0"] }),
      id: "subnet.subnet-0123456789abcdef0",
    },
    {
      what: "a security group that is not there",
      spec: network({ securityGroups: ["sg-0123456789abcdef0"] }),
      id: "security-groups",
    },
    { what: "an image that is not there", spec: { image: "ami-0123456789abcdef0" }, id: "image.x86_64" },
    {
      what: "an instance profile that is not there",
      spec: { instanceProfile: "nobody" },
      id: "launch-permission.backend",
    },
    {
      what: "a token that is not there",
      spec: { weka: { version: "5.1.31", tokenSecret: "nobody/token" } },
      id: "secret.weka.tokenSecret",
    },
    {
      what: "a launch that EC2 would not allow",
      options: { manifest: without("run-preflight", "LaunchTagged") },
      id: "launch-permission.backend",
    },
  ])("$what", async ({ spec = {}, options = {}, id }) => {
    const deployment = await aDeployment("admitted", { ...options, spec: exampleSpec(spec) });
    const error = await check(deployment).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ name: "PreflightFailed" });
    const blocking = findingsOf(deployment).filter((finding) => finding.verdict === "block");
    expect(blocking.map((finding) => finding.id)).toContain(id);
    for (const finding of blocking) {
      expect(finding.remedy).toMatch(/\S+ \S+/);
      expect((error as Error).message).toContain(finding.measured);
    }
    expect(findingsOf(deployment).some((finding) => finding.verdict === "ok")).toBe(true);
    expect(deployment.muster.cloud.ec2.admin.instances()).toEqual([]);
  });
});

describe("what run-preflight may not read", () => {
  it.each([
    { sid: "ReadQuotas", id: "interface-quota" },
    { sid: "ReadRoom", id: "iam-roles" },
    { sid: "SeeSecrets", id: "secret.weka.tokenSecret" },
  ])("is an unknown, which blocks nothing ($sid)", async ({ sid, id }) => {
    const deployment = await aDeployment("admitted", { manifest: without("run-preflight", sid) });
    expect(await check(deployment)).toMatchObject({ notGood: expect.arrayContaining([id]) });
    expect(findingsOf(deployment).find((finding) => finding.id === id)).toMatchObject({
      verdict: "unknown",
      measured: expect.stringContaining("could not be read"),
    });
  });

  it("is an unknown when it is the profile that the spec names", async () => {
    const deployment = await aDeployment("admitted", {
      manifest: without("run-preflight", "SeeInstanceProfiles"),
      spec: exampleSpec({ instanceProfile: "mine" }),
    });
    await makeOwnProfile(deployment, "mine");
    expect(await check(deployment)).toMatchObject({ notGood: ["instance-profile"] });
  });

  it("blocks when it is the image: without one nothing can be launched", async () => {
    const deployment = await aDeployment("admitted", {
      manifest: without("run-preflight", "ReadPublicImageParameters"),
    });
    expect(await errorOf(deployment, "run-preflight", inputOf(deployment))).toBe("PreflightFailed");
    expect(findingsOf(deployment).find((finding) => finding.id === "image.x86_64")?.verdict).toBe("block");
  });
});

describe("run-preflight refuses", () => {
  it("malformed input, and operations that may not", async () => {
    const deployment = await aDeployment("admitted");
    await expectMalformedRefused(deployment, "run-preflight", malformed(inputOf(deployment)));
    await expectOthersRefused(deployment, "run-preflight", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "run-preflight", inputOf(deployment));
  });
});

describe("when AWS misbehaves, run-preflight", () => {
  it.each(["Query", "TransactWriteItems"])("says what is wrong with %s, and gets over it when it can", async (call) => {
    const deployment = await aDeployment("admitted");
    const answer = await expectTroublesTold(deployment, "run-preflight", inputOf(deployment), call);
    expect(answer).toMatchObject({ notGood: [] });
  });

  it.each(["DescribeSubnets", "GetServiceQuota", "DescribeInstanceTypes", "RunInstances"])(
    "gets over a %s that is throttled for a while",
    async (operation) => {
      const deployment = await aDeployment("admitted");
      failNext(deployment, operation, "throttle", { times: 3 });
      expect(await check(deployment)).toMatchObject({ notGood: [] });
    },
  );
});
