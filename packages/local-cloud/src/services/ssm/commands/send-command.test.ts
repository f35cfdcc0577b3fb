import { PutParameterCommand, SendCommandCommand, type SendCommandCommandInput } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../ec2/testing/test-cloud.ts";
import {
  commandOf,
  createDocument,
  createNodeCloud,
  send,
  startNodes,
  statesOf,
  step,
  type NodeCloud,
} from "../testing/node-cloud.ts";

const unknown = "i-00000000000000001";

const refused = (cloud: NodeCloud, input: Partial<SendCommandCommandInput>) =>
  refusalOf(cloud, cloud.ssmClient.send(new SendCommandCommand({ DocumentName: "muster-test", ...input })));

describe("SendCommand refuses", () => {
  const many = Array.from({ length: 51 }, (_, index) => `i-${index.toString(16).padStart(17, "0")}`);

  it.each([
    [
      "a node that is not managed, and all others with it",
      { InstanceIds: [unknown] },
      "InvalidInstanceId",
      `Instances [[${unknown}]] not in a valid state for account 123456789012`,
    ],
    ["a node twice", { InstanceIds: [unknown, unknown] }, "DuplicateInstanceId", ""],
    [
      "more than 50 nodes",
      { InstanceIds: many },
      "ValidationException",
      `1 validation error detected: Value '[${many.map(() => "...").join(", ")}]' at 'instanceIds' failed to satisfy constraint: Member must have length less than or equal to 50`,
    ],
    [
      "nodes and targets together",
      { InstanceIds: [unknown], Targets: [{ Key: "tag-key", Values: ["a"] }] },
      "ValidationException",
      "InstanceIds and Targets can't be specified together.",
    ],
    ["neither", {}, "ValidationException", "Either InstanceIds or Targets must be specified."],
    [
      "a timeout below 30 seconds",
      { InstanceIds: [unknown], TimeoutSeconds: 29 },
      "ValidationException",
      "1 validation error detected: Value '29' at 'timeoutSeconds' failed to satisfy constraint: Member must have value greater than or equal to 30",
    ],
    [
      "a timeout beyond thirty days",
      { InstanceIds: [unknown], TimeoutSeconds: 2_592_001 },
      "ValidationException",
      "1 validation error detected: Value '2592001' at 'timeoutSeconds' failed to satisfy constraint: Member must have value less than or equal to 2592000",
    ],
    [
      "a concurrency of nothing",
      { InstanceIds: [unknown], MaxConcurrency: "0" },
      "ValidationException",
      expect.stringMatching(/maxConcurrency/) as string,
    ],
    [
      "a concurrency beyond 100%",
      { InstanceIds: [unknown], MaxConcurrency: "101%" },
      "ValidationException",
      expect.stringMatching(/maxConcurrency/) as string,
    ],
    [
      "errors that are no number",
      { InstanceIds: [unknown], MaxErrors: "few" },
      "ValidationException",
      expect.stringMatching(/maxErrors/) as string,
    ],
    [
      "a comment beyond 100 characters",
      { InstanceIds: [unknown], Comment: "c".repeat(101) },
      "ValidationException",
      expect.stringMatching(/comment/) as string,
    ],
    [
      "an unknown document",
      { InstanceIds: [unknown], DocumentName: "nobody" },
      "InvalidDocument",
      "Document with name nobody does not exist.",
    ],
    [
      "an unknown version",
      { InstanceIds: [unknown], DocumentVersion: "9" },
      "InvalidDocumentVersion",
      expect.stringMatching(/version/) as string,
    ],
    [
      "a parameter that the document does not have",
      { InstanceIds: [unknown], Parameters: { other: ["x"] } },
      "InvalidParameters",
      expect.stringMatching(/other/) as string,
    ],
    [
      "another hash than the document's",
      { InstanceIds: [unknown], DocumentHash: "0".repeat(64) },
      "InvalidDocument",
      expect.stringMatching(/hash/) as string,
    ],
    [
      "output to S3, by name",
      { InstanceIds: [unknown], OutputS3BucketName: "b" },
      "NotImplemented",
      "the embedded cloud does not have ssm:SendCommand OutputS3BucketName",
    ],
    [
      "resource groups, by name",
      { Targets: [{ Key: "resource-groups:Name", Values: ["a"] }] },
      "NotImplemented",
      "the embedded cloud does not have ssm:SendCommand Targets resource-groups:Name",
    ],
  ] as const)("%s", async (_what, input, code, message) => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const refusal = await refused(cloud, input as unknown as Partial<SendCommandCommandInput>);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toEqual(message);
  });

  it("the whole call for one bad id, and runs nothing", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 2);
    expect(await refused(cloud, { InstanceIds: [...ids, unknown] })).toMatchObject({
      code: "InvalidInstanceId",
      status: 400,
      message: `Instances [[${unknown}]] not in a valid state for account 123456789012`,
    });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps).toEqual([]);
    expect(cloud.ssm.admin.commands()).toEqual([]);
  });

  it("a node whose agent has not registered yet", async () => {
    const cloud = createNodeCloud({ dials: { online: [{ share: 1, delayMs: { min: 60_000, max: 60_000 } }] } });
    await createDocument(cloud);
    const ids = await startNodes(cloud, 1);
    expect((await refused(cloud, { InstanceIds: ids })).code).toBe("InvalidInstanceId");
    await cloud.clock.advance(60_000);
    expect(await send(cloud, { InstanceIds: ids })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("a document that says nothing of its targets", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { targetType: undefined });
    const ids = await startNodes(cloud, 1);
    expect((await refused(cloud, { InstanceIds: ids })).code).toBe("InvalidDocument");
  });

  it("more calls than its rate, with Rate exceeded", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const ids = await startNodes(cloud, 1);
    for (let call = 0; call < 5; call++) await send(cloud, { InstanceIds: ids });
    expect(await refused(cloud, { InstanceIds: ids })).toEqual({
      code: "ThrottlingException",
      status: 400,
      message: "Rate exceeded",
    });
    await cloud.clock.advance(200);
    expect(await send(cloud, { InstanceIds: ids })).not.toBe("");
  });
});

describe("parameters of a command", () => {
  const parameters = {
    name: { type: "String", allowedPattern: "^[a-z]+$", maxChars: 5, minChars: 2 },
    mode: { type: "String", default: "fast", allowedValues: ["fast", "slow"] },
    disks: { type: "StringList", default: [], maxItems: 2 },
  };

  it.each([
    ["one without a value and without a default", {}, /name has no value/],
    ["one that does not match its pattern", { name: ["A1"] }, /does not match the allowed pattern/],
    ["one that is too short", { name: ["a"] }, /1 characters/],
    ["one that is too long", { name: ["abcdef"] }, /6 characters/],
    ["one that is none of the allowed values", { name: ["ab"], mode: ["other"] }, /not one of the allowed/],
    ["two values for a String", { name: ["ab", "cd"] }, /takes one value, not 2/],
    ["too many items", { name: ["ab"], disks: ["1", "2", "3"] }, /3 items/],
    ["a stored parameter that does not exist", { name: ["{{ssm:nobody}}"] }, /nobody could not be found/],
  ])("are refused: %s", async (_what, Parameters, message) => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { parameters });
    const ids = await startNodes(cloud, 1);
    const refusal = await refused(cloud, { InstanceIds: ids, Parameters });
    expect(refusal).toMatchObject({ code: "InvalidParameters", status: 400 });
    expect(refusal.message).toMatch(message);
  });

  it("reach the script as text, or as a variable when they are of interpolationType ENV_VAR", async () => {
    const cloud = createNodeCloud();
    await cloud.clock.run(
      cloud.ssmClient.send(new PutParameterCommand({ Name: "release", Value: "4.4.2", Type: "String" })),
    );
    await createDocument(cloud, {
      parameters: {
        text: { type: "String" },
        lines: { type: "StringList" },
        cluster: { type: "String", interpolationType: "ENV_VAR" },
        release: { type: "String", default: "{{ssm:release}}", interpolationType: "ENV_VAR" },
      },
      steps: [
        step(
          "main",
          {},
          { runCommand: ["#!/bin/bash", "echo {{ text }} {{lines}}", "{{ lines }}", 'echo "{{cluster}}"'] },
        ),
      ],
    });
    const ids = await startNodes(cloud, 1);
    await send(cloud, {
      InstanceIds: ids,
      Parameters: { text: ["a b"], lines: ["one", "two"], cluster: ["demo; rm -rf /"] },
    });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps).toMatchObject([
      {
        instanceId: ids[0],
        documentName: "muster-test",
        stepName: "main",
        script: '#!/bin/bash\necho a b ["one","two"]\none\ntwo\necho "{{cluster}}"',
        environment: { SSM_cluster: "demo; rm -rf /", SSM_release: "4.4.2" },
      },
    ]);
  });

  it("are pasted by an agent that is too old for variables", async () => {
    const cloud = createNodeCloud({ dials: { agentVersion: "3.3.2745.9" } });
    await createDocument(cloud, {
      parameters: { cluster: { type: "String", interpolationType: "ENV_VAR" } },
      steps: [step("main", {}, { runCommand: ["echo {{cluster}}"] })],
    });
    const ids = await startNodes(cloud, 1);
    await send(cloud, { InstanceIds: ids, Parameters: { cluster: ["demo"] } });
    await cloud.clock.advance(1_000);
    expect(cloud.runtime.steps).toMatchObject([{ script: "echo demo", environment: {} }]);
  });

  it("may pass the API and still be refused by the agent, whose patterns are another dialect", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { parameters: { name: { type: "String", allowedPattern: "^[a-z]+$" } } });
    const [id = ""] = await startNodes(cloud, 1);
    const commandId = await send(cloud, { InstanceIds: [id], Parameters: { name: ["abc\n"] } });
    await cloud.clock.advance(1_000);
    expect(statesOf(cloud, commandId)).toEqual({ [id]: "Failed" });
    expect(cloud.runtime.steps).toEqual([]);
  });

  it("and the document may not be larger than 64 KB together", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud, { parameters: { text: { type: "String" } } });
    const ids = await startNodes(cloud, 1);
    const refusal = await refused(cloud, { InstanceIds: ids, Parameters: { text: ["x".repeat(65_500)] } });
    expect(refusal.code).toBe("MaxDocumentSizeExceeded");
  });
});

describe("targets by tag", () => {
  it("are the managed nodes that carry it; the others are no part of the command", async () => {
    const cloud = createNodeCloud({
      dials: { online: [{ share: 0.5, delayMs: { min: 5_000, max: 5_000 } }] },
      ec2: { seed: 4 },
    });
    await createDocument(cloud);
    const ids = await startNodes(cloud, 20);
    const online = cloud.ssm.admin.managedNodes().map((node) => node.instanceId);
    expect(online.length).toBeGreaterThan(0);
    expect(online.length).toBeLessThan(ids.length);
    const commandId = await send(cloud, { Targets: [{ Key: "tag:muster:tier", Values: ["backend"] }] });
    await cloud.clock.advance(5_000);
    expect(await commandOf(cloud, commandId)).toMatchObject({ Status: "Success", TargetCount: online.length });
    expect(Object.keys(statesOf(cloud, commandId)).toSorted()).toEqual(online.toSorted());
  });

  it("are counted once the command starts, not in the answer", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    await startNodes(cloud, 3);
    const answer = await cloud.clock.run(
      cloud.ssmClient.send(
        new SendCommandCommand({ DocumentName: "muster-test", Targets: [{ Key: "tag-key", Values: ["muster:tier"] }] }),
      ),
    );
    expect(answer.Command).toMatchObject({ Status: "Pending", TargetCount: 0, MaxConcurrency: "50", MaxErrors: "0" });
    await cloud.clock.advance(1_000);
    expect(await commandOf(cloud, answer.Command?.CommandId ?? "")).toMatchObject({ TargetCount: 3 });
  });

  it("must fit all entries, with one of each entry's values", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const tagged = (zone: string, tier: string) =>
      startNodes(cloud, 1, {
        TagSpecifications: [
          {
            ResourceType: "instance",
            Tags: [
              { Key: "tier", Value: tier },
              { Key: "side", Value: zone },
            ],
          },
        ],
      });
    const [leftBackend = ""] = await tagged("left", "backend");
    const [leftClient = ""] = await tagged("left", "client");
    await tagged("right", "backend");
    await tagged("left", "other");
    const commandId = await send(cloud, {
      Targets: [
        { Key: "tag:tier", Values: ["backend", "client"] },
        { Key: "tag:side", Values: ["left"] },
      ],
    });
    expect(Object.keys(statesOf(cloud, commandId)).toSorted()).toEqual([leftBackend, leftClient].toSorted());
  });
});
