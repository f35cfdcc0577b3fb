import { aWorld, exampleSpec, violations } from "@muster/testing/world";
import { describe, expect, it } from "vitest";

describe("a WEKA cluster", () => {
  it("goes from a spec to ready, and from ready to nothing", async () => {
    const world = await aWorld();
    const deployed = await world.deploy(exampleSpec());
    expect(deployed).toMatchObject({ status: "succeeded", step: "Done" });
    expect(await world.run(world.api.cluster("demo"))).toMatchObject({
      status: "ready",
      tiers: [
        { name: "backend", desired: 6, active: 6, instanceType: "i3en.2xlarge" },
        { name: "client", desired: 2, active: 2, instanceType: "c5.2xlarge" },
      ],
    });
    expect(violations(world)).toEqual([]);

    const destroyed = await world.destroy("demo");
    expect(destroyed.status).toBe("succeeded");
    expect(world.rows()).toMatchObject({ clusters: [], nodes: [], launches: [] });
    expect(violations(world)).toEqual([]);
    expect(world.muster.cloud.iam.refusals()).toEqual([]);
  });

  it("is born with everything in the launch: not one EC2 call per node", async () => {
    const world = await aWorld();
    await world.deploy(exampleSpec());
    const rows = world.muster.cloud.meter
      .rows()
      .filter((row) => row.service === "ec2" && row.by.endsWith("launch-nodes"));
    // One a tier; before them two that EC2 refused, because it did not know the profile yet.
    expect(rows).toEqual([expect.objectContaining({ operation: "RunInstances", calls: 4 })]);
    const backends = world.muster.cloud.ec2.admin.instances().filter((i) => i.instanceType === "i3en.2xlarge");
    for (const backend of backends) {
      expect(backend).toMatchObject({
        protectedFromTermination: true,
        protectedFromStop: true,
        tags: { "muster:cluster": "demo", "muster:stage": "local", team: "storage" },
      });
      expect(backend.interfaceIds).toHaveLength(4);
    }
  });

  it("can be deployed again under the same name once it is destroyed", async () => {
    const world = await aWorld();
    await world.deploy(exampleSpec());
    await world.destroy("demo");
    expect((await world.deploy(exampleSpec())).status).toBe("succeeded");
    expect(violations(world)).toEqual([]);
  });

  it("is refused with everything that is wrong with its spec, and nothing happens", async () => {
    const world = await aWorld();
    const bad = exampleSpec({ name: "Demo!", tiers: { backend: { count: 5, instanceTypes: ["t3.micro"] } } });
    await expect(world.run(world.api.deploy(bad))).rejects.toMatchObject({ code: "SpecInvalid", status: 422 });
    expect(world.rows().operations).toEqual([]);
    expect(world.muster.cloud.states.inspect().executions).toEqual([]);
  });

  it("is not launched when one limit is in the way; the report says what to ask AWS for", async () => {
    const world = await aWorld({ quotas: [{ serviceCode: "ec2", quotaCode: "L-1216C47A", value: 32 }] });
    const operation = await world.deploy(exampleSpec());
    expect(operation).toMatchObject({ status: "failed", failure: { code: "PreflightFailed" } });
    expect(operation.failure?.remedy).toContain("--quota-code L-1216C47A --desired-value 64");
    expect(operation.findings.filter((f) => f.verdict === "block").map((f) => f.id)).toEqual([
      "vcpu-quota.on-demand.L-1216C47A",
    ]);
    expect(world.muster.cloud.ec2.admin.instances()).toEqual([]);
    expect(violations(world)).toEqual([]);
  });
});
