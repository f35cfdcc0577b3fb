import { describe, expect, it } from "vitest";
import { commands } from "../commands/all.ts";
import { CliError } from "../errors/cli-error.ts";
import { runCommand } from "../testing/run-command.ts";
import { parseCommandLine } from "./parse-command-line.ts";

const parse = (line: string) => {
  const parsed = parseCommandLine(line.split(" "), commands);
  if (!("command" in parsed)) throw new Error(`no command in ${line}`);
  return { name: parsed.command.name, arguments: parsed.arguments, options: parsed.options };
};

describe("a command line", () => {
  it.each([
    "cluster deploy spec.yaml --detach --api http://x",
    "--api http://x cluster deploy spec.yaml --detach",
    "cluster --detach deploy --api=http://x spec.yaml",
    "cluster deploy --detach --api http://other --api http://x -- spec.yaml",
  ])("may have its options anywhere: %s", (line) => {
    expect(parse(line)).toMatchObject({
      name: "cluster deploy",
      arguments: ["spec.yaml"],
      options: { detach: true, api: "http://x" },
    });
  });

  it("takes defaults for what it does not say", () => {
    expect(parse("local start --port 0").options).toMatchObject({ port: "0", "api-port": "4700", speed: "60" });
  });

  it("takes a value that begins with a dash only where it is meant", () => {
    expect(parse("cluster deploy f --idempotency-key=-x").options).toMatchObject({ "idempotency-key": "-x" });
  });

  it("cannot be misread: an option takes a value in all commands, or in none", () => {
    const types = new Map<string, Set<string>>();
    for (const { options } of commands) {
      for (const [name, { type }] of Object.entries(options))
        types.set(name, new Set([...(types.get(name) ?? []), type]));
    }
    expect([...types].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
  });
});

describe("a wrong command line", () => {
  it.each([
    ["clster", "There is no command clster.", "See muster --help."],
    ["clster list", "There is no command clster list.", "Write muster cluster list, or see muster --help."],
    [
      "cluster deply f",
      "There is no command cluster deply.",
      "Write muster cluster deploy, or see muster cluster --help.",
    ],
    ["cluster show", "There is no command cluster show.", "See muster cluster --help."],
    ["deploy f", "There is no command deploy f.", "Write muster cluster deploy, or see muster --help."],
    ["start", "There is no command start.", "Write muster local start, or see muster --help."],
    ["cluster", "muster cluster needs to know what to do.", "See muster cluster --help."],
    ["--api http://x", "muster needs to know what to do.", "See muster --help."],
    ["cluster plan", "muster cluster plan was given no arguments.", "See muster cluster plan --help."],
    ["cluster plan a b", "muster cluster plan was given a b.", "See muster cluster plan --help."],
    ["cluster list a", "muster cluster list was given a.", "See muster cluster list --help."],
    [
      "cluster list --jsn",
      "muster cluster list has no option --jsn.",
      "Write --json, or see muster cluster list --help.",
    ],
    [
      "cluster list --constructor=x",
      "muster cluster list has no option --constructor.",
      "See muster cluster list --help.",
    ],
    ["cluster list -x", "muster cluster list has no option -x.", "See muster cluster list --help."],
    ["cluster list --detach", "muster cluster list has no option --detach.", "See muster cluster list --help."],
    ["local start --api http://x", "muster local start has no option --api.", "See muster local start --help."],
    ["local start --exit=yes", "--exit was given the value yes.", "Write --exit, or see muster local start --help."],
    ["local start --port", "--port has no value.", "Write --port PORT, or see muster local start --help."],
    ["local start --port --exit", "--port has no value.", "Write --port PORT, or see muster local start --help."],
    ["local start --port abc", "--port is abc.", "See muster local start --help."],
    ["local start --port 4566.5", "--port is 4566.5.", "See muster local start --help."],
    ["local start --port 65536", "--port is 65536.", "See muster local start --help."],
    ["local start --api-port=-1", "--api-port is -1.", "See muster local start --help."],
    ["local start --port 0x10", "--port is 0x10.", "See muster local start --help."],
    ["local start --port=", "--port is empty.", "See muster local start --help."],
    ["local start --speed 0", "--speed is 0.", "See muster local start --help."],
    ["local start --speed fast", "--speed is fast.", "See muster local start --help."],
    ["local start --nodes docker", "--nodes is docker.", "See muster local start --help."],
    ["local start --region mars", "--region is mars.", "See muster local start --help."],
    [
      "cluster list --api localhost:4700",
      "The address of Muster's API is localhost:4700.",
      "Write --api http://127.0.0.1:4700, or see muster --help.",
    ],
    [
      "cluster destroy demo",
      "Cluster demo was not destroyed.",
      "Write muster cluster destroy demo --confirm demo, or see muster cluster destroy --help.",
    ],
    [
      "cluster destroy demo --confirm dmeo",
      "Cluster demo was not destroyed.",
      "Write muster cluster destroy demo --confirm demo, or see muster cluster destroy --help.",
    ],
    [
      "cluster plan no-such-file",
      "no-such-file cannot be read.",
      "Name a spec file, such as examples/weka-client-backend.yaml.",
    ],
  ])("%s is told in three lines, with exit code 2", async (line, what, remedy) => {
    const { exitCode, out, err } = await runCommand(line, { terminal: { columns: () => 1_000 } });
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    const [first, second, third, ...rest] = err.split("\n");
    expect([first, third, ...rest]).toEqual([`error: ${what}`, `  do:  ${remedy}`, ""]);
    expect(second).toMatch(/^ {2}why: .+ \((Usage|FileUnreadable)\)\.$/);
  });

  it("is told in JSON where JSON was asked for", async () => {
    const { exitCode, out, err } = await runCommand("cluster plan --json");
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: "" });
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "Usage",
        what: "muster cluster plan was given no arguments.",
        why: "It takes FILE.",
        remedy: "See muster cluster plan --help.",
      },
    });
  });

  it("is a CliError of code Usage", () => {
    expect(() => parse("cluster")).toThrow(CliError);
  });
});
