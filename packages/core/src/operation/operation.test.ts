import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clusterOfOperation,
  isEnded,
  OPERATION_ID_CHARACTERS_MAX,
  operationIdOf,
  type OperationStatus,
} from "./operation.ts";

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);

describe("an operation", () => {
  const statuses: readonly (readonly [OperationStatus, boolean])[] = [
    ["requested", false],
    ["running", false],
    ["succeeded", true],
    ["failed", true],
    ["cancelled", true],
    ["refused", true],
  ];
  it.each(statuses)("that is %s has ended: %s", (status, ended) => {
    expect(isEnded({ status })).toBe(ended);
  });
});

describe("an operation's id", () => {
  it.each([
    { of: "an execution that Muster started", name: "demo.01ABC", id: "demo.01ABC" },
    { of: "one started in the console", name: "116484fa-e766-46d9", id: "demo.116484fa-e766-46d9" },
    { of: "one of a cluster with a longer name", name: "demo2.01ABC", id: "demo.demo2.01ABC" },
  ])("of $of is $id", ({ name, id }) => {
    expect(operationIdOf("demo", name)).toBe(id);
  });

  it("names its cluster, whatever the execution is called", () => {
    fc.assert(
      fc.property(names, fc.stringMatching(/^[\w.-]{1,80}$/), (cluster, execution) => {
        const id = operationIdOf(cluster, execution);
        expect(clusterOfOperation(id)).toBe(cluster);
        expect(operationIdOf(cluster, id)).toBe(id);
      }),
    );
  });

  it.each(["", "demo", ".01ABC"])("is not %j", (text) => {
    expect(clusterOfOperation(text)).toBeUndefined();
  });

  it("fits into what bounds it with a console's UUID under the longest name", () => {
    const longest = operationIdOf("c".repeat(32), "11111111-2222-4333-8444-555555555555");
    expect(longest.length).toBeLessThanOrEqual(OPERATION_ID_CHARACTERS_MAX);
  });
});
