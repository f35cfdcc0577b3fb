import { MusterError } from "@muster/core";
import { describe, expect, it } from "vitest";
import { ApiError } from "../api/api-error.ts";
import { aTerminal } from "../testing/a-terminal.ts";
import { CliError } from "./cli-error.ts";
import { showError } from "./show-error.ts";

const three = { what: "It did not work.", why: "The moon was full.", remedy: "Wait a week." };

const problems = [
  { path: "name", found: '"Demo!"', rule: "It has small letters only.", remedy: "Write demo." },
  {
    path: "",
    rule: "It is too long to be kept, sent to a workflow, or read by anybody at three in the morning.",
    remedy: "Shorten it.",
  },
];
const specInvalid = new ApiError(
  {
    type: "urn:muster:error:SpecInvalid",
    status: 422,
    title: "The spec breaks 2 rules; nothing was done.",
    code: "SpecInvalid",
    detail: "All of it (SpecInvalid)",
    remedy: "All of it.",
    problems,
  },
  422,
);

describe("an error", () => {
  it.each([
    [new CliError("Usage", three), 2, "The moon was full (Usage)."],
    [new CliError("FileUnreadable", three), 2, "The moon was full (FileUnreadable)."],
    [new CliError("ApiUnreachable", three), 1, "The moon was full (ApiUnreachable)."],
    [new MusterError("ClusterBusy", three), 1, "The moon was full (ClusterBusy)."],
    [new MusterError("ClusterBusy", { ...three, why: "It was (ClusterBusy)." }), 1, "It was (ClusterBusy)."],
    [new CliError("Interrupted", { ...three, why: "" }), 1, "Interrupted"],
  ])("is three lines and an exit code: %s", (error, exitCode, why) => {
    const terminal = aTerminal();
    expect(showError(error, terminal)).toBe(exitCode);
    expect(terminal.errors()).toBe(`error: It did not work.\n  why: ${why}\n  do:  Wait a week.\n`);
    expect(terminal.output()).toBe("");
  });

  it("of a spec shows each broken rule with path, value, rule and remedy", () => {
    const terminal = aTerminal();
    expect(showError(specInvalid, terminal)).toBe(1);
    expect(terminal.errors()).toMatchInlineSnapshot(`
      "error: The spec breaks 2 rules; nothing was done (SpecInvalid).
        name is "Demo!"
          rule: It has small letters only.
          do:   Write demo.
        spec
          rule: It is too long to be kept, sent to a workflow, or read by anybody at
                three in the morning.
          do:   Shorten it.
      "
    `);
  });

  it("keeps the remedy in one line, so that commands in it can be copied", () => {
    const terminal = aTerminal({ columns: () => 30 });
    const remedy = "aws service-quotas request-service-quota-increase --quota-code L-1216C47A";
    showError(new CliError("Usage", { ...three, remedy }), terminal);
    expect(terminal.errors()).toContain(`  do:  ${remedy}\n`);
  });

  it("is one JSON object where JSON was asked for", () => {
    const terminal = aTerminal({ json: true });
    expect(showError(specInvalid, terminal)).toBe(1);
    expect(terminal.errors()).toBe("");
    expect(JSON.parse(terminal.output())).toEqual({
      error: {
        code: "SpecInvalid",
        what: "The spec breaks 2 rules; nothing was done.",
        why: "All of it (SpecInvalid)",
        remedy: "All of it.",
        details: { problems },
      },
    });
  });

  it("that nobody foresaw shows its stack, and that of its cause", () => {
    const terminal = aTerminal();
    expect(showError(new Error("boom", { cause: new Error("fuse") }), terminal)).toBe(1);
    expect(terminal.errors()).toMatch(
      /^error: boom\n {2}why: .* bug of Muster \(Unexpected\)\.\n {2}do: {2}Report it, with the lines below\.\nError: boom\n {4}at .*caused by: Error: fuse\n {4}at /s,
    );
  });

  it("at Ctrl-C begins on a line of its own: the terminal has written ^C", () => {
    const terminal = aTerminal({ isLive: true });
    showError(new CliError("Interrupted", three), terminal);
    expect(terminal.errors()).toMatch(/^\nerror: /);
  });
});
