import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { OperationView } from "@muster/core";
import type { MusterFunction } from "@muster/lambda";
import type { CapacityPool } from "@muster/local-cloud";
import { exampleSpec, failNext, violations, type World, type WorldOptions } from "@muster/testing/world";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { COLD_START_GOALS, median } from "./goals.ts";
import { bundled, type Bundles } from "./testing/bundled-functions.ts";
import { bundledWorld, type BundledWorld } from "./testing/bundled-world.ts";

let bundles: Bundles;
let functions: readonly MusterFunction[];
beforeAll(async () => {
  bundles = await bundled();
  functions = await bundles.load();
});
afterAll(() => bundles.remove());

const run = promisify(execFile);

describe("a function's bundle", () => {
  it("holds little: half of them at most 150 kB, none more than 300 kB", () => {
    const sizes = bundles.functions.map(({ bytes }) => bytes);
    expect(median(sizes)).toBeLessThanOrEqual(COLD_START_GOALS.medianBytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(COLD_START_GOALS.bytes);
  });

  it("is the same every time, wherever it is made", async () => {
    const again = await bundled();
    const changed = [];
    for (const [index, { name, file }] of bundles.functions.entries()) {
      const other = again.functions[index]?.file ?? "";
      if (!(await readFile(file)).equals(await readFile(other))) changed.push(name);
    }
    expect(changed).toEqual([]);
    await again.remove();
  });

  it.each(["small", "whole"] as const)("loads in a process that has nothing but Node, with the %s SDK", async (sdk) => {
    const loaded = sdk === "small" ? bundles : await bundled(sdk);
    for (const { name, file } of loaded.functions) {
      const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(typeof handler)`;
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
        cwd: tmpdir(),
        env: {},
      });
      expect(`${name}: ${stdout.trim()}`).toBe(`${name}: function`);
    }
    if (loaded !== bundles) await loaded.remove();
  });
});

describe("bundles in place of the sources", () => {
  let world: BundledWorld;
  const aWorld = async (options: Omit<WorldOptions, "functions" | "settled"> = {}) =>
    (world = await bundledWorld(functions, options));
  afterEach(() => world.close());

  it("deploy a cluster and destroy it, over the wire, with the permissions that they have", async () => {
    await aWorld();
    expect((await world.run(world.api.plan(exampleSpec()))).findings).not.toEqual([]);
    expectReady(world, await world.deploy(exampleSpec()));
    expect(await world.run(world.api.clusters())).toMatchObject([{ name: "demo", status: "ready" }]);
    expect((await world.destroy("demo")).status).toBe("succeeded");
    expect(violations(world)).toEqual([]);
    expect(world.muster.cloud.iam.refusals()).toEqual([]);
    const callers = new Set([...world.overTheWire].map((call) => call.split(" ")[0]));
    expect(callers).toEqual(new Set(bundles.functions.map(({ name }) => name)));
  });

  it("run as Lambda runs them: by their handler, with what is in the environment", async () => {
    await aWorld();
    await world.deploy(exampleSpec());
    const event = { routeKey: "GET /v1/clusters/{name}", pathParameters: { name: "demo" } };
    expect(await invoke(world, "read-cluster", event)).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('"status":"ready"'),
    });
  });

  it("go on when AWS throttles", async () => {
    await aWorld({ cloud: { faults: { throttle: 0.1 } } });
    expectReady(world, await world.deploy(exampleSpec()));
  });

  it.each(["RunInstances", "DescribeInstances", "ListCommandInvocations", "Query"])(
    "go on when the connection breaks before the answer of %s",
    async (operation) => {
      await aWorld();
      failNext(world, operation, "lose-answer");
      expectReady(world, await world.deploy(exampleSpec()));
      expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
    },
  );

  it("go to the next zone when EC2 has no capacity", async () => {
    const capacity = (pool: CapacityPool) => (pool.zone === "us-east-1a" ? 0 : Number.POSITIVE_INFINITY);
    await aWorld({ cloud: { ec2: { capacity } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(new Set(world.rows().nodes.map((node) => node.availabilityZone))).toEqual(new Set(["us-east-1b"]));
  });

  it.each([
    { from: "send-hook", sid: "SendOwnDocuments", action: "ssm:SendCommand" },
    { from: "launch-nodes", sid: "LaunchWith", action: "ec2:RunInstances" },
    { from: "admit-operation", sid: "ReadTable", action: "dynamodb:Query" },
  ])("name the permission that is missing: $action", async ({ from, sid, action }) => {
    await aWorld({ manifest: without(from, sid) });
    await world.run(world.api.deploy(exampleSpec()));
    await world.until(() => world.muster.cloud.states.inspect().executions.every(({ status }) => status !== "RUNNING"));
    const told = JSON.stringify([world.rows().operations, world.muster.cloud.states.inspect().executions]);
    expect(told).toContain("AwsAccessDenied");
    expect(told).toContain(action);
  });

  it("know what is not there from what may not be seen", async () => {
    await aWorld();
    const operation = await world.deploy(exampleSpec({ instanceProfile: "nobody-has-this" }));
    expect(operation).toMatchObject({ status: "failed", failure: { code: "PreflightFailed" } });
    expect(operation.findings.filter(({ verdict }) => verdict === "unknown")).toEqual([]);
    expect(operation.findings).toContainEqual(
      expect.objectContaining({ verdict: "block", subject: expect.stringContaining("nobody-has-this") }),
    );
  });

  it("refuse what someone else has done already", async () => {
    await aWorld();
    await world.deploy(exampleSpec());
    await expect(world.run(world.api.deploy(exampleSpec()))).rejects.toMatchObject({ code: "ClusterExists" });
  });

  it("put everything back when they are told to", async () => {
    await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.until(() => world.rows().operations.some(({ step }) => step.includes("are online")), 20);
    await world.run(world.api.cancel(id));
    expect((await world.ended(id)).status).toBe("cancelled");
    expect(world.rows().nodes).toEqual([]);
    expect(violations(world)).toEqual([]);
  });

  /** Runs a bundle's handler in a process of its own. */
  async function invoke({ muster, url, until }: BundledWorld, name: string, event: object): Promise<unknown> {
    const file = bundles.functions.find((f) => f.name === name)?.file ?? "";
    const program = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      const context = { awsRequestId: "request", getRemainingTimeInMillis: () => 20_000 };
      console.log(JSON.stringify(await handler(${JSON.stringify(event)}, context)));
      process.exit();`;
    const env = {
      ...muster.manifest.functions.find((f) => f.name === name)?.environment,
      AWS_REGION: muster.manifest.place.region,
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL: url,
    };
    let answer: string | undefined;
    run(process.execPath, ["--input-type=module", "--eval", program], { cwd: tmpdir(), env }).then(
      ({ stdout }) => (answer = stdout),
      (error: unknown) => (answer = JSON.stringify(String(error))),
    );
    await until(() => answer !== undefined, 10);
    return JSON.parse(answer ?? "");
  }
});

function expectReady(world: World, operation: OperationView): void {
  expect(operation.failure).toBeUndefined();
  expect(operation.status).toBe("succeeded");
  expect(violations(world)).toEqual([]);
}

/** The stack without one permission of one function. */
function without(name: string, sid: string): NonNullable<WorldOptions["manifest"]> {
  return (manifest) => ({
    ...manifest,
    functions: manifest.functions.map((f) =>
      f.name === name ? { ...f, role: { ...f.role, statements: f.role.statements.filter((s) => s.sid !== sid) } } : f,
    ),
  });
}
