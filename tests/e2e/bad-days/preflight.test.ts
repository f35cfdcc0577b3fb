import type { Call, CallFault } from "@muster/local-cloud";
import { aWorld, exampleSpec } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { expectReady } from "./expect-settled.ts";

/** Throttles calls of that operation until so much cloud time has passed. */
function throttled(operation: string, forMs: number) {
  let from: number | undefined;
  const now: { clock?: { now: () => number } } = {};
  const script = (call: Call): CallFault | undefined => {
    if (call.operation !== operation || now.clock === undefined) return undefined;
    from ??= now.clock.now();
    return now.clock.now() - from < forMs ? "throttle" : undefined;
  };
  return { script, now };
}

describe("while AWS does not say what preflight has to know", () => {
  it.each(["DescribeSubnets", "GetParameter", "DescribeInstanceTypes", "GetServiceQuota"])(
    "for a minute (%s), the deployment waits, and then goes on",
    async (operation) => {
      const { script, now } = throttled(operation, 60_000);
      const world = await aWorld({ cloud: { faults: { script } } });
      now.clock = world.clock;
      expectReady(world, await world.deploy(exampleSpec()));
    },
  );

  it("for ever, it fails with that as its reason, and nothing is launched", async () => {
    const { script, now } = throttled("DescribeSubnets", Number.POSITIVE_INFINITY);
    const world = await aWorld({ cloud: { faults: { script } } });
    now.clock = world.clock;
    expect(await world.deploy(exampleSpec())).toMatchObject({ status: "failed", failure: { code: "AwsUnavailable" } });
    expect(world.muster.cloud.ec2.admin.instances()).toEqual([]);
  });
});
