import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { inputInvalid } from "./input-invalid.ts";

const schema = z.strictObject({
  operation: z.strictObject({ cluster: z.string(), fence: z.number() }),
  scope: z.enum(["cluster", "operation"]),
  when: z.optional(
    z.union([z.strictObject({ at: z.number() }), z.strictObject({ every: z.string(), from: z.number() })]),
  ),
});

const good = { operation: { cluster: "demo", fence: 1 }, scope: "cluster" };

describe("an input that is not what a function takes", () => {
  it.each([
    ["a field that is missing", { ...good, scope: undefined }, "scope is missing"],
    ["a part that is missing", { scope: "cluster" }, "operation is missing"],
    ["a field within a part", { ...good, operation: { cluster: "demo" } }, "operation.fence is missing"],
    ["another type", { ...good, operation: { cluster: "demo", fence: "1" } }, "operation.fence has to be a number"],
    ["another value", { ...good, scope: "all" }, 'scope has to be "cluster" or "operation"'],
    ["fields that nobody knows", { ...good, colour: "red", sie: 1 }, "colour is not known; sie is not known"],
    ["one within a part", { ...good, operation: { ...good.operation, x: 1 } }, "operation.x is not known"],
    ["the nearest of several shapes", { ...good, when: { at: "now" } }, "when.at has to be a number"],
    ["no object at all", [], "the input has to be an object"],
    [
      "several at once",
      { operation: { fence: "1" }, scope: 5 },
      'operation.cluster is missing; operation.fence has to be a number; scope has to be "cluster" or "operation"',
    ],
  ])("is told of %s", (_, input, problems) => {
    const parsed = schema.safeParse(input);
    expect(parsed.success).toBe(false);
    expect(inputInvalid("run-hook", input, parsed.error?.issues ?? []).why).toBe(`${problems} (InputInvalid)`);
  });
});
