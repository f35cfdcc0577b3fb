import {
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  type ListCommandInvocationsCommandInput,
} from "@aws-sdk/client-ssm";
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
  step,
  type NodeCloud,
} from "../testing/node-cloud.ts";

async function invocations(cloud: NodeCloud, input: ListCommandInvocationsCommandInput) {
  const answer = await cloud.clock.run(cloud.ssmClient.send(new ListCommandInvocationsCommand(input)));
  return answer.CommandInvocations ?? [];
}

/** One node on which a command has run with that outcome. */
async function ran(outcome: { stdout?: string; stderr?: string; exitCode?: number }) {
  const cloud = createNodeCloud();
  await createDocument(cloud);
  const [id = ""] = await startNodes(cloud, 1);
  cloud.runtime.answer = async () => {
    await sleep(cloud.clock, 2_500);
    return { exitCode: 0, stdout: "", stderr: "", ...outcome };
  };
  const commandId = await send(cloud, { InstanceIds: [id] });
  await cloud.clock.advance(5_000);
  const [invocation] = await invocations(cloud, { CommandId: commandId, Details: true });
  return { result: await resultOf(cloud, commandId, id), output: invocation?.CommandPlugins?.[0]?.Output ?? "" };
}

describe("eventual consistency", () => {
  it("says InvocationDoesNotExist, and lists nothing, right after SendCommand", async () => {
    const cloud = createNodeCloud({ dials: { readLagMs: { min: 1_000, max: 1_000 } } });
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    const CommandId = await send(cloud, { InstanceIds: [id] });
    const get = cloud.ssmClient.send(new GetCommandInvocationCommand({ CommandId, InstanceId: id }));
    expect(await refusalOf(cloud, get)).toEqual({ code: "InvocationDoesNotExist", status: 400, message: "" });
    expect(await invocations(cloud, { CommandId })).toEqual([]);
    expect(await commandOf(cloud, CommandId)).toBeUndefined();
    await cloud.clock.advance(1_000);
    expect(await invocations(cloud, { CommandId })).toHaveLength(1);
    expect(await resultOf(cloud, CommandId, id)).toMatchObject({ Status: "Success" });
  });

  it("sends the event of a status before reads show it, and never shows an earlier one afterwards", async () => {
    const cloud = createNodeCloud({ dials: { statusLagMs: { min: 2_000, max: 2_000 } } });
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    const CommandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(200);
    expect(cloud.events.at(-1)).toMatchObject({
      type: "EC2 Command Status-change Notification",
      detail: { "command-id": CommandId, status: "Success" },
    });
    expect(await resultOf(cloud, CommandId, id)).toMatchObject({ Status: "Pending" });
    await cloud.clock.advance(2_000);
    expect(await resultOf(cloud, CommandId, id)).toMatchObject({ Status: "Success" });
  });
});

describe("results", () => {
  it("hold times, exit code and both streams", async () => {
    const { result } = await ran({ stdout: '{"ok":true}', stderr: "chatter", exitCode: 0 });
    expect(result).toMatchObject({
      PluginName: "main",
      ResponseCode: 0,
      Status: "Success",
      StandardOutputContent: '{"ok":true}',
      StandardErrorContent: "chatter",
      ExecutionStartDateTime: "2026-11-20T12:00:20.000Z",
      ExecutionEndDateTime: "2026-11-20T12:00:22.500Z",
      ExecutionElapsedTime: "PT2.5S",
    });
  });

  it("have no output and the response code -1 until the step has ended", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = async () => {
      await sleep(cloud.clock, 60_000);
      return { exitCode: 0, stdout: "late", stderr: "" };
    };
    const commandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(30_000);
    expect(await resultOf(cloud, commandId, id)).toMatchObject({
      Status: "InProgress",
      ResponseCode: -1,
      StandardOutputContent: "",
      ExecutionEndDateTime: "",
    });
  });

  it.each([
    ["a short output whole", 23_999, 23_999, ""],
    [
      "the first 24,000 characters of a long one, the mark of the cut among them",
      30_000,
      24_000,
      "--output truncated--",
    ],
  ])("show %s", async (_what, length, shown, end) => {
    const { result } = await ran({ stdout: "x".repeat(length) });
    expect(result.StandardOutputContent).toHaveLength(shown);
    expect(result.StandardOutputContent?.endsWith(end)).toBe(true);
  });

  it("show the first 8,000 characters of the errors", async () => {
    const { result } = await ran({ stderr: "e".repeat(9_000) });
    expect(result.StandardErrorContent).toHaveLength(8_000);
    expect(result.StandardErrorContent?.endsWith("e--output truncated--")).toBe(true);
  });

  it.each([
    ["both streams, one after the other", "out", "err", "out\n----------ERROR-------\nerr"],
    ["2,500 characters of a long output", "x".repeat(5_000), "", `${"x".repeat(2_477)}\n---Output truncated---`],
    [
      "less of the longer one when the other is short",
      "x".repeat(5_000),
      "err",
      `${"x".repeat(2_450)}\n---Output truncated---\n----------ERROR-------\nerr`,
    ],
  ])("are listed with %s", async (_what, stdout, stderr, expected) => {
    const { output } = await ran({ stdout, stderr });
    expect(output).toBe(expected);
    expect(output.length).toBeLessThanOrEqual(2_500);
  });

  it("are listed with a part of each stream when both are long", async () => {
    const { output } = await ran({ stdout: "x".repeat(5_000), stderr: "e".repeat(5_000) });
    expect(output).toMatch(/^x+\n---Output truncated---\n-{10}ERROR-{7}\ne+\n---Error truncated----$/);
    expect(output.length).toBeLessThanOrEqual(2_500);
  });
});

describe("documents of several steps", () => {
  const steps = [step("first"), step("second"), step("third")];

  it("need the name of the step that is asked for", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps });
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = ({ stepName }) => ({ exitCode: 0, stdout: stepName, stderr: "" });
    const CommandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(1_000);
    const get = (more: object) =>
      cloud.ssmClient.send(new GetCommandInvocationCommand({ CommandId, InstanceId: id, ...more }));
    expect((await refusalOf(cloud, get({}))).code).toBe("InvalidPluginName");
    expect((await refusalOf(cloud, get({ PluginName: "aws:runShellScript" }))).code).toBe("InvalidPluginName");
    expect(await resultOf(cloud, CommandId, id, "second")).toMatchObject({ StandardOutputContent: "second" });
  });

  it("run one after the other, and are shown one by one", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps });
    const [id = ""] = await startNodes(cloud, 1);
    cloud.runtime.answer = async () => {
      await sleep(cloud.clock, 10_000);
      return { exitCode: 0, stdout: "", stderr: "" };
    };
    const CommandId = await send(cloud, { InstanceIds: [id] });
    await cloud.clock.advance(15_000);
    const [invocation] = await invocations(cloud, { CommandId, Details: true });
    expect(invocation?.CommandPlugins?.map((plugin) => [plugin.Name, plugin.Status, plugin.ResponseCode])).toEqual([
      ["first", "Success", 0],
      ["second", "InProgress", -1],
      ["third", "Pending", -1],
    ]);
  });

  it.each([
    ["go on after a step that failed, and fail as a whole", steps, ["first", "second", "third"], "Failed"],
    [
      "end with a step that says onFailure: exit",
      [step("first", { onFailure: "exit" }), step("second")],
      ["first"],
      "Failed",
    ],
    ["end with a step that says isEnd", [step("first", { isEnd: true }), step("second")], ["first"], "Failed"],
    [
      "skip a step for another platform, which counts as success",
      [step("windows", { precondition: { StringEquals: ["platformType", "Windows"] } })],
      [],
      "Success",
    ],
    [
      "run a step for this platform",
      [step("first", { precondition: { StringEquals: ["platformType", "Linux"] } })],
      ["first"],
      "Failed",
    ],
  ])("%s", async (_what, steps, ranSteps, status) => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { steps });
    const ids = await startNodes(cloud, 1);
    cloud.runtime.answer = ({ stepName }) => ({ exitCode: stepName === "first" ? 9 : 0, stdout: "", stderr: "" });
    const CommandId = await send(cloud, { InstanceIds: ids });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps.map((one) => one.stepName)).toEqual(ranSteps);
    expect((await invocations(cloud, { CommandId }))[0]?.Status).toBe(status);
  });
});

describe("listings", () => {
  it("of invocations come in pages of at most 50, each node once", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 120);
    const CommandId = await send(cloud, { Targets: [{ Key: "tag-key", Values: ["muster:tier"] }] });
    await cloud.clock.advance(1_000);
    const seen: string[] = [];
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await cloud.clock.run(
        cloud.ssmClient.send(
          new ListCommandInvocationsCommand({ CommandId, ...(NextToken === undefined ? {} : { NextToken }) }),
        ),
      );
      const page = answer.CommandInvocations ?? [];
      sizes.push(page.length);
      seen.push(...page.map((invocation) => invocation.InstanceId ?? ""));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(sizes).toEqual([50, 50, 20]);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const tooMany = cloud.ssmClient.send(new ListCommandInvocationsCommand({ CommandId, MaxResults: 51 }));
    expect((await refusalOf(cloud, tooMany)).code).toBe("ValidationException");
  });

  it("filter by status, document and time", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    await createDocument(cloud, { name: "muster-other" });
    const ids = await startNodes(cloud, 2);
    cloud.runtime.answer = ({ instanceId }) => ({ exitCode: instanceId === ids[0] ? 1 : 0, stdout: "", stderr: "" });
    const first = await send(cloud, { InstanceIds: ids, MaxErrors: "1" });
    await cloud.clock.advance(60_000);
    const second = await send(cloud, { InstanceIds: ids.slice(1), DocumentName: "muster-other" });
    await cloud.clock.advance(1_000);
    const failed = await invocations(cloud, { CommandId: first, Filters: [{ key: "Status", value: "Failed" }] });
    expect(failed.map((invocation) => invocation.InstanceId)).toEqual([ids[0]]);
    const ofNode = await invocations(cloud, { InstanceId: ids[1] });
    expect(ofNode.map((invocation) => invocation.CommandId)).toEqual([second, first]);
    const list = async (filter: { key: "InvokedAfter" | "DocumentName" | "Status"; value: string }) =>
      (await cloud.clock.run(cloud.ssmClient.send(new ListCommandsCommand({ Filters: [filter] })))).Commands?.map(
        (command) => command.CommandId,
      );
    expect(await list({ key: "InvokedAfter", value: "2026-11-20T12:01:00Z" })).toEqual([second]);
    expect(await list({ key: "DocumentName", value: "muster-test" })).toEqual([first]);
    expect(await list({ key: "Status", value: "Success" })).toEqual([second, first]);
  });

  it("forget commands after thirty days", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 1);
    const commandId = await send(cloud, { InstanceIds: ids });
    await cloud.clock.advance(30 * 86_400_000 - 1_000);
    expect(await commandOf(cloud, commandId)).toBeDefined();
    await cloud.clock.advance(2_000);
    expect(await commandOf(cloud, commandId)).toBeUndefined();
  });

  it("of commands cannot ask for what is pending on one node", async () => {
    const cloud = createNodeCloud();
    const call = cloud.ssmClient.send(
      new ListCommandsCommand({ InstanceId: "i-00000000000000001", Filters: [{ key: "Status", value: "Pending" }] }),
    );
    expect((await refusalOf(cloud, call)).code).toBe("ValidationException");
  });
});

describe("events of a command", () => {
  it("are those of the user guide, with the API's status, and parameters only in the command's own", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { parameters: { name: { type: "String" } } });
    const [id = ""] = await startNodes(cloud, 1);
    cloud.events.length = 0;
    const CommandId = await send(cloud, { InstanceIds: [id], Parameters: { name: ["demo"] }, TimeoutSeconds: 60 });
    await cloud.clock.advance(1_000);
    const resources = [`arn:aws:ec2:us-east-1:123456789012:instance/${id}`];
    const common = {
      "command-id": CommandId,
      "document-name": "muster-test",
      "requested-date-time": "2026-11-20T12:00:20.000Z",
    };
    const command = { ...common, "expire-after": "2026-11-20T13:01:20.000Z", parameters: { name: ["demo"] } };
    const invocation = { ...common, "instance-id": id };
    expect(cloud.events.map(({ type, resources, detail }) => ({ type, resources, detail }))).toEqual([
      { type: "EC2 Command Status-change Notification", resources, detail: { ...command, status: "InProgress" } },
      {
        type: "EC2 Command Invocation Status-change Notification",
        resources,
        detail: { ...invocation, status: "InProgress" },
      },
      {
        type: "EC2 Command Invocation Status-change Notification",
        resources,
        detail: { ...invocation, status: "Success" },
      },
      { type: "EC2 Command Status-change Notification", resources, detail: { ...command, status: "Success" } },
    ]);
  });
});
