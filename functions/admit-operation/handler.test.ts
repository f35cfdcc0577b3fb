import { exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, aReadyCluster } from "../testing/deployment.ts";
import { errorOf, expectMalformedRefused, malformed } from "../testing/expect-refused.ts";
import { aFunctionWorld, type FunctionWorld } from "../testing/function-world.ts";
import { without } from "../testing/permissions.ts";

interface Asked {
  readonly kind: "deploy" | "destroy";
  readonly execution: { readonly arn: string; readonly name: string };
  readonly input: unknown;
}

/** What the first state of a workflow asks, whose execution runs. */
async function asked(world: FunctionWorld, kind: "deploy" | "destroy", name: string, input: unknown): Promise<Asked> {
  return { kind, execution: { arn: await world.start(`${kind}-cluster`, name, input), name }, input };
}

const deploy = (world: FunctionWorld, name = "demo.one", change: Readonly<Record<string, unknown>> = {}) =>
  asked(world, "deploy", name, { spec: exampleSpec(change) });
const destroy = (world: FunctionWorld, name = "demo.two") =>
  asked(world, "destroy", name, { cluster: "demo", confirm: "demo" });
const admit = (world: FunctionWorld, event: Asked) => world.invoke("admit-operation", event);
const operationNamed = (world: FunctionWorld, id: string) => world.rows().operations.find((o) => o.id === id);

describe("admit-operation", () => {
  it("takes a new cluster for its deployment, and hands on ids and counts", async () => {
    const world = await aFunctionWorld();
    const event = await deploy(world);
    expect(await admit(world, event)).toEqual({
      operation: { cluster: "demo", operationId: "demo.one", fence: 1 },
      tiers: [
        { name: "backend", count: 6 },
        { name: "client", count: 2 },
      ],
      leaves: [],
      verifies: [{ tier: "backend", hook: "verify" }],
      keepOnFailure: false,
    });
    const { clusters, operations, timeline } = world.rows();
    expect(clusters).toMatchObject([
      {
        name: "demo",
        status: "deploying",
        fence: 1,
        formed: false,
        operationId: "demo.one",
        lease: { operationId: "demo.one", executionArn: event.execution.arn },
        tiers: { backend: { desired: 6, active: 0 }, client: { desired: 2, active: 0 } },
      },
    ]);
    expect(clusters[0]?.lease?.expiresAt).toBeGreaterThan(world.clock.now());
    expect(operations).toMatchObject([
      { id: "demo.one", kind: "deploy", status: "running", executionArn: event.execution.arn },
    ]);
    expect(timeline.map((entry) => entry.event)).toEqual(["operation.started"]);
  });

  it("has nothing verified once more when the tier that verifies is the last to grow", async () => {
    const world = await aFunctionWorld();
    const { tiers } = exampleSpec();
    const client = { ...tiers["client"], count: 0 };
    expect(await admit(world, await deploy(world, "demo.one", { tiers: { ...tiers, client } }))).toMatchObject({
      tiers: [{ name: "backend", count: 6 }],
      verifies: [],
    });
  });

  it("writes out what the spec leaves open and the first size fixes for ever", async () => {
    const world = await aFunctionWorld();
    await admit(world, await deploy(world));
    expect(world.rows().clusters[0]?.spec).toMatchObject({
      weka: { protection: { data: 3, parity: 2, hotSpares: 1 } },
    });
  });

  it("takes a cluster for its destruction, and says who leaves first", async () => {
    const world = await aReadyCluster();
    expect(await admit(world, await destroy(world))).toMatchObject({
      operation: { cluster: "demo", operationId: "demo.two", fence: 2 },
      leaves: [{ tier: "client", hook: "unmount" }],
    });
    expect(world.rows().clusters).toMatchObject([{ status: "destroying", fence: 2, formed: true }]);
  });

  it("lets nobody leave a tier that has no members", async () => {
    const world = await aDeployment("checked");
    await world.invoke("finish-operation", { operation: world.operation, outcome: "failed" });
    expect(await admit(world, await destroy(world))).toMatchObject({ leaves: [] });
  });

  it("makes an operation id of an execution that a person started in the console", async () => {
    const world = await aFunctionWorld();
    const name = "0b8f3c52-6d1e-4a6e-9a53-b1c5f0a7d001";
    expect(await admit(world, await deploy(world, name))).toMatchObject({ operation: { operationId: `demo.${name}` } });
  });

  it("answers the same to the same execution, and takes nothing twice", async () => {
    const world = await aFunctionWorld();
    const event = await deploy(world);
    const first = await admit(world, event);
    const before = await stateOf(world);
    expect(await admit(world, event)).toEqual(first);
    expect(await stateOf(world)).toEqual(before);
  });

  it("finds that it has the cluster when DynamoDB's answer is lost", async () => {
    const world = await aFunctionWorld();
    failNext(world, "TransactWriteItems", "lose-answer");
    expect(await admit(world, await deploy(world))).toMatchObject({ operation: { fence: 1 } });
    expect(world.rows().clusters).toMatchObject([{ fence: 1, operationId: "demo.one" }]);
  });
});

describe("a cluster that another operation holds", () => {
  it("is refused while that one runs, and the refusal is written down", async () => {
    const world = await aDeployment("admitted");
    const event = await destroy(world);
    await expect(admit(world, event)).rejects.toMatchObject({
      name: "ClusterBusy",
      message: expect.stringContaining("demo.op"),
    });
    expect(world.rows().clusters).toMatchObject([{ fence: 1, status: "deploying", operationId: "demo.op" }]);
    expect(operationNamed(world, "demo.two")).toMatchObject({ status: "refused", failure: { code: "ClusterBusy" } });
  });

  it("is taken over when that one's workflow has ended, which is then said of it", async () => {
    const world = await aDeployment("admitted");
    await world.stop(world.executionArn);
    expect(await admit(world, await destroy(world))).toMatchObject({ operation: { fence: 2 } });
    expect(operationNamed(world, "demo.op")).toMatchObject({ status: "failed", failure: { code: "OperationAborted" } });
    expect(world.rows().clusters).toMatchObject([{ fence: 2, lease: { operationId: "demo.two" } }]);
  });
});

describe("a deployment", () => {
  it("of a name that is taken is refused", async () => {
    const world = await aReadyCluster();
    expect(await errorOf(world, "admit-operation", await deploy(world))).toBe("ClusterExists");
    expect(operationNamed(world, "demo.one")).toMatchObject({ status: "refused", step: "Refused" });
    expect(world.rows().clusters).toMatchObject([{ fence: 1, status: "ready" }]);
  });

  it("of a cluster that failed and left nothing is a new one, with the next fence", async () => {
    const world = await aDeployment("checked");
    await world.invoke("finish-operation", { operation: world.operation, outcome: "failed" });
    expect(await admit(world, await deploy(world))).toMatchObject({ operation: { fence: 2 } });
    expect(world.rows().clusters).toMatchObject([{ status: "deploying", operationId: "demo.one" }]);
  });

  it("of a cluster that failed and kept its nodes is refused", async () => {
    const world = await aDeployment("launched");
    await world.invoke("finish-operation", { operation: world.operation, outcome: "failed", kept: true });
    expect(await errorOf(world, "admit-operation", await deploy(world))).toBe("ClusterExists");
  });

  it("that was cancelled before it began ends there", async () => {
    const world = await aFunctionWorld();
    const { body } = await world.request("POST /v1/clusters", { body: exampleSpec() });
    const id = String(body["id"]);
    await world.request("POST /v1/operations/{id}/cancel", { path: { id } });
    const execution = { arn: String(body["executionArn"]), name: id };
    const event: Asked = { kind: "deploy", execution, input: { spec: exampleSpec() } };
    expect(await errorOf(world, "admit-operation", event)).toBe("OperationCancelled");
    expect(operationNamed(world, id)).toMatchObject({ status: "cancelled", failure: { code: "OperationCancelled" } });
    expect(world.rows().clusters).toEqual([]);
  });

  it("with a spec that breaks rules names every one of them", async () => {
    const world = await aFunctionWorld();
    const backend = { count: 2, instanceTypes: ["i3en.2xlarge"] };
    const event = await deploy(world, "demo.one", { tiers: { backend }, weka: { colour: "red" }, image: "latest" });
    const message = await admit(world, event).catch((error: unknown) => String(error));
    for (const field of ["SpecInvalid", "weka.colour", "image", "tiers.backend.count"])
      expect(message).toContain(field);
    expect(world.rows().operations).toEqual([]);
  });
});

describe("a destruction", () => {
  it("of a cluster that there is not is refused", async () => {
    const world = await aFunctionWorld();
    expect(await errorOf(world, "admit-operation", await destroy(world))).toBe("ClusterNotFound");
    expect(operationNamed(world, "demo.two")).toMatchObject({ status: "refused", kind: "destroy" });
  });

  it.each([
    { how: "another name", input: { cluster: "demo", confirm: "yes" }, error: "ConfirmationMissing" },
    { how: "no name", input: { cluster: "demo" }, error: "InputInvalid" },
    { how: "a field too many", input: { cluster: "demo", confirm: "demo", force: true }, error: "InputInvalid" },
  ])("that is confirmed with $how touches nothing", async ({ input, error }) => {
    const world = await aReadyCluster();
    const before = await stateOf(world);
    const execution = { arn: "arn:aws:states:us-east-1:000000000000:execution:x:y", name: "y" };
    expect(await errorOf(world, "admit-operation", { kind: "destroy", execution, input })).toBe(error);
    expect(await stateOf(world)).toEqual(before);
  });

  it("takes the link that Step Functions adds when a workflow starts it", async () => {
    const world = await aReadyCluster();
    const input = { cluster: "demo", confirm: "demo", AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "arn:x" };
    expect(await admit(world, await asked(world, "destroy", "demo.two", input))).toMatchObject({
      operation: { fence: 2 },
    });
  });
});

describe("admit-operation refuses", () => {
  it("malformed input", async () => {
    const world = await aFunctionWorld();
    const { input, ...event } = await deploy(world);
    await expectMalformedRefused(world, "admit-operation", [
      ...malformed(event).map(({ how, input: wrong }) => ({
        how,
        input: typeof wrong === "object" ? { ...wrong, input } : wrong,
      })),
      { how: "an unknown kind", input: { ...event, kind: "polish", input } },
      { how: "a field beside the spec", input: { ...event, input: { spec: exampleSpec(), surprise: true } } },
    ]);
  });

  it("an execution whose name makes an operation id that does not fit into SSM's comments", async () => {
    const world = await aFunctionWorld();
    const event = await deploy(world, "x".repeat(70));
    await expect(admit(world, event)).rejects.toMatchObject({
      name: "InputInvalid",
      message: expect.stringContaining("at most 67 characters"),
    });
    expect(world.rows().clusters).toEqual([]);
  });
});

describe("when AWS misbehaves, admit-operation", () => {
  it("leaves an operation open that AWS may let in later", async () => {
    const world = await aFunctionWorld();
    const { body } = await world.request("POST /v1/clusters", { body: exampleSpec() });
    const [id, arn] = [String(body["id"]), String(body["executionArn"])];
    const event: Asked = { kind: "deploy", execution: { arn, name: id }, input: { spec: exampleSpec() } };
    failNext(world, "TransactWriteItems", "throttle", { times: 8 });
    expect(await errorOf(world, "admit-operation", event)).toBe("AwsUnavailable");
    expect(operationNamed(world, id)?.status).toBe("requested");
    expect(await admit(world, event)).toMatchObject({ operation: { operationId: id } });
  });

  it("takes no cluster whose holder it cannot ask about", async () => {
    const world = await aDeployment("admitted");
    await world.stop(world.executionArn);
    const event = await destroy(world);
    failNext(world, "DescribeExecution", "throttle", { times: 8 });
    expect(await errorOf(world, "admit-operation", event)).toBe("AwsUnavailable");
    expect(world.rows().clusters).toMatchObject([{ fence: 1, lease: { operationId: "demo.op" } }]);
    expect(await admit(world, event)).toMatchObject({ operation: { fence: 2 } });
  });

  it.each(["Query", "DescribeExecution", "GetItem", "TransactWriteItems", "PutItem"])(
    "gets over a %s that is throttled for a while",
    async (operation) => {
      const world = await aDeployment("admitted");
      await world.stop(world.executionArn);
      failNext(world, operation, "throttle", { times: 3 });
      expect(await admit(world, await destroy(world))).toMatchObject({ operation: { fence: 2 } });
      expect(world.rows().timeline.at(-1)?.operationId).toBe("demo.two");
    },
  );

  it("refuses an operation for which it lacks a permission, by its name", async () => {
    const world = await aDeployment("admitted", { manifest: without("admit-operation", "SeeExecutions") });
    await expect(admit(world, await destroy(world))).rejects.toMatchObject({
      name: "AwsAccessDenied",
      message: expect.stringContaining("states:DescribeExecution"),
    });
    expect(operationNamed(world, "demo.two")).toMatchObject({
      status: "refused",
      failure: { code: "AwsAccessDenied" },
    });
  });
});
