import { describe, expect, it } from "vitest";
import { wrongImports } from "./arrows.ts";
import { importsOf, sourceFiles } from "./source-files.ts";

describe("imports point one way", () => {
  it("in every file of the project", () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(100);
    expect(wrongImports(files)).toEqual([]);
  });

  // Canaries: a rule that nothing ever breaks may be looking at nothing.
  it.each([
    { path: "packages/core/src/x.ts", text: 'import { y } from "@muster/aws";' },
    { path: "packages/core/src/x.ts", text: 'import type { Y } from "@muster/aws";' },
    {
      path: "packages/local-cloud/src/x.ts",
      text: 'import { launch } from "../../../functions/launch-nodes/handler.ts";',
    },
    { path: "packages/local-cloud/src/x.ts", text: 'import { weka } from "@muster/products";' },
    { path: "packages/asl/src/x.ts", text: 'export * from "@muster/local-cloud";' },
    { path: "functions/a/handler.ts", text: 'import {\n  a,\n  b,\n} from "@muster/local-cloud";' },
    { path: "functions/a/handler.ts", text: 'const x = await import("@muster/cli");' },
    { path: "statemachines/testing/answers.ts", text: 'import { call } from "@muster/aws";' },
    { path: "infra/functions.ts", text: 'import { createCloud } from "@muster/local-cloud";' },
    {
      path: "statemachines/run-hook/machine.test.ts",
      text: 'import { send } from "../../functions/send-hook/send.ts";',
    },
    { path: "packages/aws/src/x.ts", text: 'import { a } from "../../core/src/clock/clock.ts";' },
  ])("refuses $text in $path", (file) => {
    expect(wrongImports([file])).toHaveLength(1);
  });

  it.each([
    { path: "packages/core/src/x.test.ts", text: 'import { aNode } from "@muster/testing";' },
    { path: "functions/a/handler.ts", text: 'import { x } from "@muster/core";' },
    { path: "functions/a/handler.ts", text: 'import { x } from "./y.ts";' },
    { path: "statemachines/testing/run-machine.ts", text: 'import { startExecution } from "@muster/asl";' },
    { path: "infra/bundle/bundle.test.ts", text: 'import type { MusterFunction } from "@muster/lambda";' },
    { path: "statemachines/run-hook/machine.test.ts", text: 'import { gives } from "../testing/answers.ts";' },
    { path: "statemachines/testing/console.ts", text: 'import type { World } from "@muster/testing/world";' },
  ])("allows $text in $path", (file) => {
    expect(wrongImports([file])).toEqual([]);
  });

  it("reads every form of import, and no comment", () => {
    const text = [
      'import a from "a";',
      'import "b";',
      "export { c } from 'c';",
      'const d = import("d");',
      '// import e from "e";',
      'import {\n  f,\n} from "f";',
    ].join("\n");
    expect(importsOf(text)).toEqual(expect.arrayContaining(["a", "b", "c", "d", "f"]));
    expect(importsOf('// import e from "e";')).toEqual([]);
  });
});
