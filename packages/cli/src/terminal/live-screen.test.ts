import { describe, expect, it } from "vitest";
import { aTerminal } from "../testing/a-terminal.ts";
import { anOperationView } from "../testing/views.ts";
import { liveScreen } from "./live-screen.ts";
import type { Terminal } from "./terminal.ts";

const UP = (lines: number) => `\u001b[${lines}A\u001b[0J`;

function shown(terminal: Partial<Terminal>, steps: readonly string[]): string {
  const test = aTerminal(terminal);
  const screen = liveScreen(test);
  for (const step of steps) screen.show({ operation: anOperationView({ step }), nodes: [], elapsedMs: 0 });
  expect(test.output()).toBe("");
  return test.errors();
}

describe("a screen that shows look after look", () => {
  it("draws over itself on a live terminal", () => {
    const frame = (step: string) => `demo  deploy running  ${"░".repeat(20)}  0%\n  0s of cloud time\n  ${step}\n`;
    expect(shown({ isLive: true }, ["one", "two"])).toBe(`${frame("one")}${UP(3)}${frame("two")}`);
  });

  it("writes a line for each new step elsewhere", () => {
    expect(shown({}, ["one", "one", "two"])).toBe("demo       0s    0%  one\ndemo       0s    0%  two\n");
  });

  it("is silent where JSON was asked for", () => {
    expect(shown({ json: true, isLive: true }, ["one", "two"])).toBe("");
  });
});
