import { aWorld, exampleSpec } from "@muster/testing/world";
import type { Call, CallFault } from "@muster/local-cloud";
import { describe, expect, it } from "vitest";
import { expectPutBack, expectReady, expectSettled } from "./expect-settled.ts";

/** Does that to the first call of a kind that a function makes. */
function once(fault: CallFault, isIt: (call: Call) => boolean) {
  let done = false;
  return {
    script: (call: Call): CallFault | undefined => {
      if (done || !isIt(call)) return undefined;
      done = true;
      return fault;
    },
  };
}

describe("when AWS misbehaves", () => {
  it.each([1, 2, 3, 4])("and throttles a fifth of all calls, it takes longer (seed %i)", async (seed) => {
    const world = await aWorld({ seed, cloud: { faults: { throttle: 0.2 } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect((await world.destroy("demo")).status).toBe("succeeded");
  });

  it("and throttles almost everything for ever, it ends all the same", async () => {
    const world = await aWorld({
      cloud: {
        faults: {
          script: (call) =>
            call.caller.isAccountUser || call.service === "lambda" || call.service === "states"
              ? undefined
              : call.service === "ec2"
                ? "throttle"
                : undefined,
        },
      },
    });
    const operation = await world.deploy(exampleSpec());
    expect(operation.status).toBe("failed");
    expect(world.rows().clusters.map((c) => c.lease)).toEqual([undefined]);
  });

  it.each([1, 2, 3, 4])("and loses one answer in twenty, nothing is done twice (seed %i)", async (seed) => {
    const world = await aWorld({ seed, cloud: { faults: { loseAnswer: 0.05 } } });
    expectSettled(world, await world.deploy(exampleSpec()));
  });

  it("and a launch times out after it worked, the same token finds the same instances", async () => {
    const faults = once(
      "lose-answer",
      (call) => call.operation === "RunInstances" && call.caller.arn.endsWith("launch-nodes"),
    );
    const world = await aWorld({ cloud: { faults } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
  });

  it("and EC2 does not show new instances for four minutes, nobody is given up", async () => {
    const world = await aWorld({ cloud: { ec2: { describeLagMs: { min: 200_000, max: 240_000 } } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(world.muster.cloud.ec2.admin.instances()).toHaveLength(8);
  });

  it("and an instance ends while it starts, another one takes its place", async () => {
    const world = await aWorld({ seed: 3, cloud: { ec2: { launchFailure: 0.15 } } });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(world.rows().timeline.map((entry) => entry.event)).toContain("nodes.replaced");
  });

  it("and every instance ends while it starts, the operation fails with their reason", async () => {
    const launchFailureReason = {
      code: "Client.VolumeLimitExceeded",
      message: "Client.VolumeLimitExceeded: Volume limit exceeded",
    };
    const world = await aWorld({ cloud: { ec2: { launchFailure: 1, launchFailureReason } } });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "NodesLost");
    expect(operation.failure?.why).toContain("Volume limit exceeded");
  });

  it("and takes a permission away, the error names it", async () => {
    const world = await aWorld({
      manifest: (manifest) => ({
        ...manifest,
        functions: manifest.functions.map((f) =>
          f.name === "send-hook"
            ? { ...f, role: { ...f.role, statements: f.role.statements.filter((s) => s.sid !== "SendOwnDocuments") } }
            : f,
        ),
      }),
    });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "AwsAccessDenied");
    expect(operation.failure?.why).toContain("ssm:SendCommand");
  });
});
