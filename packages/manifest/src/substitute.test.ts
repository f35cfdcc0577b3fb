import { describe, expect, it } from "vitest";
import { buildManifest } from "./build-manifest.ts";
import type { MachineResource } from "./manifest.ts";
import { substitute } from "./substitute.ts";

const [machine] = buildManifest({ stage: "test", region: "eu-west-1", account: "123456789012" }, []).machines;

describe("a definition's placeholders", () => {
  it("become the published versions that they stand for", () => {
    const versions = { "function:send-hook": "arn:1", "function:watch-progress": "arn:2" };
    expect(substitute(`["\${function:send-hook}", "\${function:watch-progress}"]`, aMachine(), versions)).toBe(
      '["arn:1", "arn:2"]',
    );
  });

  it.each([
    ["that the manifest does not give the machine", "${function:launch-nodes}", "which the manifest does not give it"],
    ["of another kind", "${secret:token}", "which the manifest does not give it"],
    ["that stand for nothing yet", "${function:send-hook}", "has no published version yet"],
  ])("%s are refused", (_, definition, message) => {
    expect(() => substitute(definition, aMachine(), { "function:launch-nodes": "arn:1" })).toThrow(message);
  });

  it("are all that is replaced: a JSONata expression stays as it is", () => {
    const expression = "{% $states.input.name & '$' %}";
    expect(substitute(expression, aMachine(), {})).toBe(expression);
  });
});

function aMachine(): MachineResource {
  if (machine === undefined) throw new Error("the manifest has no machine");
  return machine;
}
