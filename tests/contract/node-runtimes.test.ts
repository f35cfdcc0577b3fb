import { afterEach, describe, expect, it } from "vitest";
import { weka } from "../../packages/products/src/weka/weka.ts";
import { makeNodes, RELEASES, type KillPoint, type Nodes, type NodesOptions, type RuntimeKind } from "./weka-nodes.ts";

type Hook = keyof typeof weka.hooks;

/** What one run of a story leaves: the model's state, what hooks printed, and which commands nodes ran. */
interface Trace {
  readonly states: unknown[];
  readonly printed: unknown[];
  readonly commands: string[];
}

const open: Nodes[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((nodes) => nodes.close()));
});

async function nodesOf(options: NodesOptions): Promise<Nodes> {
  const nodes = await makeNodes(options);
  open.push(nodes);
  return nodes;
}

/** Tells a story on both runtimes, and returns what each leaves. */
async function onBoth(options: Omit<NodesOptions, "kind">, story: (teller: Teller) => Promise<void>) {
  const tell = async (kind: RuntimeKind): Promise<Trace> => {
    const nodes = await nodesOf({ ...options, kind });
    const teller = new Teller(nodes);
    await story(teller);
    return { states: teller.states, printed: teller.printed, commands: nodes.journal.map(lineOf).toSorted() };
  };
  return { shell: await tell("shell"), model: await tell("model") };
}

class Teller {
  readonly nodes: Nodes;
  readonly states: unknown[] = [];
  readonly printed: unknown[] = [];

  constructor(nodes: Nodes) {
    this.nodes = nodes;
  }

  /** Runs a hook that must work, and notes what it leaves once everything that it set off has happened. */
  async run(hook: Hook, ids: readonly string[]): Promise<void> {
    const results = await this.nodes.run(hook, ids);
    for (const [index, { exitCode, stdout, stderr }] of results.entries()) {
      if (exitCode !== 0 || stderr !== "") throw new Error(`${hook} ended with ${exitCode}: ${stderr}`);
      const parsed = weka.hooks[hook]?.parse(stdout, this.nodes.context(ids[index] ?? ""));
      this.printed.push({ hook, ...parsed });
    }
    await this.nodes.clock.advance(SETTLE_MS);
    this.states.push(this.nodes.model.dump());
  }

  async kill(hook: Hook, ids: readonly string[], point: KillPoint): Promise<void> {
    const results = await this.nodes.run(hook, ids, point);
    const survivor = results.find(({ exitCode }) => exitCode !== 137);
    if (survivor !== undefined) throw new Error(`${hook} was not killed at ${point.at}, but ended: ${survivor.stderr}`);
  }
}

/** Long enough for everything that a hook set off in the model to have happened. */
const SETTLE_MS = 400_000;

function lineOf({ instanceId, command }: Nodes["journal"][number]): string {
  return `${instanceId} ${command}`;
}

const generations = Object.entries(RELEASES);

describe("the shell and the model runtime leave the same model, print the same, and run the same commands", () => {
  it.each(generations)("when every hook of a %s cluster runs, and runs again", async (_, release) => {
    const { shell, model } = await onBoth({ release }, async (teller) => {
      const backends = teller.nodes.boot("backend");
      const [first = "", second = ""] = backends;
      for (const [hook, ids] of [
        ["prepare", backends],
        ["form", [first]],
        ["verify", [second]],
      ] as const) {
        await teller.run(hook, ids);
        await teller.run(hook, ids.slice(0, 2));
      }
      await teller.run("join", [second]);
      const clients = teller.nodes.boot("client");
      for (const hook of ["mount", "mount", "unmount", "unmount"] as const) await teller.run(hook, clients);
    });
    expect(shell).toEqual(model);
    // What a hook did once it did for good: the second run changed nothing.
    const [prepared, , formed, , verified, , joined, mounted, , unmounted] = shell.states;
    expect(shell.states).toEqual([
      prepared,
      prepared,
      formed,
      formed,
      verified,
      verified,
      joined,
      mounted,
      mounted,
      unmounted,
      unmounted,
    ]);
    expect([verified, joined]).toEqual([formed, formed]);
  });

  it.each([
    ["legacy", "before", { prepare: 9, form: 8, join: 12, mount: 8, unmount: 2 }],
    ["six", "after", { prepare: 24, form: 14, join: 7, mount: 10, unmount: 2 }],
  ] as const)(
    "when hooks of a %s cluster are killed %s some command, and run again",
    async (generation, when, points) => {
      const release = RELEASES[generation];
      const { shell, model } = await onBoth({ release }, async (teller) => {
        const backends = teller.nodes.boot("backend");
        const [first = "", second = ""] = backends;
        await teller.kill("prepare", backends, { at: points.prepare, when });
        await teller.run("prepare", backends);
        await teller.kill("form", [first], { at: points.form, when });
        await teller.run("form", [second]);
        teller.nodes.admit(backends);
        const [joiner = ""] = teller.nodes.boot("backend", 1);
        await teller.run("prepare", [joiner]);
        await teller.kill("join", [joiner], { at: points.join, when });
        await teller.run("join", [joiner]);
        const [client = ""] = teller.nodes.boot("client", 1);
        await teller.kill("mount", [client], { at: points.mount, when });
        await teller.run("mount", [client]);
        await teller.kill("unmount", [client], { at: points.unmount, when });
        await teller.run("unmount", [client]);
        await teller.run("verify", [first]);
      });
      expect(shell).toEqual(model);
    },
  );

  it.each(generations)("when a member of a half-made %s cluster dies and is replaced", async (_, release) => {
    const { shell, model } = await onBoth({ release }, async (teller) => {
      const { nodes } = teller;
      const backends = nodes.boot("backend");
      const [former = "", other = "", third = ""] = backends;
      await teller.run("prepare", backends);
      await teller.kill("form", [former], { at: await commandNumber("form", /start-io/), when: "before" });
      nodes.halt(third);
      const [replacement = ""] = nodes.boot("backend", 1);
      await teller.run("prepare", [replacement]);
      await teller.run("form", [other]);
      await teller.run("verify", [former]);
    });
    expect(shell).toEqual(model);
    expect(JSON.stringify(shell.states.at(-1))).not.toContain("10.0.0.13");
  });

  it("when converged nodes mount through their own frontend containers", async () => {
    const { shell, model } = await onBoth({ release: RELEASES.legacy, deployment: "converged" }, async (teller) => {
      const all = teller.nodes.boot("converged");
      const [first = ""] = all;
      await teller.run("prepare", all);
      await teller.run("form", [first]);
      await teller.run("mount", all);
      await teller.run("unmount", [first]);
    });
    expect(shell).toEqual(model);
  });

  it.each(["shell", "model"] as const)(
    "and %s refuses a document without its parameters, with one clear line",
    async (kind) => {
      const nodes = await nodesOf({ kind, release: RELEASES.legacy });
      const [id = ""] = nodes.boot("backend", 1);
      const result = await nodes.clock.run(nodes.start("prepare", id, undefined, { SSM_region: "" }));
      expect(result).toEqual({
        exitCode: 1,
        stdout: "",
        stderr:
          "weka prepare: SSM_region is not set: parameters come as environment variables, which needs SSM agent 3.3.2746.0 or newer on this instance\n",
      });
    },
  );
});

/** Which of a hook's commands is the first of that kind, on a fresh cluster. */
async function commandNumber(hook: "form", pattern: RegExp): Promise<number> {
  const nodes = await nodesOf({ kind: "model", release: RELEASES.legacy });
  const backends = nodes.boot("backend");
  const [first = ""] = backends;
  await nodes.run("prepare", backends);
  const before = nodes.journal.length;
  await nodes.run(hook, [first]);
  return nodes.journal.slice(before).findIndex(({ command }) => pattern.test(command)) + 1;
}
