import { describe, expect, it } from "vitest";
import { wrongNames } from "./names.ts";
import { sourceFiles } from "./source-files.ts";

const file = (path: string, text = "") => ({ path, text });

describe("names", () => {
  it("say what is in a file, and no file knows one machine", () => {
    expect(wrongNames(sourceFiles())).toEqual([]);
  });

  it.each([
    ["packages/core/src/utils/x.ts", "packages/core/src/utils/x.ts: utils says nothing about what is in it"],
    ["packages/core/src/helpers.ts", "packages/core/src/helpers.ts: helpers says nothing about what is in it"],
    ["packages/core/src/decideLaunches.ts", "packages/core/src/decideLaunches.ts: decideLaunches.ts is not kebab-case"],
    ["packages/Core/src/x.test.ts", "packages/Core/src/x.test.ts: Core is not kebab-case"],
  ])("are refused: %s", (path, problem) => {
    expect(wrongNames([file(path)])).toEqual([problem]);
  });

  it.each(["home/alice", "root"])("are refused in a text: %s", (text) => {
    expect(wrongNames([file("a.md", `See /${text}/x.`)])).toHaveLength(1);
  });
});
