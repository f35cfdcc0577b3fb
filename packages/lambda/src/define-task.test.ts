import { seededRandom } from "@muster/core";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import type { Context, FunctionRuntime } from "./context.ts";
import { defineTask } from "./define-task.ts";

const now = 1_469_918_176_385;

function runtimeWith(
  environment: Readonly<Record<string, string | undefined>>,
  warned: unknown[] = [],
): FunctionRuntime {
  return {
    clock: { now: () => now, after: () => () => undefined },
    random: seededRandom(1),
    region: "eu-west-1",
    environment,
    log: { info: () => undefined, warn: (...line) => void warned.push(line), error: () => undefined },
    client: <C>() => ({}) as C,
  };
}

const task = (run: (input: { count: number }, ports: { table: string }, context: Context) => Promise<unknown>) =>
  defineTask({
    name: "test",
    environment: ["TABLE_NAME", "STAGE"],
    input: z.strictObject({ count: z.int() }),
    ports: (_, environment) => ({ table: `${environment.STAGE} ${environment.TABLE_NAME}` }),
    run,
  });

const environment = { TABLE_NAME: "table", STAGE: "test", OTHER: "other" };
const invocation = { requestId: "1", deadlineAt: now + 5_000 };

describe("a task", () => {
  it("is handed its input, its ports, and the runtime's own time, chance and region", async () => {
    const { bind } = task(async (input, ports, context) => ({
      input,
      ports,
      region: context.region,
      remainingMs: context.remainingMs(),
      ids: [context.newId(), context.newId()],
    }));
    const answer = (await bind(runtimeWith(environment))({ count: 2 }, invocation)) as Record<string, unknown>;
    expect(answer).toMatchObject({
      input: { count: 2 },
      ports: { table: "test table" },
      region: "eu-west-1",
      remainingMs: 5_000,
    });
    const [first, second] = answer["ids"] as string[];
    expect(first).toMatch(/^01ARYZ6S41[0-9A-Z]{16}$/);
    expect(second).not.toBe(first);
  });

  it.each([{ count: "2" }, { count: 1.5 }, {}, { count: 1, colour: "red" }, null, "x"])(
    "refuses %j, and is not run",
    async (input) => {
      let runs = 0;
      const { bind } = task(async () => ++runs);
      await expect(bind(runtimeWith(environment))(input, invocation)).rejects.toMatchObject({
        name: "InputInvalid",
        code: "InputInvalid",
      });
      expect(runs).toBe(0);
    },
  );

  it("fails as its work fails, by name, and a line in the log names the function", async () => {
    const warned: unknown[] = [];
    const { bind } = task(async () => Promise.reject(new RangeError("odd")));
    await expect(bind(runtimeWith(environment, warned))({ count: 1 }, invocation)).rejects.toThrow(
      new RangeError("odd"),
    );
    expect(warned).toEqual([["function failed", { function: "test", error: "RangeError", message: "odd" }]]);
  });

  it.each([
    { missing: "TABLE_NAME", environment: { STAGE: "test" } },
    { missing: "STAGE", environment: { TABLE_NAME: "table", STAGE: "" } },
    { missing: "TABLE_NAME, STAGE", environment: {} },
  ])("cannot be made without its variables: $missing", ({ missing, environment }) => {
    const make = () => task(async () => undefined).bind(runtimeWith(environment));
    expect(make).toThrow(`function test needs the environment variables ${missing}`);
  });
});
