import { awsError, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, deployAgain, destroying } from "../testing/deployment.ts";
import { errorOf, expectMalformedRefused, expectOthersRefused, malformed } from "../testing/expect-refused.ts";
import { ATTEMPTS_MAX, expectTroublesTold } from "../testing/expect-troubles.ts";
import { failed, finish, finishInput, SECRET, underway } from "../testing/finishing.ts";
import { without } from "../testing/permissions.ts";

describe("finish-operation ends an operation once", () => {
  it.each([
    { how: "succeeded", rest: { outcome: "succeeded" } },
    { how: "failed", rest: failed },
  ])("that $how: called again it answers the same, says nothing more and changes nothing", async ({ rest }) => {
    const announced: unknown[] = [];
    const deployment = await underway("active", { announced });
    const first = await finish(deployment, rest);
    const [before, said] = [await stateOf(deployment), deployment.rows().timeline.length];
    expect(await finish(deployment, rest)).toEqual(first);
    expect(await stateOf(deployment)).toEqual(before);
    expect(deployment.rows().timeline).toHaveLength(said);
    expect(announced).toHaveLength(1);
  });

  it("that ended one way, whatever it is told later", async () => {
    const deployment = await underway("active");
    await finish(deployment);
    const before = await stateOf(deployment);
    expect(await finish(deployment, failed)).toMatchObject({ status: "succeeded" });
    expect(await stateOf(deployment)).toEqual(before);
  });

  it("that two invocations end at the same moment", async () => {
    const deployment = await underway("active");
    const both = await deployment.invokeTwice("finish-operation", finishInput(deployment));
    const value = { status: "succeeded", error: "", cause: "" };
    expect(both).toEqual([
      { status: "fulfilled", value },
      { status: "fulfilled", value },
    ]);
    expect(deployment.rows().clusters).toMatchObject([{ status: "ready" }]);
  });

  it("when DynamoDB's answer to the last write is lost", async () => {
    const deployment = await destroying(await underway("active"));
    let writes = 0;
    failNext(deployment, "TransactWriteItems", "lose-answer", { isIt: () => ++writes === 2 });
    expect(await finish(deployment)).toEqual({ status: "succeeded", error: "", cause: "" });
    expect(deployment.rows().clusters).toEqual([]);
  });
});

describe("finish-operation that comes late", () => {
  it.each([
    { operation: "DeleteRole", secret: "goes" },
    { operation: "DeleteSecret", secret: "goes" },
    // Then the row keeps the name of a role that is gone.
    { operation: "GetInstanceProfile", secret: "may not be deleted" },
    { operation: "RemoveRoleFromInstanceProfile", secret: "may not be deleted" },
  ])(
    "at $operation takes nothing from a cluster that was deployed again under the name meanwhile; its secret $secret",
    async ({ operation, secret }) => {
      const deployment = await underway("launched");
      let asked = 0;
      let denials = secret === "goes" ? 0 : 1;
      deployment.muster.cloud.faults.script = (call) => {
        if (call.operation === operation && ++asked <= 6) return "throttle";
        return call.operation === "DeleteSecret" && denials-- > 0
          ? awsError("AccessDeniedException", "not authorized", 403)
          : undefined;
      };
      let hasEnded = false;
      const late = deployment.begin("finish-operation", finishInput(deployment, failed)).then((answer) => {
        hasEnded = true;
        return answer;
      });
      // Step Functions takes it for dead, and starts another one, which ends the operation.
      await deployment.until(() => asked === 6, 100);
      expect(await finish(deployment, failed)).toMatchObject({ status: "failed" });
      const next = await deployAgain(deployment);
      expect(hasEnded).toBe(false);
      const before = await stateOf(next);
      expect(before.secrets).toContain(SECRET);
      expect(before.roles).toHaveLength(1);
      expect(await deployment.run(late)).toMatchObject({ status: "failed" });
      expect(await stateOf(next)).toEqual(before);
    },
  );
});

describe("finish-operation whose operation the sweep has ended meanwhile", () => {
  it("says what the row says, and tells nobody otherwise", async () => {
    const announced: unknown[] = [];
    const deployment = await underway("active", { announced });
    const [operation] = deployment.rows().operations;
    if (operation === undefined) throw new Error("there is no operation");
    const failure = { code: "OperationAborted", what: "It was stopped.", why: "By hand.", remedy: "Look." };
    let writes = 0;
    deployment.muster.cloud.faults.script = (call) =>
      call.operation === "TransactWriteItems" &&
      call.caller.arn.endsWith("finish-operation") &&
      ++writes > 1 &&
      writes < 5
        ? "throttle"
        : undefined;
    const late = deployment.begin("finish-operation", finishInput(deployment));
    await deployment.until(() => writes === 3, 50);
    await deployment.run(deployment.store.abandon(operation, { failure, endedAt: deployment.clock.now() }));
    expect(await deployment.run(late)).toMatchObject({ status: "failed", error: "OperationAborted" });
    expect(announced).toEqual([]);
    expect(deployment.rows().timeline.map(({ event }) => event)).not.toContain("operation.succeeded");
  });
});

describe("finish-operation refuses", () => {
  it("malformed input", async () => {
    const deployment = await underway("admitted");
    await expectMalformedRefused(deployment, "finish-operation", [
      ...malformed(finishInput(deployment)),
      { how: "an unknown outcome", input: finishInput(deployment, { outcome: "perhaps" }) },
      {
        how: "an error that is a text",
        input: finishInput(deployment, { outcome: "failed", error: "CapacityUnavailable" }),
      },
      { how: "a kept that is a text", input: finishInput(deployment, { ...failed, kept: "yes" }) },
    ]);
  });

  it.each([{ outcome: "succeeded" }, failed])(
    "an operation that does not hold the cluster ($outcome)",
    async (rest) => {
      const deployment = await underway("launched");
      await expectOthersRefused(deployment, "finish-operation", (operation) => finishInput({ operation }, rest));
    },
  );
});

describe("when AWS misbehaves, finish-operation", () => {
  it("names a secret that it may not delete, and keeps the cluster's name for whoever corrects that", async () => {
    const deployment = await underway("launched");
    failNext(deployment, "DeleteSecret", awsError("AccessDeniedException", "not authorized", 403));
    expect(await finish(deployment, failed)).toMatchObject({
      status: "failed",
      // Why it failed comes first; what could not be put back is told beside it.
      error: "CapacityUnavailable",
      cause: expect.stringMatching(/^There is none\.\nAll are short\. .*secret muster\/local\/demo\/.*\nTry again\. /),
    });
    expect(deployment.rows().clusters).toMatchObject([{ status: "failed" }]);
    expect(deployment.rows().nodes).toEqual([]);
  });

  it("names a role that IAM does not delete, and keeps the cluster's name for whoever corrects that", async () => {
    const deployment = await underway("launched");
    const conflict = awsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
    failNext(deployment, "DeleteRole", conflict, { times: 100 });
    expect(await finish(deployment, failed)).toMatchObject({
      status: "failed",
      error: "CapacityUnavailable",
      cause: expect.stringMatching(
        /^There is none\.\nAll are short\. .*role muster-demo-\w+: Cannot delete entity[^]*\nTry again\. .*list-role-policies/,
      ),
    });
    const { roles, secrets } = await stateOf(deployment);
    // Its name is kept, so that the next operation can take it away.
    expect(deployment.rows().clusters).toMatchObject([{ status: "failed", nodeRole: roles[0] }]);
    expect(secrets).not.toContain(SECRET);
  });

  it.each(["Query", "GetItem"])("says what is wrong with %s, and gets over it when it can", async (call) => {
    const deployment = await underway("launched");
    const answer = await expectTroublesTold(deployment, "finish-operation", finishInput(deployment, failed), call);
    expect(answer).toMatchObject({ status: "failed" });
    expect(deployment.rows().clusters).toMatchObject([{ status: "failed" }]);
  });

  it.each([
    { how: "it may not", options: { manifest: without("finish-operation", "Announce") }, faults: 0 },
    { how: "EventBridge is down", options: {}, faults: ATTEMPTS_MAX },
  ])("ends the operation all the same when nobody can be told because $how", async ({ options, faults }) => {
    const warned: unknown[] = [];
    const warn = (message: string, facts?: unknown) => void warned.push([message, facts]);
    const log = () => ({ info: () => undefined, warn, error: () => undefined });
    const deployment = await aDeployment("active", { ...options, log });
    failNext(deployment, "PutEvents", awsError("InternalException", "down", 500), { times: faults });
    expect(await finish(deployment)).toMatchObject({ status: "succeeded" });
    expect(deployment.rows().clusters).toMatchObject([{ status: "ready" }]);
    expect(warned).toMatchObject([["announcement failed", { type: "Muster Operation Succeeded" }]]);
  });

  it("keeps what hooks said of the cluster until the operation has ended: the sweep asks for it", async () => {
    const deployment = await underway("active");
    let writes = 0;
    failNext(deployment, "TransactWriteItems", "throttle", { times: ATTEMPTS_MAX, isIt: () => ++writes > 1 });
    expect(await errorOf(deployment, "finish-operation", finishInput(deployment))).toBe("AwsUnavailable");
    expect(deployment.rows()).toMatchObject({ waits: [], hookRuns: [{ hook: "form", state: "done" }] });
    expect(await finish(deployment)).toMatchObject({ status: "succeeded" });
    expect(deployment.rows().hookRuns).toEqual([]);
  });

  it("fails when its write is throttled for ever, and ends the operation when it is repeated", async () => {
    const deployment = await underway("launched");
    const input = finishInput(deployment, failed);
    failNext(deployment, "TransactWriteItems", "throttle", { times: ATTEMPTS_MAX });
    expect(await errorOf(deployment, "finish-operation", input)).toBe("AwsUnavailable");
    expect(deployment.rows().operations).toMatchObject([{ status: "running" }]);
    expect(await finish(deployment, failed)).toMatchObject({ status: "failed" });
    expect(deployment.rows().clusters).toMatchObject([{ status: "failed" }]);
  });
});
