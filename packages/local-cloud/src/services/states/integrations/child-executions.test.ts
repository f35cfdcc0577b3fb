import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { arnOfExecution, arnOfMachine, oneState, statesCloud } from "../testing/states-cloud.ts";

type Cloud = ReturnType<typeof statesCloud>;

const parentArn = arnOfExecution("parent", "run");
const childArn = arnOfExecution("child", "job");

/** A parent that starts `child` as `job`, with its input as the child's. */
function parent(pattern: string, more: object = {}): object {
  const Arguments = { StateMachineArn: arnOfMachine("child"), Name: "job", Input: "{% $states.input %}" };
  return oneState({ Type: "Task", Resource: `arn:aws:states:::states:startExecution${pattern}`, Arguments, ...more });
}

async function startFamily(cloud: Cloud, pattern: string, child: object, more: object = {}): Promise<void> {
  await cloud.create("child", child);
  await cloud.start(await cloud.create("parent", parent(pattern, more)), { a: 1 }, "run");
}

async function describeExecution({ cloud, client }: Cloud, executionArn: string) {
  return cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
}

const waiting = oneState({ Type: "Wait", Seconds: 60 });
const succeeding = oneState({ Type: "Pass", Output: { done: true } });

describe("states:startExecution", () => {
  it("starts a child and goes on", async () => {
    const cloud = statesCloud();
    await startFamily(cloud, "", waiting);
    await cloud.cloud.clock.advance(1000);
    const { status, output } = await describeExecution(cloud, parentArn);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({
      ExecutionArn: childArn,
      StartDate: expect.any(Number),
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    expect(await describeExecution(cloud, childArn)).toMatchObject({ status: "RUNNING", input: '{"a":1}' });
  });

  it("fails when there is no such machine", async () => {
    const cloud = statesCloud();
    await cloud.start(await cloud.create("parent", parent("")), {}, "run");
    await cloud.settle();
    expect(await describeExecution(cloud, parentArn)).toMatchObject({
      error: "StepFunctions.StateMachineDoesNotExistException",
      cause: expect.stringMatching(
        /^State Machine Does Not Exist: '.*:child' \(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: [\da-f-]{36}; Proxy: null\)$/,
      ),
    });
  });
});

describe("states:startExecution that waits", () => {
  it.each([
    [".sync", '{"a":1}', '{"done":true}'],
    [".sync:2", { a: 1 }, { done: true }],
  ])("with %s answers how the child ended", async (pattern, Input, Output) => {
    const cloud = statesCloud();
    await startFamily(cloud, pattern, succeeding);
    await cloud.settle();
    const { output } = await describeExecution(cloud, parentArn);
    expect(Object.entries(JSON.parse(output ?? "") as object)).toEqual([
      ["ExecutionArn", childArn],
      ["Input", Input],
      ["InputDetails", { Included: true }],
      ["Name", "job"],
      ["Output", Output],
      ["OutputDetails", { Included: true }],
      ["RedriveCount", 0],
      ["RedriveStatus", "NOT_REDRIVABLE"],
      ["RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven"],
      ["StartDate", expect.any(Number)],
      ["StateMachineArn", arnOfMachine("child")],
      ["Status", "SUCCEEDED"],
      ["StopDate", expect.any(Number)],
    ]);
  });

  it.each([
    [
      "fails",
      oneState({ Type: "Fail", Error: "E", Cause: "c", End: undefined }),
      { Error: "E", Cause: "c", Status: "FAILED" },
    ],
    ["times out", { ...waiting, TimeoutSeconds: 5 }, { Status: "TIMED_OUT" }],
  ])("fails with the whole story of a child that %s", async (_how, child, story) => {
    const cloud = statesCloud();
    await startFamily(cloud, ".sync:2", child);
    await cloud.settle();
    const { error, cause } = await describeExecution(cloud, parentArn);
    expect(error).toBe("States.TaskFailed");
    expect(JSON.parse(cause ?? "")).toEqual({
      ...story,
      ExecutionArn: childArn,
      Input: '{"a":1}',
      InputDetails: { Included: true },
      Name: "job",
      RedriveCount: 0,
      RedriveStatus: "REDRIVABLE",
      StartDate: expect.any(Number),
      StateMachineArn: arnOfMachine("child"),
      StopDate: expect.any(Number),
    });
  });

  it("reads on when it is throttled while it looks how the child ended", async () => {
    const cloud = statesCloud();
    let left = 3;
    cloud.cloud.faults.script = ({ operation, caller }) =>
      operation === "DescribeExecution" && !caller.isAccountUser && left-- > 0 ? "throttle" : undefined;
    await startFamily(cloud, ".sync", succeeding);
    await cloud.settle();
    expect(await describeExecution(cloud, parentArn)).toMatchObject({ status: "SUCCEEDED" });
  });

  it.each([
    [
      "is stopped",
      {},
      async ({ cloud, client }: Cloud) => cloud.run(client.send(new StopExecutionCommand({ executionArn: parentArn }))),
    ],
    ["runs out of time", { TimeoutSeconds: 10 }, ({ cloud }: Cloud) => cloud.clock.advance(10_000)],
  ])("stops its child when it %s", async (_how, more, end) => {
    const cloud = statesCloud();
    await startFamily(cloud, ".sync", waiting, more);
    await cloud.cloud.clock.advance(1000);
    expect(await describeExecution(cloud, childArn)).toMatchObject({ status: "RUNNING" });
    await end(cloud);
    await cloud.cloud.clock.advance(1000);
    expect(await describeExecution(cloud, childArn)).toMatchObject({
      status: "ABORTED",
      cause: `The Task state in AWS Step Functions execution [${parentArn}] which was managing this resource was aborted`,
    });
  });

  it("leaves a child without .sync alone when it is stopped", async () => {
    const cloud = statesCloud();
    await cloud.create("child", waiting);
    const States = {
      S: { ...(parent("") as { States: { S: object } }).States.S, Next: "W", End: undefined },
      W: { Type: "Wait", Seconds: 99, End: true },
    };
    await cloud.start(await cloud.create("parent", { StartAt: "S", States }), { a: 1 }, "run");
    await cloud.cloud.clock.advance(1000);
    await cloud.cloud.run(cloud.client.send(new StopExecutionCommand({ executionArn: parentArn })));
    await cloud.settle();
    expect(await describeExecution(cloud, childArn)).toMatchObject({ status: "SUCCEEDED" });
  });
});
