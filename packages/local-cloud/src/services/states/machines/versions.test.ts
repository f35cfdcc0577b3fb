import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { oneState, statesCloud } from "../testing/states-cloud.ts";

const saying = (text: string) => oneState({ Type: "Pass", Output: text });

/** A machine with two versions, which say `one` and `two`, and a revision that says `three`. */
async function withVersions() {
  const test = statesCloud();
  const { cloud, client, create } = test;
  const stateMachineArn = await create("m", saying("one"));
  const publish = () => cloud.run(client.send(new PublishStateMachineVersionCommand({ stateMachineArn })));
  const update = (text: string) => {
    const definition = JSON.stringify({ QueryLanguage: "JSONata", ...saying(text) });
    return cloud.run(client.send(new UpdateStateMachineCommand({ stateMachineArn, definition })));
  };
  await publish();
  await update("two");
  await publish();
  await update("three");
  const said = async (arn: string) => {
    const executionArn = await test.start(arn);
    await test.settle();
    return cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
  };
  return { ...test, arn: stateMachineArn, publish, said };
}

describe("a version", () => {
  it("runs what it was published with, whatever became of the machine", async () => {
    const { arn, said } = await withVersions();
    expect(await said(`${arn}:1`)).toMatchObject({ output: '"one"', stateMachineVersionArn: `${arn}:1` });
    expect(await said(`${arn}:2`)).toMatchObject({ output: '"two"', stateMachineArn: arn });
    expect(await said(arn)).toMatchObject({ output: '"three"' });
    await expect(said(`${arn}:3`)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });

  it("is the same for the same revision, and is described and listed", async () => {
    const { cloud, client, arn, publish } = await withVersions();
    expect((await publish()).stateMachineVersionArn).toBe(`${arn}:3`);
    expect((await publish()).stateMachineVersionArn).toBe(`${arn}:3`);
    const listed = await cloud.run(client.send(new ListStateMachineVersionsCommand({ stateMachineArn: arn })));
    expect(listed.stateMachineVersions?.map(({ stateMachineVersionArn }) => stateMachineVersionArn)).toEqual(
      [3, 2, 1].map((number) => `${arn}:${number}`),
    );
    const first = await cloud.run(client.send(new DescribeStateMachineCommand({ stateMachineArn: `${arn}:1` })));
    expect(first).toMatchObject({ stateMachineArn: `${arn}:1`, definition: expect.stringContaining("one") });
  });

  it("is not published for a revision that is not the current one", async () => {
    const { cloud, client, arn } = await withVersions();
    const request = new PublishStateMachineVersionCommand({ stateMachineArn: arn, revisionId: "INITIAL" });
    await expect(cloud.run(client.send(request))).rejects.toMatchObject({ name: "ConflictException" });
  });
});

describe("an alias", () => {
  const route = (arn: string, number: number, weight: number) => ({
    stateMachineVersionArn: `${arn}:${number}`,
    weight,
  });

  it("leads to its versions by their weights", async () => {
    const { cloud, client, arn, said } = await withVersions();
    const { stateMachineAliasArn = "" } = await cloud.run(
      client.send(
        new CreateStateMachineAliasCommand({
          name: "live",
          routingConfiguration: [route(arn, 1, 80), route(arn, 2, 20)],
        }),
      ),
    );
    const outputs: (string | undefined)[] = [];
    for (let run = 0; run < 100; run++) outputs.push((await said(stateMachineAliasArn)).output);
    const ones = outputs.filter((output) => output === '"one"').length;
    expect(ones).toBeGreaterThan(65);
    expect(ones).toBeLessThan(95);
    expect(new Set(outputs)).toEqual(new Set(['"one"', '"two"']));
    const listed = await cloud.run(
      client.send(new ListExecutionsCommand({ stateMachineArn: stateMachineAliasArn, maxResults: 7 })),
    );
    expect(listed.executions?.map((execution) => execution.stateMachineAliasArn)).toEqual(
      Array(7).fill(stateMachineAliasArn),
    );
  });

  it("is changed, described, listed and deleted; until then its version stays", async () => {
    const { cloud, client, arn } = await withVersions();
    const alias = `${arn}:live`;
    await cloud.run(
      client.send(new CreateStateMachineAliasCommand({ name: "live", routingConfiguration: [route(arn, 1, 100)] })),
    );
    const deletion = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:1` });
    await expect(cloud.run(client.send(deletion))).rejects.toMatchObject({
      name: "ConflictException",
      message: expect.stringContaining("[live]"),
    });
    await cloud.run(
      client.send(
        new UpdateStateMachineAliasCommand({
          stateMachineAliasArn: alias,
          description: "now two",
          routingConfiguration: [route(arn, 2, 100)],
        }),
      ),
    );
    const described = await cloud.run(
      client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: alias })),
    );
    expect(described).toMatchObject({
      name: "live",
      description: "now two",
      routingConfiguration: [route(arn, 2, 100)],
    });
    await cloud.run(client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:1` })));
    const listed = await cloud.run(client.send(new ListStateMachineAliasesCommand({ stateMachineArn: arn })));
    expect(listed.stateMachineAliases?.map(({ stateMachineAliasArn }) => stateMachineAliasArn)).toEqual([alias]);
    await cloud.run(client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: alias })));
    await expect(
      cloud.run(client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: alias }))),
    ).rejects.toMatchObject({ name: "ResourceNotFound" });
  });

  it.each([
    [
      "weights that do not sum to 100",
      "live",
      [[1, 50]],
      "Sum of routing configuration weights must equal 100. Received: [50]",
    ],
    [
      "a version that is not there",
      "live",
      [[9, 100]],
      "Routing configuration must contain state machine version ARNs.",
    ],
    [
      "one version twice",
      "live",
      [
        [1, 50],
        [1, 50],
      ],
      "different state machine version ARNs",
    ],
    ["a number for a name", "7", [[1, 100]], "at 'name' failed to satisfy constraint"],
    ["no version", "live", [], "at 'routingConfiguration' failed to satisfy constraint"],
  ])("is refused with %s", async (_what, name, routes, message) => {
    const { cloud, client, arn } = await withVersions();
    const routingConfiguration = routes.map(([number = 0, weight = 0]) => route(arn, number, weight));
    const request = new CreateStateMachineAliasCommand({ name, routingConfiguration });
    await expect(cloud.run(client.send(request))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(message),
    });
  });
});
