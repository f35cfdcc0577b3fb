import { describe, expect, it } from "vitest";
import { aClusterView, anOperationView, nodeViews } from "../testing/views.ts";
import { fractionDone, progressLines, stepLine, type Progress } from "./progress-text.ts";

const MINUTE = 60_000;

const progress = (change: Partial<Progress> = {}): Progress => ({
  operation: anOperationView(),
  cluster: aClusterView(),
  nodes: nodeViews(["online", "online", "online", "online", "booting", "launching"]),
  elapsedMs: 245_000,
  expectedMs: 11 * MINUTE,
  ...change,
});

const frame = (change: Partial<Progress>, width = 80) =>
  progressLines(progress(change), { hasColor: false, columns: () => width }).join("\n");

describe("the live view", () => {
  it("shows the operation, the tiers, the nodes and how far each is", () => {
    expect(frame({})).toMatchInlineSnapshot(`
      "demo  deploy running  ███████░░░░░░░░░░░░░  32%
        4m 05s of cloud time, ETA 6m 55s
        prepare: 3 of 6 backend nodes done
        backend    ████████░░░░░░░░░░░░  6 wanted: 4 online, 2 booting
        client     ░░░░░░░░░░░░░░░░░░░░  2 wanted
        backend-00000 online     backend-00001 online     backend-00002 online
        backend-00003 online     backend-00004 booting    backend-00005 launching"
    `);
  });

  it("before the operation has taken its cluster shows what there is", () => {
    const operation = anOperationView({ status: "requested", step: "Requested" });
    expect(frame({ operation, cluster: undefined, nodes: [], elapsedMs: 0 })).toMatchInlineSnapshot(`
      "demo  deploy requested  ░░░░░░░░░░░░░░░░░░░░  0%
        0s of cloud time, ETA 11m 00s
        Requested"
    `);
  });

  it("after the forecast's time says so", () => {
    expect(frame({ elapsedMs: 12 * MINUTE, nodes: [] })).toMatchInlineSnapshot(`
      "demo  deploy running  █████████████░░░░░░░  64%
        12m 00s of cloud time, 1m 00s longer than forecast
        prepare: 3 of 6 backend nodes done
        backend    ████████░░░░░░░░░░░░  6 wanted: 4 online, 2 booting
        client     ░░░░░░░░░░░░░░░░░░░░  2 wanted"
    `);
  });

  it("without a forecast has no ETA", () => {
    expect(frame({ expectedMs: undefined, nodes: [] }).split("\n")[1]).toBe("  4m 05s of cloud time");
  });

  it("at the end is full", () => {
    const operation = anOperationView({ status: "succeeded", step: "Done", endedAt: "2026-03-01T12:10:00.000Z" });
    const cluster = aClusterView({
      tiers: [{ name: "backend", desired: 6, active: 6, states: { active: 6 } }],
    });
    expect(frame({ operation, cluster, nodes: nodeViews(["active"]), elapsedMs: 10 * MINUTE })).toMatchInlineSnapshot(`
      "demo  deploy succeeded  ████████████████████  100%
        10m 00s of cloud time
        Done
        backend    ████████████████████  6 wanted: 6 active
        backend-00000 active"
    `);
  });

  it("in a narrow window clips its lines, which could not be drawn over otherwise", () => {
    expect(frame({}, 36)).toMatchInlineSnapshot(`
      "demo  deploy running  ███░░░░░░  32%
        4m 05s of cloud time, ETA 6m 55s
        prepare: 3 of 6 backend nodes done
        backend    ███░░░░░░  6 wanted: 4…
        client     ░░░░░░░░░  2 wanted
        backend-00000 online
        backend-00001 online
        backend-00002 online
        backend-00003 online
        backend-00004 booting
        backend-00005 launching"
    `);
  });

  it("never is wider than its window, and never higher than 24 lines", () => {
    const nodes = nodeViews(Array.from({ length: 24 }, () => "launching" as const));
    for (let width = 1; width < 130; width++) {
      const lines = frame({ nodes }, width).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.length).toBeLessThan(24);
    }
  });

  it("has colours where there are any", () => {
    const [first] = progressLines(progress(), { hasColor: true, columns: () => 80 });
    expect(first?.startsWith("\u001b[1mdemo\u001b[0m  deploy running")).toBe(true);
  });
});

describe("a step's line", () => {
  it("has cloud time, share and step", () => {
    expect(stepLine(progress())).toBe("demo   4m 05s   32%  prepare: 3 of 6 backend nodes done");
  });
});

describe("the share that is done", () => {
  const tiers = (states: Record<string, number>) =>
    aClusterView({ tiers: [{ name: "backend", desired: 4, active: 0, states }] });
  const destroying = anOperationView({ kind: "destroy" });

  it.each([
    ["nothing known", { cluster: undefined, expectedMs: undefined }, 0],
    ["time alone", { cluster: undefined, elapsedMs: 50, expectedMs: 100 }, 0.5],
    ["nodes alone", { cluster: tiers({ online: 4 }), expectedMs: undefined }, 0.5],
    ["nodes and time", { cluster: tiers({ active: 4 }), elapsedMs: 50, expectedMs: 100 }, 0.75],
    ["more time than was forecast", { cluster: undefined, elapsedMs: 500, expectedMs: 100 }, 0.99],
    ["more nodes than wanted", { cluster: tiers({ active: 9 }), expectedMs: undefined }, 0.99],
    ["no node wanted", { cluster: aClusterView({ tiers: [] }), expectedMs: undefined }, 0],
    ["a lost node", { cluster: tiers({ active: 3, lost: 1 }), expectedMs: undefined }, 0.75],
    ["nodes that go", { operation: destroying, cluster: tiers({ leaving: 4 }), expectedMs: undefined }, 0.5],
    ["nodes that have gone", { operation: destroying, cluster: tiers({ leaving: 1 }), expectedMs: undefined }, 0.875],
    ["nodes that will go", { operation: destroying, cluster: tiers({ active: 4 }), expectedMs: undefined }, 0],
    ["success", { operation: anOperationView({ status: "succeeded" }), expectedMs: undefined }, 1],
  ])("with %s", (_, change, expected) => {
    expect(fractionDone(progress(change))).toBeCloseTo(expected);
  });
});
