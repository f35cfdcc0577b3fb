import { readFileSync } from "node:fs";
import type { OperationRef } from "@muster/core";
import { aWorld, exampleSpec, violations, type World } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { described, runInConsole } from "../../statemachines/testing/console.ts";

/** The sample that a person is pointed at, with the operation that holds the cluster now where it names one. */
function sample(machine: string, operation?: OperationRef): Readonly<Record<string, unknown>> {
  const text = readFileSync(new URL(`../../examples/inputs/${machine}.json`, import.meta.url), "utf8");
  const input = JSON.parse(text) as Record<string, unknown>;
  return operation === undefined ? input : { ...input, operation };
}

/** A world in which an operation holds the cluster `demo`, with all its backends online. */
async function deploying(): Promise<{
  world: World;
  operation: OperationRef;
  ended: () => Promise<{ status: string }>;
}> {
  const world = await aWorld();
  const { id } = await world.run(world.api.deploy(exampleSpec()));
  await world.until(() => world.rows().operations.some(({ step }) => step.startsWith("form: ")));
  const [cluster] = world.rows().clusters;
  const operation = { cluster: "demo", operationId: id, fence: cluster?.fence ?? 0 };
  return { world, operation, ended: () => world.ended(id) };
}

describe("a machine started by hand with the sample of examples/inputs", () => {
  it("deploys, and destroys", async () => {
    const world = await aWorld();
    expect(await runInConsole(world, "deploy-cluster", sample("deploy-cluster"))).toMatchObject({
      status: "SUCCEEDED",
    });
    expect(world.rows().clusters).toMatchObject([{ name: "demo", status: "ready" }]);
    expect(await runInConsole(world, "destroy-cluster", sample("destroy-cluster"))).toMatchObject({
      status: "SUCCEEDED",
    });
    expect(world.rows().clusters).toEqual([]);
    expect(violations(world)).toEqual([]);
  });

  it.each(["grow-tier", "run-hook"])(
    "runs %s beside the deployment that is at it, and harms nothing",
    async (machine) => {
      const { world, operation, ended } = await deploying();
      const arn = await world.startByHand(machine, sample(machine, operation));
      expect(await ended()).toMatchObject({ status: "succeeded" });
      expect((await described(world, arn)).status).not.toBe("RUNNING");
      expect(world.rows().clusters).toMatchObject([{ name: "demo", status: "ready" }]);
      expect(violations(world)).toEqual([]);
    },
  );

  it("removes what the operation launched, and the operation then says so", async () => {
    const { world, operation, ended } = await deploying();
    const removal = await world.startByHand("remove-nodes", sample("remove-nodes", operation));
    // The operation sees its nodes go, and puts back the rest; whichever of the two is last finds nothing to do.
    expect(await ended()).toMatchObject({ status: "failed", failure: { code: "LeaseLost" } });
    expect((await described(world, removal)).status).not.toBe("RUNNING");
    expect(world.muster.cloud.ec2.admin.instances().filter(({ state }) => state !== "terminated")).toEqual([]);
    expect(violations(world)).toEqual([]);
  });
});

const operation = { cluster: "demo", operationId: "demo.01KDVDNA6XCCB1FY078MBB7764", fence: 1 };
const spec = exampleSpec();

/** Inputs that are wrong, what the console shows as the error, and words of its cause. */
const BAD: Readonly<Record<string, readonly (readonly [input: unknown, error: string, words: string])[]>> = {
  "deploy-cluster": [
    [{}, "InputInvalid", "spec is missing"],
    [[], "InputInvalid", "the input has to be an object"],
    ["demo", "InputInvalid", "the input has to be an object"],
    [spec, "InputInvalid", "spec is missing"],
    [{ spec, dryRun: true }, "InputInvalid", "dryRun is not known"],
    [{ spec: "demo" }, "SpecInvalid", "It has to be an object"],
    [{ spec: {} }, "SpecInvalid", "apiVersion: It is required."],
    [{ spec: exampleSpec({ name: "Demo!" }) }, "SpecInvalid", 'name is "Demo!"'],
    [{ spec: exampleSpec({ product: "ceph" }) }, "SpecInvalid", "It must be a product that Muster knows."],
    [
      { spec: exampleSpec({ tiers: { backend: { count: 3, instanceTypes: ["i3en.2xlarge"] } } }) },
      "SpecInvalid",
      "tiers",
    ],
  ],
  "destroy-cluster": [
    [{}, "InputInvalid", "cluster is missing; confirm is missing"],
    [null, "InputInvalid", "the input has to be an object"],
    [[{ cluster: "demo" }], "InputInvalid", "the input has to be an object"],
    [{ cluster: "demo" }, "InputInvalid", "confirm is missing"],
    [{ confirm: "demo" }, "InputInvalid", "cluster is missing"],
    [{ cluster: 5, confirm: 5 }, "InputInvalid", "cluster has to be a string; confirm has to be a string"],
    [{ cluster: "demo", confirm: true }, "InputInvalid", "confirm has to be a string"],
    [{ cluster: "demo", confirm: "demo", force: true }, "InputInvalid", "force is not known"],
    [{ cluster: "demo", confirm: "yes" }, "ConfirmationMissing", "demo"],
    [{ cluster: "nobody", confirm: "nobody" }, "ClusterNotFound", "There is no cluster nobody."],
  ],
  "grow-tier": [
    [{}, "InputInvalid", "operation is missing; tier is missing"],
    [7, "InputInvalid", "the input has to be an object"],
    [{ operation }, "InputInvalid", "tier is missing"],
    [{ tier: "backend" }, "InputInvalid", "operation is missing"],
    [{ operation: "demo.1", tier: "backend" }, "InputInvalid", "operation has to be an object"],
    [{ operation: { cluster: "demo" }, tier: "backend" }, "InputInvalid", "operation.operationId is missing"],
    [{ operation: { ...operation, fence: "1" }, tier: "backend" }, "InputInvalid", "operation.fence has to be a"],
    [{ operation, tier: 1 }, "InputInvalid", "tier has to be a string"],
    [{ operation, tier: "backend", count: 8 }, "InputInvalid", "count is not known"],
    [{ operation, tier: "backend" }, "LeaseLost", "may not change cluster demo any more"],
  ],
  "run-hook": [
    [{}, "InputInvalid", "operation is missing; tier is missing; hook is missing"],
    [7, "InputInvalid", "the input has to be an object"],
    [{ operation, tier: "backend" }, "InputInvalid", "hook is missing"],
    [{ operation, hook: "verify" }, "InputInvalid", "tier is missing"],
    [{ tier: "backend", hook: "verify" }, "InputInvalid", "operation is missing"],
    [{ operation: null, tier: "backend", hook: "verify" }, "InputInvalid", "operation has to be an object"],
    [
      { operation: { ...operation, fence: 1.5 }, tier: "backend", hook: "verify" },
      "InputInvalid",
      "operation.fence has to be",
    ],
    [{ operation, tier: ["backend"], hook: "verify" }, "InputInvalid", "tier has to be a string"],
    [{ operation, tier: "backend", hook: "verify", nodes: [1] }, "InputInvalid", "nodes is not known"],
    [{ operation, tier: "backend", hook: "verify" }, "LeaseLost", "may not change cluster demo any more"],
  ],
  "remove-nodes": [
    [{}, "InputInvalid", "operation is missing; scope is missing"],
    [[], "InputInvalid", "the input has to be an object"],
    [{ operation }, "InputInvalid", "scope is missing"],
    [{ scope: "cluster" }, "InputInvalid", "operation is missing"],
    [{ operation, scope: "all" }, "InputInvalid", 'scope has to be "cluster" or "operation"'],
    [{ operation, scope: ["cluster"] }, "InputInvalid", "scope has to be"],
    [
      { operation: { ...operation, cluster: 1 }, scope: "cluster" },
      "InputInvalid",
      "operation.cluster has to be a string",
    ],
    [{ operation: { ...operation, force: true }, scope: "cluster" }, "InputInvalid", "operation.force is not known"],
    [{ operation, scope: "cluster", nodes: ["backend-00001"] }, "InputInvalid", "nodes is not known"],
    [{ operation, scope: "cluster" }, "LeaseLost", "may not change cluster demo any more"],
  ],
};

describe.each(Object.entries(BAD))("%s started by hand with a wrong input", (machine, inputs) => {
  it("says what is wrong, why and what to do, and does nothing", async () => {
    const world = await aWorld();
    for (const [input, error, words] of inputs) {
      const shown = await runInConsole(world, machine, input);
      expect({ input, ...shown }).toMatchObject({ status: "FAILED", error, cause: expect.any(String) });
      expect(wordsOf(shown.cause ?? "")).toContain(words);
      expect(wordsOf(shown.cause ?? "")).toContain(`(${error})`);
    }
    const { clusters, nodes, launches } = world.rows();
    expect({ clusters, nodes, launches }).toEqual({ clusters: [], nodes: [], launches: [] });
    expect(world.muster.cloud.ec2.admin.instances()).toEqual([]);
    expect(violations(world)).toEqual([]);
  });
});

/** Of a function's error the console shows Lambda's JSON, with the message in it. */
function wordsOf(cause: string): string {
  return cause.startsWith("{") ? (JSON.parse(cause) as { errorMessage: string }).errorMessage : cause;
}
