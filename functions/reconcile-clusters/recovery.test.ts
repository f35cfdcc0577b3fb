import type { Operation } from "@muster/core";
import { exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment } from "../testing/deployment.ts";
import { ATTEMPTS_MAX, expectTroublesTold } from "../testing/expect-troubles.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";

const sweep = (world: FunctionWorld) => world.invoke("reconcile-clusters", {});
const operationNamed = (world: FunctionWorld, id: string) => world.rows().operations.find((o) => o.id === id);
const destructions = ({ muster }: FunctionWorld) =>
  muster.cloud.states.inspect().executions.flatMap(({ arn }) => (arn.includes("destroy-cluster") ? [arn] : []));

async function aDeadDeployment(spec = exampleSpec()) {
  const deployment = await aDeployment("launched", { spec });
  await deployment.stop(deployment.executionArn);
  return deployment;
}

/** Asked for, and not begun. */
const requested = (requestedAt: number): Operation => ({
  id: "demo.asked",
  cluster: "demo",
  kind: "deploy",
  status: "requested",
  step: "Requested",
  cancelRequested: false,
  findings: [],
  requestedAt,
});

describe("an operation whose workflow has ended without its last step", () => {
  it("is ended, its cluster is given free, and what it launched is put back", async () => {
    const world = await aDeadDeployment();
    expect(await sweep(world)).toEqual({ recovered: ["demo.op"], sighted: 0, ended: 0 });
    expect(operationNamed(world, "demo.op")).toMatchObject({
      status: "failed",
      step: "Aborted",
      failure: { code: "OperationAborted" },
    });
    const [cluster] = world.rows().clusters;
    expect(cluster).toMatchObject({ status: "failed", fence: 1 });
    expect(cluster?.lease).toBeUndefined();
    expect(world.rows().timeline.at(-1)?.event).toBe("operation.aborted");
    const [destruction = ""] = destructions(world);
    expect(await world.execution(destruction)).toMatchObject({
      status: "RUNNING",
      input: { cluster: "demo", confirm: "demo" },
    });
  });

  it("is recovered once", async () => {
    const world = await aDeadDeployment();
    await sweep(world);
    const before = await stateOf(world);
    expect(await sweep(world)).toEqual({ recovered: [], sighted: 0, ended: 0 });
    expect(await stateOf(world)).toEqual(before);
  });

  it("is put back once, also when the sweep dies half way", async () => {
    const world = await aDeadDeployment();
    failNext(world, "UpdateItem", "throttle", { times: ATTEMPTS_MAX });
    await expect(sweep(world)).rejects.toMatchObject({ name: "AwsUnavailable" });
    expect(operationNamed(world, "demo.op")?.status).toBe("running");
    expect(await sweep(world)).toMatchObject({ recovered: ["demo.op"] });
    expect(destructions(world)).toHaveLength(1);
  });

  it("keeps what it launched when the spec says so, and tells how to remove it", async () => {
    const world = await aDeadDeployment(exampleSpec({ keepOnFailure: true }));
    expect(await sweep(world)).toMatchObject({ recovered: ["demo.op"] });
    expect(operationNamed(world, "demo.op")?.failure?.remedy).toContain("muster cluster destroy demo");
    expect(destructions(world)).toEqual([]);
  });

  it("is destroyed again when it was a destruction, however long its name is by then", async () => {
    const name = "a-name-of-thirty-two-characters1";
    const world = await aDeployment("launched", { spec: exampleSpec({ name }) });
    await world.stop(world.executionArn);
    for (let death = 1; death <= 3; death++) {
      await sweep(world);
      const arn = destructions(world).at(-1) ?? "";
      expect(destructions(world)).toHaveLength(death);
      const execution = { arn, name: arn.split(":").at(-1) ?? "" };
      const event = { kind: "destroy", execution, input: { cluster: name, confirm: name } };
      expect(await world.invoke("admit-operation", event)).toMatchObject({ operation: { fence: 1 + death } });
      await world.stop(arn);
      // The list of open operations lags behind by moments.
      await world.clock.advance(5_000);
    }
  });

  it("is put back under a name that admission takes, when a person had started it in the console", async () => {
    const world = await aFunctionWorld();
    const [cluster, name] = ["a-name-of-thirty-two-characters1", "0b8f3c52-6d1e-4a6e-9a53-b1c5f0a7d001"];
    const spec = exampleSpec({ name: cluster });
    const arn = await world.start("deploy-cluster", name, { spec });
    await world.invoke("admit-operation", { kind: "deploy", execution: { arn, name }, input: { spec } });
    await world.stop(arn);
    await sweep(world);
    const [destruction = ""] = destructions(world);
    const execution = { arn: destruction, name: destruction.split(":").at(-1) ?? "" };
    const event = { kind: "destroy", execution, input: { cluster, confirm: cluster } };
    expect(await world.invoke("admit-operation", event)).toMatchObject({ operation: { fence: 2 } });
  });
});

describe("an operation is left alone", () => {
  it("while its workflow runs", async () => {
    const world = await aDeployment("launched");
    await world.clock.advance(24 * 3_600_000);
    const before = await stateOf(world);
    expect(await sweep(world)).toMatchObject({ recovered: [] });
    expect((await stateOf(world)).rows).toEqual(before.rows);
  });

  it.each([
    { minutes: 9, status: "requested" },
    { minutes: 11, status: "failed" },
  ])("for ten minutes when it was asked for and has not begun: after $minutes it is $status", async (given) => {
    const world = await aFunctionWorld();
    await world.run(world.store.record(requested(world.clock.now())));
    await world.clock.advance(given.minutes * 60_000);
    await sweep(world);
    expect(operationNamed(world, "demo.asked")?.status).toBe(given.status);
    expect(destructions(world)).toEqual([]);
  });

  it("when it has ended by itself", async () => {
    const world = await aDeployment("launched");
    await world.invoke("finish-operation", { operation: world.operation, outcome: "succeeded" });
    await world.stop(world.executionArn);
    const before = await stateOf(world);
    expect(await sweep(world)).toMatchObject({ recovered: [] });
    expect(await stateOf(world)).toEqual(before);
  });
});

describe("reconcile-clusters", () => {
  it.each([{}, { "detail-type": "Scheduled Event", detail: {} }])("may be called with %j", async (input) => {
    const world = await aDeadDeployment();
    expect(await world.invoke("reconcile-clusters", input)).toMatchObject({ recovered: ["demo.op"] });
  });

  it("refuses what is no object", async () => {
    const world = await aDeadDeployment();
    await expect(world.invoke("reconcile-clusters", "all of them")).rejects.toMatchObject({ name: "InputInvalid" });
    expect(operationNamed(world, "demo.op")?.status).toBe("running");
  });

  it.each(["Query", "GetItem", "DescribeExecution", "StartExecution"])(
    "says what is wrong with %s, and gets over it when it can",
    async (operation) => {
      const world = await aDeadDeployment();
      const answer = await expectTroublesTold(world, "reconcile-clusters", {}, operation);
      expect(answer).toMatchObject({ recovered: ["demo.op"] });
    },
  );
});
