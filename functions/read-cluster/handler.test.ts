import { clusterSummaryView, clusterView, nodeView, operationView, timelineView } from "@muster/core";
import { failNext, stateOf } from "@muster/testing/world";
import { aCluster } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { aDeployment, setNodes } from "../testing/deployment.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { ATTEMPTS_MAX } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";
import type { HttpRequest } from "../testing/http.ts";
import { without } from "../testing/permissions.ts";

const CLUSTERS = "GET /v1/clusters";
const CLUSTER = "GET /v1/clusters/{name}";
const NODES = "GET /v1/clusters/{name}/nodes";
const TIMELINE = "GET /v1/clusters/{name}/timeline";
const OPERATION = "GET /v1/operations/{id}";

async function read(world: FunctionWorld, route: string, request: HttpRequest = {}): Promise<Record<string, unknown>> {
  const answer = await world.request(route, request);
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
  return answer.body;
}

/** All pages of a listing, by `next`. */
async function pages(world: FunctionWorld, route: string, limit: number, path = {}): Promise<unknown[][]> {
  const found: unknown[][] = [];
  let after: string | undefined;
  do {
    const query = { limit: String(limit), ...(after === undefined ? {} : { after }) };
    const page = await read(world, route, { path, query });
    found.push(page["items"] as unknown[]);
    after = page["next"] as string | undefined;
  } while (after !== undefined);
  return found;
}

/** Rows of so many clusters, one operation each. */
async function withClusters(count: number): Promise<FunctionWorld> {
  const world = await aFunctionWorld();
  for (let i = 0; i < count; i++) {
    const name = `demo-${i}`;
    const lease = { operationId: `${name}.op`, executionArn: "arn:x", expiresAt: world.clock.now() };
    await world.run(
      world.store.take(
        aCluster({ name, lease, operationId: lease.operationId }),
        {
          id: lease.operationId,
          cluster: name,
          kind: "deploy",
          status: "running",
          step: "Admitted",
          cancelRequested: false,
          findings: [],
          requestedAt: world.clock.now(),
        },
        undefined,
      ),
    );
  }
  // Listings lag behind by moments.
  await world.clock.advance(5_000);
  return world;
}

describe("GET /v1/clusters", () => {
  it("lists all by name, in pages", async () => {
    const world = await withClusters(5);
    const names = (page: unknown[]) => page.map((item) => clusterSummaryView.parse(item).name);
    expect((await pages(world, CLUSTERS, 2)).map(names)).toEqual([
      ["demo-0", "demo-1"],
      ["demo-2", "demo-3"],
      ["demo-4"],
    ]);
    expect((await pages(world, CLUSTERS, 50)).map(names)).toEqual([
      names([...((await read(world, CLUSTERS))["items"] as unknown[])]),
    ]);
  });

  it("is empty where there is none", async () => {
    expect(await read(await aFunctionWorld(), CLUSTERS)).toEqual({ items: [] });
  });
});

describe("GET /v1/clusters/{name}", () => {
  it("shows how a cluster stands", async () => {
    const deployment = await aDeployment("active");
    await setNodes(deployment, (node) => (node.index === 0 ? { ...node, state: "lost" } : node), "backend");
    const { body } = await deployment.request(CLUSTER, { path: { name: "demo" } });
    expect(clusterView.parse(body)).toMatchObject({
      name: "demo",
      product: "weka",
      deployment: "client-backend",
      status: "deploying",
      operationId: "demo.op",
      availabilityZone: "us-east-1a",
      tiers: [
        { name: "backend", desired: 6, active: 6, instanceType: "i3en.2xlarge", states: { active: 5, lost: 1 } },
        { name: "client", desired: 2, active: 2, instanceType: "c5.2xlarge", states: { active: 2 } },
      ],
    });
  });

  it("shows one of which nothing is launched yet", async () => {
    const deployment = await aDeployment("admitted");
    const view = clusterView.parse(await read(deployment, CLUSTER, { path: { name: "demo" } }));
    expect(view.availabilityZone).toBeUndefined();
    expect(view.tiers[0]).toEqual({ name: "backend", desired: 6, active: 0, states: {} });
  });
});

describe("GET /v1/clusters/{name}/nodes", () => {
  it("lists nodes by name, in pages", async () => {
    const deployment = await aDeployment("launched");
    const found = await pages(deployment, NODES, 3, { name: "demo" });
    expect(found.map((page) => page.map((item) => nodeView.parse(item).name))).toEqual([
      ["backend-00000", "backend-00001", "backend-00002"],
      ["backend-00003", "backend-00004", "backend-00005"],
      ["client-00000", "client-00001"],
    ]);
    expect(found[0]?.[0]).toMatchObject({
      state: "booting",
      instanceId: expect.stringMatching(/^i-/),
      privateIp: expect.stringMatching(/^172\.31\./),
      hooksDone: [],
    });
  });

  it("shows why a node is as it is", async () => {
    const deployment = await aDeployment("launched");
    await setNodes(deployment, (node) => ({ ...node, state: "lost", note: "its instance is stopped" }), "client");
    const { items } = await read(deployment, NODES, { path: { name: "demo" }, query: { after: "client-00000" } });
    expect(items).toMatchObject([{ name: "client-00001", state: "lost", note: "its instance is stopped" }]);
  });

  it("goes on after a node that is gone meanwhile, and ends after the last", async () => {
    const deployment = await aDeployment("launched");
    const after = (name: string) => read(deployment, NODES, { path: { name: "demo" }, query: { after: name } });
    expect(((await after("backend-00009"))["items"] as unknown[]).length).toBe(2);
    expect(await after("zzz")).toEqual({ items: [] });
  });
});

describe("GET /v1/clusters/{name}/timeline", () => {
  it("lists what happened, the newest first, in pages", async () => {
    const deployment = await aDeployment("launched");
    await deployment.invoke("finish-operation", { operation: deployment.operation, outcome: "succeeded" });
    const entries = (await pages(deployment, TIMELINE, 2, { name: "demo" }))
      .flat()
      .map((item) => timelineView.parse(item));
    expect(entries.map((entry) => entry.event)).toEqual([
      "operation.succeeded",
      "nodes.launched",
      "nodes.launched",
      "operation.started",
    ]);
    const times = entries.map((entry) => entry.at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it("of a destroyed cluster stays, and of one that never was is empty", async () => {
    const deployment = await aDeployment("checked");
    await deployment.run(deployment.store.write(deployment.operation, [{ drop: "cluster" }]));
    expect((await pages(deployment, TIMELINE, 50, { name: "demo" })).flat()).toHaveLength(1);
    expect((await pages(deployment, TIMELINE, 50, { name: "nobody" })).flat()).toEqual([]);
  });
});

describe("GET /v1/operations/{id}", () => {
  it("shows an operation with its findings, and its failure when it has one", async () => {
    const deployment = await aDeployment("checked");
    const at = { path: { id: "demo.op" } };
    const running = operationView.parse(await read(deployment, OPERATION, at));
    expect(running).toMatchObject({ status: "running", step: "Limits checked", executionArn: deployment.executionArn });
    expect(running.findings.length).toBeGreaterThan(5);
    await deployment.invoke("finish-operation", { operation: deployment.operation, outcome: "failed" });
    const ended = operationView.parse(await read(deployment, OPERATION, at));
    expect(ended).toMatchObject({ status: "failed", failure: { code: "Unknown" }, endedAt: expect.any(String) });
  });
});

describe("read-cluster answers 404 for", () => {
  it.each([
    { route: CLUSTER, path: { name: "nobody" }, code: "ClusterNotFound" },
    { route: NODES, path: { name: "nobody" }, code: "ClusterNotFound" },
    { route: OPERATION, path: { id: "demo.nothing" }, code: "OperationNotFound" },
  ])("$route of what is not there", async ({ route, path, code }) => {
    const world = await aFunctionWorld();
    expectProblem(await world.request(route, { path }), 404, code);
  });
});

describe("a page", () => {
  it.each([
    { limit: "0", items: 1 },
    { limit: "1", items: 1 },
    { limit: "9999", items: 3 },
  ])("of $limit is one of $items, of three there are", async ({ limit, items }) => {
    const world = await withClusters(3);
    expect((await read(world, CLUSTERS, { query: { limit } }))["items"]).toHaveLength(items);
  });

  it.each([
    { how: "a limit that is no number", query: { limit: "ten" } },
    { how: "a negative limit", query: { limit: "-1" } },
    { how: "a limit of five digits", query: { limit: "10000" } },
    { how: "a cursor that is too long", query: { after: "x".repeat(1_025) } },
  ])("with $how is refused on every listing", async ({ query }) => {
    const world = await aDeployment("admitted");
    for (const route of [CLUSTERS, NODES, TIMELINE])
      expectProblem(await world.request(route, { path: { name: "demo" }, query }), 400, "InputInvalid");
  });
});

describe("a page after a cursor", () => {
  const cursor = (key: object) => Buffer.from(JSON.stringify(key)).toString("base64url");

  it.each([
    { how: "nonsense", after: "nonsense" },
    { how: "no key", after: cursor({}) },
    { how: "another cluster's timeline", after: cursor({ pk: "TIMELINE#other", sk: "01" }) },
    { how: "another list", after: cursor({ pk: "X", sk: "Y", list: "open-operations", listKey: "z" }) },
  ])("of $how is refused, and shows nothing", async ({ after }) => {
    const world = await aDeployment("admitted");
    for (const route of [CLUSTERS, TIMELINE])
      expectProblem(await world.request(route, { path: { name: "demo" }, query: { after } }), 400, "InputInvalid");
  });
});

describe("read-cluster", () => {
  it("changes nothing", async () => {
    const world = await aDeployment("launched");
    const before = await stateOf(world);
    for (const route of [CLUSTERS, CLUSTER, NODES, TIMELINE, OPERATION])
      await read(world, route, { path: { name: "demo", id: "demo.op" } });
    expect(await stateOf(world)).toEqual(before);
  });

  it("has no other route", async () => {
    const world = await aFunctionWorld();
    expectProblem(await world.request("GET /v1/weather", {}, "read-cluster"), 400, "InputInvalid");
  });

  it("says when AWS is not there, and which permission it lacks", async () => {
    const world = await aFunctionWorld();
    failNext(world, "Query", "throttle", { times: ATTEMPTS_MAX });
    expectProblem(await world.request(CLUSTERS), 503, "AwsUnavailable");
    const blind = await aFunctionWorld({ manifest: without("read-cluster", "ReadTable") });
    const answer = await blind.request(CLUSTER, { path: { name: "demo" } });
    expectProblem(answer, 500, "AwsAccessDenied");
    expect(answer.body["detail"]).toContain("dynamodb:Query");
  });
});
