import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { exampleSpec } from "@muster/testing/world";
import { beforeAll, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { workflow } from "./workflow.ts";

let cloud: Embedded;
let sfn: ReturnType<typeof workflow>;
const arnOf = (machine: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:muster-local-${machine}`;
const refused = { cluster: "nobody", confirm: "nobody" };

beforeAll(async () => {
  cloud = await embedded();
  sfn = workflow(cloud.runtime, arnOf);
});

const executions = (name: string) =>
  cloud.world.muster.cloud.states.inspect().executions.filter(({ arn }) => arn.endsWith(`:${name}`));

describe("an execution", () => {
  it("is started once under its name, however often, also when it has ended meanwhile", async () => {
    const first = await cloud.run(sfn.start("destroy-cluster", "nobody.one", refused));
    expect(await cloud.run(sfn.start("destroy-cluster", "nobody.one", refused))).toBe(first);
    await cloud.world.clock.advance(60_000);
    expect(await cloud.run(sfn.start("destroy-cluster", "nobody.one", refused))).toBe(first);
    expect(executions("nobody.one").map(({ arn }) => arn)).toEqual([first]);
  });

  it("is started once when the answer was lost", async () => {
    cloud.strike("StartExecution", "lose-answer");
    const arn = await cloud.run(sfn.start("destroy-cluster", "nobody.two", refused));
    expect(executions("nobody.two").map((execution) => execution.arn)).toEqual([arn]);
  });

  it("runs until it has ended, or was stopped; one that AWS does not know does not", async () => {
    const arn = await cloud.run(sfn.start("deploy-cluster", "demo.run", { spec: exampleSpec() }));
    expect(await cloud.run(sfn.standing(arn))).toEqual({ isRunning: true });
    const stop = { executionArn: arn, error: "Enough", cause: "Someone was tired of it." };
    await cloud.run(cloud.world.client(SFNClient).send(new StopExecutionCommand(stop)));
    expect(await cloud.run(sfn.standing(arn))).toEqual({ isRunning: false, error: stop.error, cause: stop.cause });
    expect(await cloud.run(sfn.standing(arn.replace("demo.run", "nobody.knows")))).toEqual({ isRunning: false });
  });
});

describe("a wait", () => {
  it("is answered once: who comes second is told so, and so is who comes for one that is over", async () => {
    const arn = await cloud.run(sfn.start("deploy-cluster", "other.wait", { spec: exampleSpec({ name: "other" }) }));
    await cloud.world.until(() => cloud.world.rows().waits.length > 0);
    const token = cloud.world.rows().waits[0]?.token ?? "";
    const failure = { code: "OperationCancelled", cause: "x".repeat(40_000) };
    expect(await cloud.run(sfn.fail(token, failure))).toBe(true);
    expect(await cloud.run(sfn.fail(token, failure))).toBe(false);
    expect(await cloud.run(sfn.succeed(token, {}))).toBe(false);
    await cloud.world.until(() => executions("other.wait")[0]?.status !== "RUNNING");
    expect(await cloud.run(sfn.standing(arn))).toMatchObject({ isRunning: false });
  });

  it("that AWS never had is an error of its own", async () => {
    await expect(cloud.run(sfn.succeed("no-token", {}))).rejects.toMatchObject({ name: "InvalidToken" });
  });
});
