import { operationView } from "@muster/core";
import { exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, aReadyCluster } from "../testing/deployment.ts";
import { expectProblem } from "../testing/expect-problem.ts";
import { ATTEMPTS_MAX } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";
import { without } from "../testing/permissions.ts";

const POST = "POST /v1/clusters";
const DELETE = "DELETE /v1/clusters/{name}";
const deploy = (world: FunctionWorld, headers: Readonly<Record<string, string>> = {}, body: unknown = exampleSpec()) =>
  world.request(POST, { body, headers });
const destroy = (world: FunctionWorld, confirm: string | undefined = "demo", name = "demo") =>
  world.request(DELETE, { path: { name }, query: confirm === "" ? {} : { confirm } });
const key = (value: string) => ({ "idempotency-key": value });
const executions = ({ muster }: FunctionWorld) => muster.cloud.states.inspect().executions;

describe("POST /v1/clusters", () => {
  it("starts a workflow that is named like its operation, and answers at once", async () => {
    const world = await aFunctionWorld();
    const { status, headers, body } = await deploy(world);
    const operation = operationView.parse(body);
    expect([status, headers["location"]]).toEqual([202, `/v1/operations/${operation.id}`]);
    expect(operation).toMatchObject({ cluster: "demo", kind: "deploy", status: "requested", findings: [] });
    expect(operation.id).toMatch(/^demo\.[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(operation.executionArn).toBe(`${executions(world)[0]?.arn}`);
    expect(await world.execution(operation.executionArn ?? "")).toMatchObject({
      status: "RUNNING",
      input: { spec: exampleSpec() },
    });
    expect(world.rows().operations).toMatchObject([{ id: operation.id, status: "requested" }]);
  });

  it.each([
    { what: "a spec that breaks rules", body: exampleSpec({ name: "No!" }), status: 422, code: "SpecInvalid" },
    { what: "an empty spec", body: {}, status: 422, code: "SpecInvalid" },
    { what: "no body", body: undefined, status: 422, code: "SpecInvalid" },
    { what: "no JSON", body: "name: demo", status: 400, code: "InputInvalid" },
  ])("refuses $what, and starts nothing", async ({ body, status, code }) => {
    const world = await aFunctionWorld();
    const answer = await world.request(POST, body === undefined ? {} : { body });
    expectProblem(answer, status, code);
    expect(executions(world)).toEqual([]);
    expect(world.rows().operations).toEqual([]);
  });

  it("lists every rule that a spec breaks", async () => {
    const world = await aFunctionWorld();
    const { body } = await deploy(world, {}, exampleSpec({ name: "No!", image: "latest" }));
    expect(body["problems"]).toMatchObject([
      { path: "name", found: '"No!"' },
      { path: "image", found: '"latest"' },
    ]);
  });

  it("refuses a name that is taken", async () => {
    const world = await aReadyCluster();
    const before = await stateOf(world);
    expectProblem(await deploy(world), 409, "ClusterExists");
    expect(await stateOf(world)).toEqual(before);
  });

  it("refuses a cluster that an operation holds, and names it", async () => {
    const world = await aDeployment("admitted");
    const answer = await deploy(world);
    expectProblem(answer, 409, "ClusterBusy");
    expect(answer.body["operationId"]).toBe("demo.op");
  });
});

describe("DELETE /v1/clusters/{name}", () => {
  it("starts the cluster's destruction", async () => {
    const world = await aReadyCluster();
    const { status, body } = await destroy(world);
    expect(status).toBe(202);
    const operation = operationView.parse(body);
    expect(operation).toMatchObject({ kind: "destroy", status: "requested" });
    expect(operation.executionArn).toContain("destroy-cluster:demo.");
    expect(await world.execution(operation.executionArn ?? "")).toMatchObject({
      input: { cluster: "demo", confirm: "demo" },
    });
  });

  it.each([
    { how: "without a word", confirm: "" },
    { how: "with another name", confirm: "dem0" },
  ])("does nothing $how", async ({ confirm }) => {
    const world = await aReadyCluster();
    const before = await stateOf(world);
    expectProblem(await destroy(world, confirm), 400, "ConfirmationMissing");
    expect(await stateOf(world)).toEqual(before);
  });

  it("knows only clusters that there are", async () => {
    const world = await aFunctionWorld();
    expectProblem(await destroy(world, "nobody", "nobody"), 404, "ClusterNotFound");
    expect(executions(world)).toEqual([]);
  });

  it("is accepted when the lease of whoever held the cluster has run out: the workflow finds out whether it lives", async () => {
    const world = await aDeployment("launched");
    expectProblem(await destroy(world), 409, "ClusterBusy");
    await world.clock.advance(16 * 60_000);
    expect(await destroy(world)).toMatchObject({ status: 202 });
  });
});

describe("an Idempotency-Key", () => {
  it("makes the same request the same operation", async () => {
    const world = await aFunctionWorld();
    const first = await deploy(world, key("a"));
    const before = await stateOf(world);
    const second = await deploy(world, key("a"));
    expect([second.status, second.body["id"]]).toEqual([202, first.body["id"]]);
    expect(await stateOf(world)).toEqual(before);
  });

  it("answers how the operation stands by now", async () => {
    const world = await aFunctionWorld();
    const { body } = await deploy(world, key("a"));
    const [id, arn] = [String(body["id"]), String(body["executionArn"])];
    const event = { kind: "deploy", execution: { arn, name: id }, input: { spec: exampleSpec() } };
    const { operation } = (await world.invoke("admit-operation", event)) as { operation: object };
    expect((await deploy(world, key("a"))).body).toMatchObject({ id, status: "running" });
    await world.invoke("finish-operation", { operation, outcome: "failed" });
    expect((await deploy(world, key("a"))).body).toMatchObject({ id, status: "failed", failure: { code: "Unknown" } });
    expect(executions(world)).toHaveLength(1);
  });

  it("that stood for another request is refused", async () => {
    const world = await aFunctionWorld();
    const { body } = await deploy(world, key("a"));
    const answer = await deploy(world, key("a"), exampleSpec({ name: "other" }));
    expectProblem(answer, 422, "IdempotencyConflict");
    expect(answer.body["operationId"]).toBe(body["id"]);
    expect(executions(world)).toHaveLength(1);
  });

  it("stands for its request for a day, and not for ever", async () => {
    const world = await aFunctionWorld();
    const first = await deploy(world, key("a"));
    await world.clock.advance(23 * 3_600_000);
    expect((await deploy(world, key("a"))).body["id"]).toBe(first.body["id"]);
    await world.clock.advance(2 * 3_600_000);
    expect((await deploy(world, key("a"))).body["id"]).not.toBe(first.body["id"]);
  });

  it.each(["", "x".repeat(129), "two words", "ключ"])("cannot be %j", async (value) => {
    const world = await aFunctionWorld();
    expectProblem(await deploy(world, key(value)), 400, "InputInvalid");
    expect(executions(world)).toEqual([]);
  });

  it("does not make a yes of a no", async () => {
    const world = await aReadyCluster();
    expectProblem(await deploy(world, key("a")), 409, "ClusterExists");
    expectProblem(await deploy(world, key("a")), 409, "ClusterExists");
    expect(executions(world).filter((e) => e.status === "RUNNING")).toHaveLength(1);
  });

  it("goes on with a request that failed half way", async () => {
    const world = await aFunctionWorld();
    failNext(world, "StartExecution", "throttle", { times: ATTEMPTS_MAX });
    expectProblem(await deploy(world, key("a")), 503, "AwsUnavailable");
    const [asked] = world.rows().operations;
    const { status, body } = await deploy(world, key("a"));
    expect([status, body["id"]]).toEqual([202, asked?.id]);
    expect(executions(world)).toHaveLength(1);
  });

  it("keeps what was asked of its operation meanwhile", async () => {
    const world = await aFunctionWorld();
    const { body } = await deploy(world, key("a"));
    await world.request("POST /v1/operations/{id}/cancel", { path: { id: String(body["id"]) } });
    await deploy(world, key("a"));
    expect(world.rows().operations).toMatchObject([{ cancelRequested: true }]);
  });
});

describe("change-cluster", () => {
  it("starts one workflow when Step Functions' answer is lost", async () => {
    const world = await aFunctionWorld();
    failNext(world, "StartExecution", "lose-answer");
    expect(await deploy(world)).toMatchObject({ status: 202 });
    expect(executions(world)).toHaveLength(1);
  });

  it("says which permission it lacks, and logs it", async () => {
    const logged: string[] = [];
    const error = (message: string) => void logged.push(message);
    const log = () => ({ error, info: () => undefined, warn: () => undefined });
    const world = await aFunctionWorld({ manifest: without("change-cluster", "StartOperations"), log });
    const answer = await deploy(world);
    expectProblem(answer, 500, "AwsAccessDenied");
    expect(answer.body["detail"]).toContain("states:StartExecution");
    expect(logged).toEqual(["request failed"]);
  });

  it("has no other route", async () => {
    const world = await aFunctionWorld();
    expectProblem(await world.request("PUT /v1/clusters", {}, "change-cluster"), 400, "InputInvalid");
  });
});
