import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { arnOfExecution, arnOfMachine, oneState, statesCloud } from "../testing/states-cloud.ts";

const pass = oneState({ Type: "Pass", Output: "{% $states.input.n + 1 %}" });
const waiting = oneState({ Type: "Wait", Seconds: 60 });
const jsonata = (definition: object) => JSON.stringify({ QueryLanguage: "JSONata", ...definition });

describe("an execution", () => {
  it("is started, described, listed, and tells its history", async () => {
    const { cloud, client, create, start, settle } = statesCloud();
    const arn = await create("adder", pass);
    const executionArn = await start(arn, { n: 1 }, "first");
    expect(executionArn).toBe(arnOfExecution("adder", "first"));
    await settle();
    expect(await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })))).toMatchObject({
      executionArn,
      stateMachineArn: arn,
      name: "first",
      status: "SUCCEEDED",
      input: '{"n":1}',
      inputDetails: { included: true },
      output: "2",
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
    const second = await start(arn, { n: "x" });
    await settle();
    const listed = await cloud.run(client.send(new ListExecutionsCommand({ stateMachineArn: arn })));
    expect(listed.executions?.map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
    const failed = await cloud.run(
      client.send(new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: "FAILED" })),
    );
    expect(failed.executions?.map(({ executionArn }) => executionArn)).toEqual([second]);
    const { events } = await cloud.run(client.send(new GetExecutionHistoryCommand({ executionArn })));
    expect(events?.map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events?.[1]).toMatchObject({
      id: 2,
      previousEventId: 0,
      timestamp: expect.any(Date),
      stateEnteredEventDetails: { name: "S", input: '{"n":1}', inputDetails: { truncated: false } },
    });
  });

  it("keeps the definition that it started with", async () => {
    const { cloud, client, create, start, settle } = statesCloud();
    const arn = await create("m", { ...waiting, Comment: "old" });
    const executionArn = await start(arn);
    await cloud.run(client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: jsonata(pass) })));
    await settle();
    const described = await cloud.run(client.send(new DescribeStateMachineForExecutionCommand({ executionArn })));
    expect(described.definition).toContain("old");
    expect(cloud.clock.now() - Date.parse("2026-11-20T12:00:00Z")).toBeGreaterThan(60_000);
  });

  it("of the same name and input is the same one while it runs, and taken afterwards", async () => {
    const { cloud, client, create, start, settle } = statesCloud();
    const arn = await create("m", waiting);
    const first = await start(arn, { a: 1 }, "job");
    expect(await start(arn, { a: 1 }, "job")).toBe(first);
    const taken = { name: "ExecutionAlreadyExists", message: `Execution Already Exists: '${first}'` };
    await expect(start(arn, { a: 2 }, "job")).rejects.toMatchObject(taken);
    await settle();
    const again = start(arn, { a: 1 }, "job");
    await expect(again).rejects.toMatchObject(taken);
    await expect(again).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    const { executions } = await cloud.run(client.send(new ListExecutionsCommand({ stateMachineArn: arn })));
    expect(executions).toHaveLength(1);
    await cloud.clock.advance(91 * 86_400_000);
    expect(await start(arn, { a: 1 }, "job")).toBe(first);
    const listed = await cloud.run(client.send(new ListExecutionsCommand({ stateMachineArn: arn })));
    expect(listed.executions?.map(({ status }) => status)).toEqual(["RUNNING"]);
  });

  it("is stopped with or without a reason", async () => {
    const { cloud, client, create, start } = statesCloud();
    const arn = await create("m", waiting);
    const executionArn = await start(arn);
    await cloud.run(client.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "asked" })));
    expect(await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })))).toMatchObject({
      status: "ABORTED",
      error: "Enough",
      cause: "asked",
      stopDate: expect.any(Date),
      redriveStatus: "REDRIVABLE",
    });
    const other = await start(arn);
    await cloud.run(client.send(new StopExecutionCommand({ executionArn: other })));
    const { events } = await cloud.run(client.send(new GetExecutionHistoryCommand({ executionArn: other })));
    expect(events?.at(-1)).toMatchObject({ type: "ExecutionAborted", executionAbortedEventDetails: {} });
  });

  it.each([
    ["an unknown machine", { stateMachineArn: arnOfMachine("none") }, "StateMachineDoesNotExist"],
    ["no ARN", { stateMachineArn: "machine" }, "InvalidArn"],
    ["an execution's ARN", { stateMachineArn: arnOfExecution("m", "e") }, "InvalidArn"],
    ["an input that is no JSON", { input: "{" }, "InvalidExecutionInput"],
    ["an input of 262,145 bytes", { input: JSON.stringify("ä".repeat(131_072)) }, "ValidationException"],
    ["a name with white space", { name: "a b" }, "InvalidName"],
    ["a name that is too long", { name: "n".repeat(81) }, "ValidationException"],
  ])("is not started with %s", async (_what, input, name) => {
    const { cloud, client, create } = statesCloud();
    const stateMachineArn = await create("m", pass);
    const request = new StartExecutionCommand({ stateMachineArn, ...input });
    await expect(cloud.run(client.send(request))).rejects.toMatchObject({ name });
  });

  it("that is unknown cannot be described or stopped", async () => {
    const { cloud, client } = statesCloud();
    const executionArn = arnOfExecution("m", "none");
    const unknown = { name: "ExecutionDoesNotExist", message: `Execution Does Not Exist: '${executionArn}'` };
    await expect(cloud.run(client.send(new DescribeExecutionCommand({ executionArn })))).rejects.toMatchObject(unknown);
    await expect(cloud.run(client.send(new StopExecutionCommand({ executionArn })))).rejects.toMatchObject(unknown);
  });

  it("sends an event when it starts and when it ends", async () => {
    const { cloud, create, start, settle } = statesCloud();
    const arn = await create("m", pass);
    const executionArn = await start(arn, { n: 1 }, "job");
    await settle();
    const common = {
      executionArn,
      stateMachineArn: arn,
      name: "job",
      input: '{"n":1}',
      inputDetails: { included: true },
    };
    expect(cloud.emitted).toEqual([
      {
        "detail-type": "Step Functions Execution Status Change",
        source: "aws.states",
        resources: [executionArn],
        detail: {
          ...common,
          status: "RUNNING",
          startDate: expect.any(Number),
          stopDate: null,
          output: null,
          outputDetails: null,
        },
      },
      expect.objectContaining({
        detail: {
          ...common,
          status: "SUCCEEDED",
          startDate: expect.any(Number),
          stopDate: expect.any(Number),
          output: "2",
          outputDetails: { included: true },
        },
      }),
    ]);
  });

  it("leaves large data out of its events", async () => {
    const { cloud, create, start, settle } = statesCloud();
    const arn = await create("m", oneState({ Type: "Pass" }));
    await start(arn, "x".repeat(130_000));
    await settle();
    expect(cloud.emitted.map(({ detail }) => detail)).toMatchObject([
      { status: "RUNNING", inputDetails: { included: true } },
      { status: "SUCCEEDED", input: null, inputDetails: { included: false }, outputDetails: { included: true } },
    ]);
  });
});

describe("a history", () => {
  const loop = {
    StartAt: "Count",
    States: {
      Count: { Type: "Pass", Output: "{% $states.input + 1 %}", Next: "More" },
      More: { Type: "Choice", Choices: [{ Condition: "{% $states.input < 60 %}", Next: "Count" }], Default: "Done" },
      Done: { Type: "Succeed" },
    },
  };

  it.each([[false], [true]])("is read page by page, also backwards: %j", async (reverseOrder) => {
    const { cloud, client, create, start, settle } = statesCloud();
    const executionArn = await start(await create("m", loop), 0);
    await settle();
    const ids: (number | undefined)[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await cloud.run(
        client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder, nextToken, maxResults: 90 })),
      );
      ids.push(...(page.events ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
      pages++;
    } while (nextToken !== undefined);
    const all = Array.from({ length: 244 }, (_, index) => index + 1);
    expect(pages).toBe(3);
    expect(ids).toEqual(reverseOrder ? all.toReversed() : all);
  });

  it("has 100 events on a page unless asked, and may leave their data out", async () => {
    const { cloud, client, create, start, settle } = statesCloud();
    const executionArn = await start(await create("m", loop), 0);
    await settle();
    const page = await cloud.run(
      client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false })),
    );
    expect(page.events).toHaveLength(100);
    expect(page.events?.[1]?.stateEnteredEventDetails).toEqual({ name: "Count" });
    const bad = new GetExecutionHistoryCommand({ executionArn, nextToken: "nonsense" });
    await expect(cloud.run(client.send(bad))).rejects.toMatchObject({ name: "InvalidToken" });
  });
});
