import type { StaticOperationSchema } from "@smithy/types";
import { describe, expect, it } from "vitest";
import { makeBuilder } from "./command.ts";

const operation: StaticOperationSchema = [9, "com.amazonaws.x", "DoIt", 0, "unit", "unit"];
const none = () => [];

describe("a command", () => {
  it("is its operation and its input", () => {
    const DoItCommand = makeBuilder()(
      { ResourceArn: { type: "contextParams", name: "Table" } },
      none,
      "DoIt",
      operation,
    );
    expect(new DoItCommand({ Table: "t" })).toEqual({ operation, input: { Table: "t" } });
    expect(new DoItCommand()).toEqual({ operation, input: {} });
  });

  it.each([
    ["a middleware", {}, () => ["presign"], operation],
    ["a host name", {}, none, [9, "com.amazonaws.x", "DoIt", { endpoint: ["sync-"] }, "unit", "unit"]],
    ["its endpoint by IsSearch", { IsSearch: { type: "staticContextParams" } }, none, operation],
  ] as const)("that needs %s is refused when its bundle is loaded", (what, parameters, middleware, schema) => {
    const build = () => makeBuilder()(parameters, middleware, "DoIt", schema as unknown as StaticOperationSchema);
    expect(build).toThrow(what);
  });
});
