import { CancelCommandCommand } from "@aws-sdk/client-ssm";
import { StopInstancesCommand, StartInstancesCommand } from "@aws-sdk/client-ec2";
import { sleep } from "@muster/core";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../ec2/testing/test-cloud.ts";
import {
  commandOf,
  createDocument,
  createNodeCloud,
  resultOf,
  send,
  startNodes,
  statesOf,
  step,
  type NodeCloud,
} from "../testing/node-cloud.ts";

/** Each run takes a minute; how many ran at once at most. */
function watchConcurrency(cloud: NodeCloud, exitCode: (instanceId: string) => number = () => 0) {
  const seen = { now: 0, most: 0, ran: [] as string[] };
  cloud.runtime.answer = async ({ instanceId }) => {
    seen.now++;
    seen.ran.push(instanceId);
    seen.most = Math.max(seen.most, seen.now);
    await sleep(cloud.clock, 60_000);
    seen.now--;
    return { exitCode: exitCode(instanceId), stdout: "", stderr: "" };
  };
  return seen;
}

describe("MaxConcurrency", () => {
  it.each([
    ["1", 1],
    ["3", 3],
    ["30%", 3],
    ["1%", 1],
    ["100%", 10],
  ])("of %s runs %i of 10 nodes at once", async (MaxConcurrency, most) => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 10);
    const seen = watchConcurrency(cloud);
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency });
    await cloud.clock.advance(900_000);
    expect(seen.most).toBe(most);
    expect(await commandOf(cloud, commandId)).toMatchObject({ Status: "Success", CompletedCount: 10 });
  });

  it("is 50 when nothing is said", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    await startNodes(cloud, 60);
    const seen = watchConcurrency(cloud);
    await send(cloud, { Targets: [{ Key: "tag:muster:tier", Values: ["backend"] }] });
    await cloud.clock.advance(30_000);
    expect(seen.now).toBe(50);
    await cloud.clock.advance(120_000);
    expect(seen.ran).toHaveLength(60);
  });

  it("is reached by doubling when the dial says so", async () => {
    const cloud = createNodeCloud({ dials: { ramp: "doubling" } });
    await createDocument(cloud);
    const ids = await startNodes(cloud, 12);
    const seen = watchConcurrency(cloud);
    await send(cloud, { InstanceIds: ids, MaxConcurrency: "5" });
    const counts: number[] = [];
    for (let minute = 0; minute < 5; minute++) {
      await cloud.clock.advance(30_000);
      counts.push(seen.now);
      await cloud.clock.advance(31_000);
    }
    expect(counts).toEqual([1, 2, 4, 5, 0]);
  });
});

describe("MaxErrors", () => {
  it.each([
    ["0", 1],
    ["2", 3],
    ["20%", 3],
    ["100%", 10],
  ])("of %s lets %i of 10 failing nodes run", async (MaxErrors, ran) => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 10);
    const seen = watchConcurrency(cloud, () => 1);
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "1", MaxErrors });
    await cloud.clock.advance(900_000);
    expect(seen.ran).toHaveLength(ran);
    const states = Object.values(statesOf(cloud, commandId));
    expect(states.filter((state) => state === "Failed")).toHaveLength(ran);
    expect(states.filter((state) => state === "Terminated")).toHaveLength(10 - ran);
    expect(await commandOf(cloud, commandId)).toMatchObject({ Status: "Failed", CompletedCount: 10, ErrorCount: ran });
  });

  it("stops the rest, while those that run go on to their end", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 6);
    watchConcurrency(cloud, (id) => (id === ids[0] ? 1 : 0));
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "3", MaxErrors: "0" });
    await cloud.clock.advance(200_000);
    expect(ids.map((id) => statesOf(cloud, commandId)[id])).toEqual([
      "Failed",
      "Success",
      "Success",
      "Terminated",
      "Terminated",
      "Terminated",
    ]);
  });
});

describe("timeouts", () => {
  it("a node that dies while running shows InProgress until the total timeout, then DeliveryTimedOut", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("main", {}, { timeoutSeconds: 600 })] });
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ exitCode: 143, stdout: "", stderr: "" }));
      });
    const commandId = await send(cloud, { InstanceIds: [id], TimeoutSeconds: 60 });
    await cloud.clock.advance(10_000);
    cloud.ec2.admin.failHardware(id, "silent");
    await cloud.clock.advance(645_000);
    expect(await resultOf(cloud, commandId, id)).toMatchObject({ StatusDetails: "InProgress", ResponseCode: -1 });
    await cloud.clock.advance(6_000);
    expect(await resultOf(cloud, commandId, id)).toMatchObject({
      Status: "TimedOut",
      StatusDetails: "DeliveryTimedOut",
    });
    expect(await commandOf(cloud, commandId)).toMatchObject({ DeliveryTimedOutCount: 1, ErrorCount: 0 });
  });

  it("a node that dies before it has reported has told nobody", async () => {
    const cloud = createNodeCloud({ dials: { reportMs: { min: 2_000, max: 2_000 } } });
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    const commandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps).toHaveLength(1);
    cloud.ec2.admin.failHardware(id, "silent");
    await cloud.clock.advance(60_000);
    expect(statesOf(cloud, commandId)).toEqual({ [id]: "InProgress" });
  });

  it("what was cut off by a stop is not reported after the start either", async () => {
    const cloud = createNodeCloud({ dials: { reportMs: { min: 120_000, max: 120_000 } } });
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ exitCode: 143, stdout: "", stderr: "" }));
      });
    const commandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(1_000);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(25_000);
    await cloud.clock.run(cloud.aws.send(new StartInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(600_000);
    expect(cloud.ssm.admin.managedNodes()).toMatchObject([{ online: true }]);
    expect(statesOf(cloud, commandId)).toEqual({ [id]: "InProgress" });
  });

  it("the total is the delivery timeout and the execution timeouts of the steps", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, {
      parameters: { seconds: { type: "String", default: "100" } },
      steps: [step("a", {}, { timeoutSeconds: "{{ seconds }}" }), step("b", {}, { timeoutSeconds: 50 }), step("c")],
    });
    const [id = ""] = await startNodes(cloud, 1);
    const commandId = await send(cloud, { InstanceIds: [id], TimeoutSeconds: 30 });
    const command = await commandOf(cloud, commandId);
    const total = Number(command?.ExpiresAfter) - Number(command?.RequestedDateTime);
    // A step that says nothing has an hour.
    expect(total).toBe((30 + 100 + 50 + 3_600) * 1_000);
  });

  it("a command that comes too late is not run, though the agent is back", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("main", {}, { timeoutSeconds: 600 })] });
    const ids = await startNodes(cloud, 2);
    await cloud.clock.run(cloud.aws.send(new StopInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(30_000);
    const patient = await send(cloud, { InstanceIds: ids.slice(0, 1), TimeoutSeconds: 600 });
    const hasty = await send(cloud, { InstanceIds: ids.slice(1), TimeoutSeconds: 30 });
    await cloud.clock.advance(60_000);
    expect([statesOf(cloud, patient), statesOf(cloud, hasty)]).toEqual([
      { [ids[0] ?? ""]: "Delayed" },
      { [ids[1] ?? ""]: "Delayed" },
    ]);
    await cloud.clock.run(cloud.aws.send(new StartInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(20_000);
    expect([statesOf(cloud, patient), statesOf(cloud, hasty)]).toEqual([
      { [ids[0] ?? ""]: "Success" },
      { [ids[1] ?? ""]: "Delayed" },
    ]);
    await cloud.clock.advance(600_000);
    expect(statesOf(cloud, hasty)).toEqual({ [ids[1] ?? ""]: "DeliveryTimedOut" });
  });

  it("a dead node holds its place in the concurrency until the command expires", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps: [step("main", {}, { timeoutSeconds: 60 })] });
    const ids = await startNodes(cloud, 3);
    cloud.ec2.admin.failHardware(ids[0] ?? "", "silent");
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "1", TimeoutSeconds: 60 });
    await cloud.clock.advance(121_000);
    expect(Object.values(statesOf(cloud, commandId))).toEqual([
      "DeliveryTimedOut",
      "DeliveryTimedOut",
      "DeliveryTimedOut",
    ]);
    expect(cloud.runtime.steps).toEqual([]);
  });
});

describe("CancelCommand", () => {
  it("stops what runs, drops what waits, and leaves what has ended", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 3);
    cloud.runtime.answer = ({ instanceId, signal }) =>
      instanceId === ids[0]
        ? { exitCode: 0, stdout: "", stderr: "" }
        : new Promise((resolve) => {
            signal.addEventListener("abort", () => resolve({ exitCode: 143, stdout: "", stderr: "" }));
          });
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "1" });
    await cloud.clock.advance(1_000);
    expect(Object.values(statesOf(cloud, commandId))).toEqual(["Success", "InProgress", "Pending"]);
    await cloud.clock.run(cloud.ssmClient.send(new CancelCommandCommand({ CommandId: commandId })));
    await cloud.clock.advance(1_000);
    expect(Object.values(statesOf(cloud, commandId))).toEqual(["Success", "Cancelled", "Cancelled"]);
    expect(await commandOf(cloud, commandId)).toMatchObject({ Status: "Cancelled", CompletedCount: 3 });
  });

  it("of some nodes leaves the others alone", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 2);
    const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "1" });
    await cloud.clock.run(
      cloud.ssmClient.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: ids.slice(1) })),
    );
    await cloud.clock.advance(1_000);
    expect(Object.values(statesOf(cloud, commandId))).toEqual(["Success", "Cancelled"]);
  });

  it.each([
    ["an unknown command", { CommandId: "00000000-0000-4000-8000-000000000000" }, "InvalidCommandId"],
    ["a node that the command did not go to", { InstanceIds: ["i-00000000000000001"] }, "InvalidInstanceId"],
  ])("refuses %s", async (_what, input, code) => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 1);
    const CommandId = await send(cloud, { InstanceIds: ids });
    const refusal = await refusalOf(cloud, cloud.ssmClient.send(new CancelCommandCommand({ CommandId, ...input })));
    expect(refusal.code).toBe(code);
  });
});

describe("an agent that restarts", () => {
  it("runs the document a second time, from the start", async () => {
    const cloud = createNodeCloud({ dials: { duplicateDelivery: 1 } });
    await createDocument(cloud, { steps: [step("a"), step("b")] });
    const [id = ""] = await startNodes(cloud, 1);
    let run = 0;
    cloud.runtime.answer = () => ({ exitCode: 0, stdout: `run ${++run}`, stderr: "" });
    const commandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps.map((one) => one.stepName)).toEqual(["a", "b", "a", "b"]);
    expect(await resultOf(cloud, commandId, id, "a")).toMatchObject({ StandardOutputContent: "run 3" });
  });

  it("because a script asked for a reboot runs that step again", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = () => ({ exitCode: cloud.runtime.steps.length === 1 ? 194 : 0, stdout: "", stderr: "" });
    const commandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(39_000);
    expect(statesOf(cloud, commandId)).toEqual({ [id]: "InProgress" });
    await cloud.clock.advance(2_000);
    expect(statesOf(cloud, commandId)).toEqual({ [id]: "Success" });
    expect(cloud.runtime.steps).toHaveLength(2);
  });
});
