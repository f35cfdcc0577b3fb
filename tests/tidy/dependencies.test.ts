import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { missingFromLock, wrongDependencies, type PackageLock } from "./dependencies.ts";
import { sourceFiles } from "./source-files.ts";

const root = (dependencies: object) => ({ path: "package.json", text: JSON.stringify({ name: "root", dependencies }) });
const aPackage = (json: object) => ({
  path: "packages/a/package.json",
  text: JSON.stringify({ name: "@muster/a", ...json }),
});

describe("package.json", () => {
  it("lists what each package imports, in one version", () => {
    expect(wrongDependencies(sourceFiles())).toEqual([]);
  });

  const uses = { path: "packages/a/src/x.ts", text: 'import { z } from "zod/mini";' };

  it("is refused where an import is not listed", () => {
    expect(wrongDependencies([aPackage({}), uses])).toEqual(["packages/a/package.json does not list zod"]);
  });

  it("is refused where nothing imports what is listed", () => {
    expect(wrongDependencies([aPackage({ dependencies: { zod: "4.0.0" } }), root({ zod: "4.0.0" })])).toEqual([
      "packages/a/package.json lists zod, which nothing but its tests imports",
      "package.json lists zod, which nothing imports or runs",
    ]);
  });

  it("is refused where two versions are asked for", () => {
    const files = [aPackage({ dependencies: { zod: "4.0.0" } }), root({ zod: "4.1.0" }), uses];
    expect(wrongDependencies(files)).toEqual(["packages/a/package.json has zod 4.0.0, and the root has 4.1.0"]);
  });
});

describe("package-lock.json", () => {
  it("has every optional part, so that npm ci takes it", () => {
    expect(missingFromLock(JSON.parse(readFileSync("package-lock.json", "utf8")) as PackageLock)).toEqual([]);
  });

  it("is refused without a tool's binary for some system", () => {
    const tool = { optionalDependencies: { "tool-linux": "1.0.0", "tool-darwin": "1.0.0" } };
    expect(missingFromLock({ packages: { "node_modules/tool": tool, "node_modules/tool-linux": {} } })).toEqual([
      "package-lock.json lacks tool-darwin, an optional part of node_modules/tool",
    ]);
  });
});
