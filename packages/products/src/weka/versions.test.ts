import { describe, expect, it } from "vitest";
import { cliGeneration } from "./versions.ts";

describe("the command line of a release", () => {
  it.each([
    ["4.4.10", "legacy"],
    ["5.0.0", "legacy"],
    ["5.1.31", "legacy"],
    ["5.1.31.2", "legacy"],
    ["6.0.0", "six"],
    ["6.0.0-beta1", "six"],
    // A release that nobody has seen may say anything: it is refused, not guessed.
    ["4.3.7", undefined],
    ["6.1.0", undefined],
    ["7.0.0", undefined],
    ["5.10.0", undefined],
    ["5.1", undefined],
    ["5.1.x", undefined],
    ["v5.1.31", undefined],
    ["5.1.31 ", undefined],
    ["", undefined],
  ])("%j: %s", (release, generation) => {
    expect(cliGeneration(release)).toBe(generation);
  });
});
