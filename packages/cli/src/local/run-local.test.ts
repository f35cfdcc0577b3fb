import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleSpec } from "@muster/testing/world";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Host } from "../command.ts";
import { processHost } from "../process-host.ts";
import { runCommand } from "../testing/run-command.ts";
import { startResult } from "../testing/start-result.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-run-local-"));
afterAll(() => rmSync(folder, { recursive: true }));

let other: Server | undefined;
afterEach(() => void other?.close());

// In memory and as fast as it goes, on free ports; over real sockets all the same.
const START = "local start --nodes model --speed 10000 --port 0 --api-port 0";

function specFile(change: Readonly<Record<string, unknown>>): string {
  const path = join(folder, "spec.json");
  writeFileSync(path, JSON.stringify(exampleSpec(change)));
  return path;
}

/** This machine, but for its keyboard. */
const machine = (change: Partial<Host> = {}): Partial<Host> => {
  const { connect, pause } = processHost(process);
  return { connect, pause, ...change };
};

/** Somebody who presses Ctrl-C when that is written. */
function ctrlCAt(line: string) {
  const ctrlC = new AbortController();
  let errors = "";
  const err = (text: string) => {
    errors += text;
    if (errors.includes(line)) ctrlC.abort();
  };
  return { host: machine({ interruption: () => ctrlC.signal }), terminal: { err }, errors: () => errors };
}

// What ends well is in main.test.ts, in a process of its own.
describe("muster local start", () => {
  it("ends with 1 when a limit is in the way, and tells which", async () => {
    const { tiers } = exampleSpec();
    // 1,300 x 8 vCPUs and 48 more are beyond the 10,000 of the embedded account.
    const spec = specFile({ tiers: { ...tiers, client: { ...tiers["client"], count: 1_300 } } });
    const { exitCode, out } = await runCommand(`${START} --exit --json --spec ${spec}`, { host: machine() });
    expect(exitCode).toBe(1);
    const { cluster, operation, findings } = startResult.parse(JSON.parse(out));
    expect(operation).toMatchObject({ status: "failed", failure: { code: "PreflightFailed" } });
    expect(cluster).toMatchObject({ name: "demo", status: "failed", tiers: [{ active: 0 }, { active: 0 }] });
    expect(findings.filter((f) => f.verdict === "block").map((f) => f.id)).toContain("vcpu-quota.on-demand.L-1216C47A");
  });

  it("ends with 1 when the spec is refused", async () => {
    const { exitCode, err } = await runCommand(`${START} --spec ${specFile({ name: "Demo" })}`, { host: machine() });
    expect(exitCode).toBe(1);
    expect(err).toContain('error: The spec breaks a rule; nothing was done (SpecInvalid).\n  name is "Demo"\n');
  });

  it("at Ctrl-C in the middle of the deployment puts everything away, and ends with 1", async () => {
    const { host, terminal, errors } = ctrlCAt("Launching 6 backend nodes");
    const { exitCode, out } = await runCommand(START, { host, terminal });
    expect(exitCode).toBe(1);
    expect(errors()).toContain("error: The deployment was stopped in the middle, and the embedded cloud is gone.\n");
    expect(out).not.toContain("is ready");
  });

  it.each([
    ["--port", "The embedded AWS"],
    ["--api-port", "The HTTP API"],
  ])("says so when %s is taken, whatever else it had opened", async (option, name) => {
    const server = createServer();
    other = server;
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { exitCode, out, err } = await runCommand(`${START} ${option} ${port}`, { host: machine() });
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toBe(
      [
        `error: ${name} cannot listen: port ${port} of 127.0.0.1 is in use.`,
        "  why: Another program listens there, perhaps another npm start",
        "       (PortUnavailable).",
        "  do:  Choose other ports: --port N and --api-port N; 0 takes any free one.",
        "",
      ].join("\n"),
    );
  });
});
