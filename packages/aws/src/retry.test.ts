import { seededRandom, VirtualClock } from "@muster/core";
import { describe, expect, it } from "vitest";
import { call } from "./retry.ts";

function world(seed = 1) {
  const clock = new VirtualClock({ startAt: 0, drain: () => new Promise((resolve) => setImmediate(resolve)) });
  const runtime = { clock, random: seededRandom(seed), region: "us-east-1", client: <C>() => ({}) as C };
  const at: number[] = [];
  /** Fails with that as often as told, and then answers. */
  const perform = (error: Error, times: number) => async () => {
    at.push(clock.now());
    if (at.length <= times) throw error;
    return "answer";
  };
  return { clock, at, run: (error: Error, times: number) => clock.run(call(runtime, "ec2:Do", perform(error, times))) };
}

const aws = (name: string, message = "said AWS") =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });

describe("a call", () => {
  it("that works is made once", async () => {
    const { run, at } = world();
    expect(await run(aws("Throttling"), 0)).toBe("answer");
    expect(at).toEqual([0]);
  });

  it.each(["Throttling", "InternalError", "TimeoutError"])(
    "that fails with %s is made again, up to eight times",
    async (name) => {
      const { run, at } = world();
      expect(await run(aws(name), 7)).toBe("answer");
      expect(at).toHaveLength(8);
    },
  );

  it("that goes on failing is AwsUnavailable, with what was called and what was said", async () => {
    const { run, at } = world();
    const cause = aws("RequestLimitExceeded", "Request limit exceeded.");
    await expect(run(cause, 99)).rejects.toMatchObject({
      code: "AwsUnavailable",
      actor: "retry",
      what: expect.stringContaining("ec2:Do"),
      why: expect.stringContaining("RequestLimitExceeded: Request limit exceeded."),
      cause,
    });
    expect(at).toHaveLength(8);
  });

  it.each(["InvalidParameterValue", "InsufficientInstanceCapacity", "InvalidInstanceID.NotFound"])(
    "that fails with %s is not made again, and fails as AWS said it",
    async (name) => {
      const { run, at } = world();
      const error = aws(name);
      await expect(run(error, 1)).rejects.toBe(error);
      expect(at).toHaveLength(1);
    },
  );

  it("that is not allowed is AwsAccessDenied at once, and says what AWS says", async () => {
    const { run, at } = world();
    await expect(run(aws("UnauthorizedOperation", "You are not authorized."), 1)).rejects.toMatchObject({
      code: "AwsAccessDenied",
      why: expect.stringContaining("You are not authorized."),
    });
    expect(at).toHaveLength(1);
  });

  it("waits longer each time, by chance, and ten seconds at most: half a minute in all", async () => {
    const gaps = await Promise.all(
      Array.from({ length: 50 }, async (_, seed) => {
        const { run, at } = world(seed);
        await run(aws("Throttling"), 7);
        return at.slice(1).map((time, i) => time - (at[i] ?? 0));
      }),
    );
    const most = [400, 800, 1_600, 3_200, 6_400, 10_000, 10_000];
    for (const [i, limit] of most.entries()) {
      const waits = gaps.map((gap) => gap[i] ?? 0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(limit);
      // Full jitter: from nothing to all of it.
      expect(Math.max(...waits)).toBeGreaterThan(limit * 0.8);
      expect(Math.min(...waits)).toBeLessThan(limit * 0.2);
    }
  });
});
