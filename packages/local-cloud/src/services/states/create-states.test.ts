import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { clientSettings, roleCaller } from "../../testing/test-cloud.ts";
import { arnOfMachine, machineRole, oneState, statesCloud } from "./testing/states-cloud.ts";

const pass = oneState({ Type: "Pass", Output: "{% $states.input.n + 1 %}" });
const waiting = oneState({ Type: "Wait", Seconds: 60 });
const jsonata = (definition: object) => JSON.stringify({ QueryLanguage: "JSONata", ...definition });

describe("a state machine", () => {
  it("is made, described, listed, changed and deleted", async () => {
    const { cloud, client, create } = statesCloud();
    const arn = await create("adder", pass);
    expect(arn).toBe(arnOfMachine("adder"));
    const described = await cloud.run(client.send(new DescribeStateMachineCommand({ stateMachineArn: arn })));
    expect(described).toMatchObject({
      name: "adder",
      status: "ACTIVE",
      type: "STANDARD",
      roleArn: machineRole,
      definition: jsonata(pass),
    });
    const { revisionId } = await cloud.run(
      client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: jsonata(waiting) })),
    );
    const changed = await cloud.run(client.send(new DescribeStateMachineCommand({ stateMachineArn: arn })));
    expect(changed).toMatchObject({ revisionId, definition: jsonata(waiting) });
    const { stateMachines } = await cloud.run(client.send(new ListStateMachinesCommand({})));
    expect(stateMachines?.map(({ name }) => name)).toEqual(["adder"]);
    await cloud.run(client.send(new DeleteStateMachineCommand({ stateMachineArn: arn })));
    await expect(
      cloud.run(client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))),
    ).rejects.toMatchObject({ name: "StateMachineDoesNotExist", message: `State Machine Does Not Exist: '${arn}'` });
    await cloud.run(client.send(new DeleteStateMachineCommand({ stateMachineArn: arn })));
  });

  it("is the same one when it is made again with the same definition, and refused with another", async () => {
    const { create } = statesCloud();
    const arn = await create("adder", pass);
    expect(await create("adder", pass)).toBe(arn);
    await expect(create("adder", waiting)).rejects.toMatchObject({
      name: "StateMachineAlreadyExists",
      message: `State Machine Already Exists: '${arn}'`,
    });
  });

  it("goes when its last execution has ended, and takes no more in the meantime", async () => {
    const { cloud, client, create, start, settle } = statesCloud();
    const arn = await create("slow", waiting);
    const executionArn = await start(arn);
    await cloud.run(client.send(new DeleteStateMachineCommand({ stateMachineArn: arn })));
    const described = await cloud.run(client.send(new DescribeStateMachineCommand({ stateMachineArn: arn })));
    expect(described.status).toBe("DELETING");
    await expect(start(arn)).rejects.toMatchObject({ name: "StateMachineDeleting" });
    await settle();
    await expect(start(arn)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
    const ended = await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
    expect(ended.status).toBe("SUCCEEDED");
  });

  it.each([
    ["no JSON", "{", "InvalidDefinition", /^Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: /],
    [
      "no start",
      '{"States":{}}',
      "InvalidDefinition",
      /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: \[StartAt\] at \/'$/,
    ],
    ["nothing", "", "ValidationException", /at 'definition' failed/],
    ["JSONPath", JSON.stringify(oneState({ Type: "Pass" })), "NotImplemented", /runs JSONata only/],
    [
      "a service that is not here",
      jsonata(oneState({ Type: "Task", Resource: "arn:aws:states:::sns:publish", Arguments: {} })),
      "NotImplemented",
      /the integration arn:aws:states:::sns:publish, which the Task 'S' uses$/,
    ],
    [
      "an SDK action that does not exist",
      jsonata(oneState({ Type: "Task", Resource: "arn:aws:states:::aws-sdk:ec2:runInstance", Arguments: {} })),
      "InvalidDefinition",
      /aws-sdk:ec2:runInstance is not recognized/,
    ],
    [
      "a member that the SDK action does not take",
      jsonata(
        oneState({ Type: "Task", Resource: "arn:aws:states:::aws-sdk:sfn:startExecution", Arguments: { name: "n" } }),
      ),
      "InvalidDefinition",
      /The field 'name' is not supported by Step Functions at \/States\/S\/Arguments/,
    ],
    [
      "an activity",
      jsonata(oneState({ Type: "Task", Resource: "arn:aws:states:eu-central-1:123456789012:activity:a" })),
      "NotImplemented",
      /activity:a/,
    ],
  ])("is refused when its definition has %s", async (_what, definition, name, message) => {
    const { cloud, client } = statesCloud();
    const request = new CreateStateMachineCommand({ name: "bad", definition, roleArn: machineRole });
    await expect(cloud.run(client.send(request))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ["a b", "InvalidName"],
    ["a/b", "InvalidName"],
    ["", "ValidationException"],
    ["n".repeat(81), "ValidationException"],
  ])("may not be called %j", async (name, code) => {
    await expect(statesCloud().create(name, pass)).rejects.toMatchObject({ name: code });
  });

  it("needs a role that Step Functions may assume, and that may make rules when it waits for executions", async () => {
    const sync = oneState({
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync",
      Arguments: { StateMachineArn: "{% $states.input %}" },
    });
    const distrusted = statesCloud({ states: { canAssume: (_role, service) => service !== "states.amazonaws.com" } });
    await expect(distrusted.create("m", pass)).rejects.toMatchObject({ name: "AccessDeniedException" });
    const { create } = statesCloud({ states: { authorize: (_caller, requests) => requests[1] } });
    await create("m", pass);
    await expect(create("n", sync)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `'${machineRole}' is not authorized to create managed-rule.`,
    });
  });

  it("has tags", async () => {
    const { cloud, client, create } = statesCloud();
    const resourceArn = await create("m", pass);
    const tags = [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ];
    await cloud.run(client.send(new TagResourceCommand({ resourceArn, tags })));
    await cloud.run(client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] })));
    const listed = await cloud.run(client.send(new ListTagsForResourceCommand({ resourceArn })));
    expect(listed.tags).toEqual([{ key: "b", value: "2" }]);
    await expect(
      cloud.run(client.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}x` }))),
    ).rejects.toMatchObject({ name: "ResourceNotFound" });
  });

  it("can be checked without being made", async () => {
    const { cloud, client } = statesCloud();
    const check = async (definition: string) =>
      cloud.run(client.send(new ValidateStateMachineDefinitionCommand({ definition })));
    expect(await check(jsonata(pass))).toMatchObject({ result: "OK", diagnostics: [], truncated: false });
    expect(await check(jsonata({ States: {} }))).toMatchObject({
      result: "FAIL",
      diagnostics: [
        {
          severity: "ERROR",
          code: "SCHEMA_VALIDATION_FAILED",
          message: "These fields are required: [StartAt]",
          location: "/",
        },
      ],
    });
  });
});

describe("what IAM is asked", () => {
  it("names the machine, the execution, or nothing in particular", async () => {
    const { cloud, asked, create } = statesCloud();
    const stateMachineArn = await create("m", waiting);
    const client = cloud.connect(new SFNClient(clientSettings), roleCaller("operator"));
    const { executionArn } = await cloud.run(client.send(new StartExecutionCommand({ stateMachineArn })));
    await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
    await cloud.run(client.send(new StopExecutionCommand({ executionArn })));
    const version = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:1` });
    await expect(cloud.run(client.send(version))).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
    await cloud.run(
      client.send(new CreateStateMachineCommand({ name: "n", definition: jsonata(pass), roleArn: machineRole })),
    );
    expect(asked[3]?.context).toEqual({ "states:StateMachineQualifier": "1" });
    expect(asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `states:StartExecution ${stateMachineArn}`,
      `states:DescribeExecution ${executionArn}`,
      `states:StopExecution ${executionArn}`,
      `states:StartExecution ${stateMachineArn}`,
      `states:CreateStateMachine ${arnOfMachine("n")}`,
      `iam:PassRole ${machineRole}`,
    ]);
  });

  it("is answered with AWS's error when it refuses", async () => {
    const { cloud, create } = statesCloud({ authorize: (_caller, [request]) => request });
    const stateMachineArn = await create("m", pass);
    const client = cloud.connect(new SFNClient(clientSettings), roleCaller("operator"));
    await expect(cloud.run(client.send(new StartExecutionCommand({ stateMachineArn })))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`states:StartExecution on resource: ${stateMachineArn}`),
    });
  });
});

describe("what the bench reads", () => {
  it("counts states entered, events and the largest payload", async () => {
    const { states, create, start, settle } = statesCloud();
    const arn = await create("m", pass);
    const executionArn = await start(arn, { n: 1 });
    await start(arn, { n: 100_000 });
    await settle();
    expect(states.inspect()).toEqual({
      transitions: 2,
      largestPayloadBytes: 12,
      executions: [
        {
          arn: executionArn,
          status: "SUCCEEDED",
          stoppedAt: expect.any(Number),
          transitions: 1,
          historyEvents: 4,
          largestPayloadBytes: 7,
        },
        expect.objectContaining({ largestPayloadBytes: 12 }),
      ],
    });
  });
});
