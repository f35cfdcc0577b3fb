import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  clusterSummaryView,
  clusterView,
  forecastView,
  nodeView,
  operationView,
  sleep,
  timelineView,
} from "@muster/core";
import { aWorld, exampleSpec, violations, type World, type WorldOptions } from "@muster/testing/world";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { runInWorld } from "../testing/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-commands-"));
afterAll(() => rmSync(folder, { recursive: true }));

function specFile(change: Readonly<Record<string, unknown>> = {}): string {
  const path = join(folder, "spec.json");
  writeFileSync(path, JSON.stringify(exampleSpec(change)));
  return path;
}

/** An account that may run too few vCPUs for the example. */
const TIGHT: WorldOptions = { quotas: [{ serviceCode: "ec2", quotaCode: "L-1216C47A", value: 32 }] };

async function deployed(options: WorldOptions = {}): Promise<World> {
  const world = await aWorld(options);
  await world.deploy(exampleSpec());
  return world;
}

/** Runs a command with --json; its standard output is one object of that shape, and standard error is empty. */
async function json<T>(world: World, line: string, shape: z.ZodMiniType<T>): Promise<{ exitCode: number; value: T }> {
  const { exitCode, out, err } = await runInWorld(world, `${line} --json`);
  expect(err).toBe("");
  return { exitCode, value: shape.parse(JSON.parse(out)) };
}

const errorShape = z.object({
  error: z.object({ code: z.string(), what: z.string(), why: z.string(), remedy: z.string() }),
});

describe("cluster plan", () => {
  it("forecasts, and touches nothing", async () => {
    const world = await aWorld();
    const { exitCode, out, err } = await runInWorld(world, `cluster plan ${specFile()}`);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(/^Forecast of demo \(weka client-backend\)\n[^]* {2}Every limit is fine\.\n$/);
    expect(world.rows().operations).toEqual([]);
    expect(world.muster.cloud.ec2.admin.instances()).toEqual([]);
  });

  it("ends with 1 when a limit is in the way, and says what to do", async () => {
    const { exitCode, out } = await runInWorld(await aWorld(TIGHT), `cluster plan ${specFile()}`);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^ {2}no {4}vCPU quota [^]* {8}do: .*--quota-code L-1216C47A --desired-value 64/m);
  });

  it("is a forecast as JSON", async () => {
    const { exitCode, value } = await json(await aWorld(), `cluster plan ${specFile()}`, forecastView);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({ cluster: "demo", canDeploy: true });
  });

  it("lists everything that is wrong with a spec", async () => {
    const bad = specFile({ name: "Demo!", tiers: { backend: { count: 5, instanceTypes: ["t3.micro"] } } });
    const { exitCode, out, err } = await runInWorld(await aWorld(), `cluster plan ${bad}`);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toContain("error: The spec breaks 3 rules; nothing was done (SpecInvalid).\n");
    for (const path of ['name is "Demo!"', "tiers.backend.count is 5", "tiers.backend.instanceTypes.0 is t3.micro"])
      expect(err).toContain(`\n  ${path}\n    rule: `);
  });
});

describe("cluster deploy", () => {
  it("shows every step until the cluster is ready, and what to do next", async () => {
    const world = await aWorld();
    const { exitCode, out, err } = await runInWorld(world, `cluster deploy ${specFile()}`);
    expect(exitCode).toBe(0);
    expect(out).toBe("done: deploy of demo succeeded\nnext: muster cluster get demo\n");
    expect(err).toMatch(/^demo +\d+s +\d+% {2}\w.*\n(demo .*\n)+demo .* 100% {2}Done\n$/);
    expect(err).toContain("  Launching 6 backend nodes (i3en.2xlarge, us-east-1a)\n");
    expect(violations(world)).toEqual([]);
  });

  it("draws tiers and nodes in place on a live terminal", async () => {
    const { err } = await runInWorld(await aWorld(), `cluster deploy ${specFile()}`, { terminal: { isLive: true } });
    const frames = err.split("\u001b[0J");
    expect(frames.length).toBeGreaterThan(20);
    expect(frames.some((frame) => /backend-00003 booting/.test(frame))).toBe(true);
    expect(frames.at(-1)).toMatch(/^demo {2}deploy succeeded {2}█{20} {2}100%\n[^]*client-00001 active\n$/);
  });

  it("ends with 1 when it fails, and says what, why and what to do", async () => {
    const { exitCode, out, err } = await runInWorld(await aWorld(TIGHT), `cluster deploy ${specFile()}`);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toMatch(/^error: .*\n( .*\n)* {2}why: [^]*\(PreflightFailed\)[^]*\n {2}do: {2}.*L-1216C47A/m);
  });

  it("is refused where the cluster exists", async () => {
    const world = await deployed();
    const { exitCode, err } = await runInWorld(world, `cluster deploy ${specFile()}`);
    expect(exitCode).toBe(1);
    expect(err).toContain("(ClusterExists)");
  });

  it("returns at once with --detach, and names what shows the rest", async () => {
    const world = await aWorld();
    const { exitCode, out } = await runInWorld(world, `cluster deploy ${specFile()} --detach`);
    const [operation] = world.rows().operations;
    expect(exitCode).toBe(0);
    expect(out).toBe(`started: ${operation?.id}\nnext: muster operation get ${operation?.id}\n`);
    expect(await world.ended(operation?.id ?? "")).toMatchObject({ status: "succeeded" });
  });

  it("is one operation however often it is sent with one key", async () => {
    const world = await aWorld();
    const line = `cluster deploy ${specFile()} --detach --idempotency-key night-1`;
    const [first, second] = [await json(world, line, operationView), await json(world, line, operationView)];
    expect(second.value.id).toBe(first.value.id);
    expect(world.rows().operations).toHaveLength(1);
  });

  it("is the operation at its end as JSON", async () => {
    const good = await json(await aWorld(), `cluster deploy ${specFile()}`, operationView);
    expect(good).toMatchObject({ exitCode: 0, value: { status: "succeeded" } });
    const bad = await json(await aWorld(TIGHT), `cluster deploy ${specFile()}`, operationView);
    expect(bad).toMatchObject({ exitCode: 1, value: { status: "failed", failure: { code: "PreflightFailed" } } });
  });

  it("at Ctrl-C stops watching; the operation goes on", async () => {
    const world = await aWorld();
    const ctrlC = new AbortController();
    const pause = async (ms: number) => {
      await sleep(world.clock, ms);
      if (world.rows().operations[0]?.status === "running") ctrlC.abort();
    };
    const { exitCode, err } = await runInWorld(world, `cluster deploy ${specFile()}`, {
      host: { interruption: () => ctrlC.signal, pause },
    });
    const [operation] = world.rows().operations;
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^error: Nobody watches operation demo\.\w+ any more; it\n {7}goes on\.$/m);
    expect(err).toContain(`(muster operation cancel ${operation?.id})`);
    expect(operation?.status).toBe("running");
    expect(await world.ended(operation?.id ?? "")).toMatchObject({ status: "succeeded" });
  });
});

describe("cluster list", () => {
  it("shows each cluster in a line, and where there is none how to make one", async () => {
    const world = await aWorld();
    expect(await runInWorld(world, "cluster list")).toEqual({
      exitCode: 0,
      out: "There are no clusters. Deploy one: muster cluster deploy FILE\n",
      err: "",
    });
    await world.deploy(exampleSpec());
    // The list lags behind by moments.
    await world.clock.advance(5_000);
    const { out } = await runInWorld(world, "cluster list");
    expect(out).toMatch(
      /^name {2}product {2}deployment {6}status {2}created\ndemo {2}weka {5}client-backend {2}ready {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\n$/,
    );
  });

  it("is one object as JSON", async () => {
    const { exitCode, value } = await json(
      await deployed(),
      "cluster list",
      z.strictObject({ clusters: z.array(clusterSummaryView) }),
    );
    expect(exitCode).toBe(0);
    expect(value.clusters.map((cluster) => cluster.name)).toEqual(["demo"]);
  });
});

describe("cluster get", () => {
  it("shows tiers, nodes and what happened last, in 80 columns", async () => {
    const { exitCode, out } = await runInWorld(await deployed(), "cluster get demo");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^demo {2}weka client-backend {2}ready {2}us-east-1a\n/);
    expect(out).toMatch(/^ {2}backend {2}6 {7}6 {7}i3en\.2xlarge$/m);
    expect(out.match(/^ {2}(backend|client)-\d{5} +active +i-[0-9a-f]{17} +172\.\d+\.\d+\.\d+ +\w/gm)).toHaveLength(8);
    expect(out).toMatch(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}Operation demo\.\w+ \(deploy\)$/m);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("is the cluster with its nodes and timeline as JSON", async () => {
    const shape = z.extend(clusterView, { nodes: z.array(nodeView), timeline: z.array(timelineView) });
    const { exitCode, value } = await json(await deployed(), "cluster get demo", shape);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({ name: "demo", status: "ready" });
    expect(value.nodes).toHaveLength(8);
    expect(value.timeline).toHaveLength(10);
  });

  it("of a cluster that is not there ends with 1", async () => {
    const { exitCode, value } = await json(await aWorld(), "cluster get nope", errorShape);
    expect(exitCode).toBe(1);
    expect(value.error).toMatchObject({
      code: "ClusterNotFound",
      remedy: expect.stringContaining("muster cluster list"),
    });
  });
});

describe("cluster watch", () => {
  it("follows the operation that runs until its end", async () => {
    const world = await aWorld();
    await world.run(world.api.deploy(exampleSpec()));
    await world.until(() => world.rows().clusters.length === 1);
    const { exitCode, out, err } = await runInWorld(world, "cluster watch demo");
    expect(exitCode).toBe(0);
    expect(out).toBe("done: deploy of demo succeeded\n");
    expect(err).toMatch(/100% {2}Done\n$/);
  });
});

describe("cluster destroy", () => {
  it("asks for the name once more, and does nothing without", async () => {
    const world = await deployed();
    expect(await runInWorld(world, "cluster destroy demo")).toMatchObject({ exitCode: 2, out: "" });
    expect(world.rows().operations).toHaveLength(1);
  });

  it("leaves nothing", async () => {
    const world = await deployed();
    const { exitCode, out } = await runInWorld(world, "cluster destroy demo --confirm demo");
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "done: destroy of demo succeeded\n" });
    expect(world.rows()).toMatchObject({ clusters: [], nodes: [] });
    expect(violations(world)).toEqual([]);
  });

  it("returns at once with --detach", async () => {
    const world = await deployed();
    const { exitCode, value } = await json(world, "cluster destroy demo --confirm demo --detach", operationView);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({ kind: "destroy", status: "requested" });
    expect(await world.ended(value.id)).toMatchObject({ status: "succeeded" });
  });
});

describe("operation get", () => {
  it("shows how an operation ended", async () => {
    const world = await deployed();
    const id = world.rows().operations[0]?.id;
    const { exitCode, out } = await runInWorld(world, `operation get ${id}`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^demo\.\w+ {2}deploy of demo {2}succeeded\n {2}step: {6}Done\n {2}requested: .*Z\n {2}ended: {5}.*Z\n {2}execution: arn:aws:states:.*\n$/,
    );
  });

  it("shows why one failed, with the limits that were in the way", async () => {
    const world = await aWorld(TIGHT);
    const { id } = await world.deploy(exampleSpec());
    const { exitCode, out } = await runInWorld(world, `operation get ${id}`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^ {2}block: vCPU quota [^]*?\n {4}do: .*L-1216C47A[^]*^error: [^]*^ {2}why: [^]*^ {2}do: {2}/m,
    );
  });

  it("is the operation as JSON, and an error where there is none", async () => {
    const world = await deployed();
    const id = world.rows().operations[0]?.id;
    expect(await json(world, `operation get ${id}`, operationView)).toMatchObject({ exitCode: 0, value: { id } });
    expect(await json(world, "operation get nope", errorShape)).toMatchObject({
      exitCode: 1,
      value: { error: { code: "OperationNotFound" } },
    });
  });
});

describe("operation cancel", () => {
  it("stops a deployment, which puts back what it launched", async () => {
    const world = await aWorld();
    const { id } = await world.run(world.api.deploy(exampleSpec()));
    await world.run(sleep(world.clock, 60_000));
    expect(await runInWorld(world, `operation cancel ${id}`)).toEqual({
      exitCode: 0,
      out: `cancelling: ${id}\nnext: muster operation get ${id}\n`,
      err: "",
    });
    expect(await world.ended(id)).toMatchObject({ status: "cancelled" });
    expect(violations(world)).toEqual([]);
    expect(await json(world, `operation cancel ${id}`, errorShape)).toMatchObject({
      exitCode: 1,
      value: { error: { code: "NotCancellable" } },
    });
  });
});
