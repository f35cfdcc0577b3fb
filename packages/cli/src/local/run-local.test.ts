import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleSpec } from "@muster/testing/world";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { httpApi } from "../api/http-api.ts";
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

describe("muster local start", () => {
  it("forecasts, deploys, sums up and stays up until Ctrl-C, when everything is put away", async () => {
    const { host, terminal, errors } = ctrlCAt("The embedded cloud stays up until Ctrl-C.");
    const { exitCode, out } = await runCommand(START, { host, terminal });
    expect(exitCode).toBe(0);
    expect(errors()).toMatch(
      /^embedded cloud: AWS protocols at http:\/\/127\.0\.0\.1:\d+\n +Muster's API at http:\/\/127\.0\.0\.1:\d+\n\ndemo .* {2}Done\nThe embedded cloud stays up until Ctrl-C\.\n$/s,
    );
    expect(out).toMatch(
      /^Forecast of demo [^]*Every limit is fine\.\n[^]*^demo is ready: 6 backend, 2 client nodes are active\.$/m,
    );
    const [, api = ""] = /npx muster cluster get demo --api (\S+)/.exec(out) ?? [];
    await expect(httpApi(api, () => 0).clusters()).rejects.toMatchObject({ code: "ApiUnreachable" });
  });

  it("with --exit ends with the deployment, and prints one object with --json", async () => {
    const { exitCode, out, err } = await runCommand(`${START} --exit --json`, { host: machine() });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    const result = startResult.parse(JSON.parse(out));
    expect(result.cluster).toEqual({
      name: "demo",
      status: "ready",
      tiers: [
        { name: "backend", desired: 6, active: 6 },
        { name: "client", desired: 2, active: 2 },
      ],
    });
    expect(result.operation).toMatchObject({ kind: "deploy", status: "succeeded" });
    expect(result.findings.map((finding) => finding.verdict)).toEqual(result.findings.map(() => "ok"));
    const { measured, operation } = result;
    const seconds = (Date.parse(operation.endedAt ?? "") - Date.parse(operation.requestedAt)) / 1000;
    expect(measured.simulatedSeconds).toBe(Math.round(seconds));
    expect(measured.callsByOperation).toMatchObject({ "ec2:RunInstances": 4, "ssm:SendCommand": 4 });
    expect(Object.values(measured.callsByOperation).reduce((a, b) => a + b, 0)).toBe(measured.calls);
  });

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
