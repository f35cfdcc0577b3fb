import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spawnMuster, type SpawnedMuster } from "./testing/spawn-muster.ts";
import { startResult } from "./testing/start-result.ts";

// Real processes, with everything as a user has it but for the ports, and for the speed where nobody watches.
const SPEC = fileURLToPath(new URL("../../../examples/weka-client-backend.yaml", import.meta.url));
const START = "local start --port 0 --api-port 0 --speed 10000";

let temporary = "";
let running: SpawnedMuster[] = [];
const muster = (line: string, environment: Readonly<Record<string, string>> = {}): SpawnedMuster => {
  const spawned = spawnMuster(line, { TMPDIR: temporary, ...environment });
  running.push(spawned);
  return spawned;
};

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "muster-main-"));
});
afterEach(async () => {
  // A test that failed leaves nothing behind either.
  for (const spawned of running) spawned.signal("SIGKILL");
  await Promise.all(running.map((spawned) => spawned.ended));
  running = [];
  rmSync(temporary, { recursive: true });
});

/** Processes and files of nodes: both name the folder for temporary files. */
function leftovers(): string[] {
  const processes = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
  return [...processes.filter((line) => line.includes(temporary)), ...readdirSync(temporary)];
}

describe("the muster command", () => {
  it("deploys in the embedded cloud with real bash, prints one object, and leaves nothing", async () => {
    const start = muster(`${START} --exit --json`);
    expect(await start.ended).toBe(0);
    expect(start.err()).toBe("");
    const { cluster, operation, findings, measured } = startResult.parse(JSON.parse(start.out()));
    expect(cluster).toEqual({
      name: "demo",
      status: "ready",
      tiers: [
        { name: "backend", desired: 6, active: 6 },
        { name: "client", desired: 2, active: 2 },
      ],
    });
    expect(operation).toMatchObject({ kind: "deploy", status: "succeeded", step: "Done" });
    expect(findings.filter((finding) => finding.verdict !== "ok")).toEqual([]);
    const seconds = (Date.parse(operation.endedAt ?? "") - Date.parse(operation.requestedAt)) / 1000;
    expect(measured.simulatedSeconds).toBe(Math.round(seconds));
    expect(measured.callsByOperation).toMatchObject({ "ssm:SendCommand": 5 });
    expect(Object.values(measured.callsByOperation).reduce((a, b) => a + b, 0)).toBe(measured.calls);
    expect(leftovers()).toEqual([]);
  });

  it("serves a second terminal until Ctrl-C, and then ends with 0", async () => {
    const start = muster(`${START} --nodes model`);
    await start.says("The embedded cloud stays up until Ctrl-C.");
    expect(start.err()).toMatch(
      /^embedded cloud: AWS protocols at http:\S+\n +Muster's API at http:\S+\n\ndemo [^]* 100% {2}Done\n/,
    );
    expect(start.out()).toMatch(
      /^Forecast of demo [^]*^ {2}Every limit is fine\.\n[^]*^demo is ready: 6 backend, 2 client nodes are active\.$/m,
    );
    const [, api = ""] = /Muster's API at (\S+)/.exec(start.err()) ?? [];
    const second = async (line: string) => {
      const spawned = muster(line, { MUSTER_API: api });
      return { exitCode: await spawned.ended, out: spawned.out(), err: spawned.err() };
    };
    const [list, get, plan] = await Promise.all([
      second("cluster list"),
      second("cluster get demo"),
      second(`cluster plan ${SPEC}`),
    ]);
    expect(list).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^demo +weka +client-backend +ready /m) });
    expect(get).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^ {2}client-00001 +active +i-/m) });
    expect(plan).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Forecast of demo /) });
    expect(await second("cluster destroy demo --confirm demo")).toMatchObject({
      exitCode: 0,
      out: "done: destroy of demo succeeded\n",
    });
    start.signal("SIGINT");
    expect(await start.ended).toBe(0);
    expect(await second("cluster list")).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/^error: Muster's API does not answer at http:\S+\n {2}why: .*\n {2}do: .*\n$/),
    });
  });

  it("ends its scripts and removes its folders at Ctrl-C in the middle of a hook", async () => {
    // With --exit a deployment that fails ends the process, and does not keep this test waiting.
    const start = muster(`${START} --exit`);
    await start.says("prepare: ");
    start.signal("SIGINT");
    expect(await start.ended).toBe(1);
    expect(start.err()).toContain("(Interrupted)");
    expect(leftovers()).toEqual([]);
  });

  it("outlives a reader that goes away", async () => {
    const schema = muster("spec schema");
    schema.closeOut();
    expect(await schema.ended).toBe(0);
    expect(schema.err()).toBe("");
  });
});
