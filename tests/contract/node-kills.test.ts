import { afterEach, describe, expect, it } from "vitest";
import type { weka } from "../../packages/products/src/weka/weka.ts";
import { makeNodes, RELEASES, type KillPoint, type Nodes, type RuntimeKind } from "./weka-nodes.ts";

// In bash every point costs seconds, so that is for a person to ask for: every so many commands.
const shellStride = Number(process.env["MUSTER_SHELL_KILLS_EVERY"] ?? "0");
const kinds: RuntimeKind[] = shellStride > 0 ? ["model", "shell"] : ["model"];
const LIMIT = { timeout: shellStride > 0 ? 3_600_000 : 60_000 };

/** Long enough for everything that a hook set off in the model to have happened. */
const SETTLE_MS = 400_000;

const open: Nodes[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((nodes) => nodes.close()));
});

describe.each(kinds)("in %s mode, a hook that was killed at any of its commands and runs again", (kind) => {
  const stride = kind === "shell" ? shellStride : 1;

  it.each(Object.values(RELEASES))("leaves one whole cluster of %s, formed by another node", LIMIT, async (release) => {
    const reference = await prepared(kind, release);
    const commands = await countCommands(reference, "form", reference.ids("backend").slice(0, 1));
    const expected = await settled(reference);
    for (const point of killPoints(commands, stride)) {
      const nodes = await prepared(kind, release);
      const [first = "", second = ""] = nodes.ids("backend");
      const [killed] = await nodes.run("form", [first], point);
      const [done] = await nodes.run("form", [second]);
      expect({ point, killed: killed?.exitCode, done: done?.exitCode, said: done?.stderr }).toEqual({
        point,
        killed: 137,
        done: 0,
        said: "",
      });
      expect({ point, state: await settled(nodes) }).toEqual({ point, state: expected });
      await nodes.close();
    }
  });

  it.each(Object.values(RELEASES))(
    "leaves a whole cluster of %s when its node died and was replaced",
    LIMIT,
    async (release) => {
      const reference = await prepared(kind, release);
      const commands = await countCommands(reference, "form", reference.ids("backend").slice(0, 1));
      for (const point of killPoints(commands, stride).filter(({ when }) => when === "after")) {
        const nodes = await prepared(kind, release);
        const [former = "", other = ""] = nodes.ids("backend");
        await nodes.run("form", [former], point);
        const isStarted = ioIsStarted(nodes);
        nodes.halt(former);
        const [replacement = ""] = nodes.boot("backend", 1);
        await nodes.run("prepare", [replacement]);
        const [done] = await nodes.run("form", [other]);
        expect({ point, done: done?.exitCode, said: done?.stderr }).toEqual({ point, done: 0, said: "" });
        await settled(nodes);
        const [verified] = await nodes.run("verify", [replacement]);
        // What died before IO was started is taken out; what died after it may hold data, and is never touched.
        expect({ point, ...JSON.parse(verified?.stdout ?? "{}") }).toMatchObject({
          point,
          containersDown: 0,
          drives: 12,
          drivesBad: 0,
          strangers: isStarted ? 1 : 0,
        });
        await nodes.close();
      }
    },
  );

  it.each(Object.values(RELEASES))("leaves one whole member of %s, or one mount, or none", LIMIT, async (release) => {
    for (const { hook, tier, first } of STAGES) {
      const reference = await formed(kind, release);
      const [id = ""] = reference.boot(tier, 1);
      for (const earlier of first) await reference.run(earlier, [id]);
      const commands = await countCommands(reference, hook, [id]);
      const expected = await settled(reference);
      for (const point of killPoints(commands, stride)) {
        const nodes = await formed(kind, release);
        const [node = ""] = nodes.boot(tier, 1);
        for (const earlier of first) await nodes.run(earlier, [node]);
        await nodes.run(hook, [node], point);
        const [done] = await nodes.run(hook, [node]);
        expect({ hook, point, done: done?.exitCode, said: done?.stderr }).toEqual({ hook, point, done: 0, said: "" });
        expect({ hook, point, state: await settled(nodes) }).toEqual({ hook, point, state: expected });
        await nodes.close();
      }
    }
  });
});

const STAGES = [
  { hook: "prepare", tier: "backend", first: [] },
  { hook: "join", tier: "backend", first: ["prepare"] },
  { hook: "mount", tier: "client", first: [] },
  { hook: "unmount", tier: "client", first: ["mount"] },
] as const satisfies readonly { hook: Hook; tier: string; first: readonly Hook[] }[];

type Hook = keyof typeof weka.hooks;

async function prepared(kind: RuntimeKind, release: string): Promise<Nodes> {
  const nodes = await makeNodes({ kind, release });
  open.push(nodes);
  await nodes.run("prepare", nodes.boot("backend"));
  return nodes;
}

async function formed(kind: RuntimeKind, release: string): Promise<Nodes> {
  const nodes = await prepared(kind, release);
  await nodes.run("form", nodes.ids("backend").slice(0, 1));
  nodes.admit(nodes.ids("backend"));
  return nodes;
}

/** How many commands a hook runs when nothing disturbs it. */
async function countCommands(nodes: Nodes, hook: Hook, ids: readonly string[]): Promise<number> {
  const before = nodes.journal.length;
  await nodes.run(hook, ids);
  return nodes.journal.length - before;
}

async function settled(nodes: Nodes): Promise<unknown> {
  await nodes.clock.advance(SETTLE_MS);
  return nodes.model.dump();
}

function killPoints(commands: number, stride: number): KillPoint[] {
  const numbers = Array.from({ length: Math.ceil(commands / stride) }, (_, index) => index * stride + 1);
  return numbers.flatMap((at) => [
    { at, when: "before" },
    { at, when: "after" },
  ]);
}

function ioIsStarted(nodes: Nodes): boolean {
  return [...nodes.model.world.clusters.values()].some((cluster) => cluster.ioStartedAt !== undefined);
}
