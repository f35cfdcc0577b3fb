import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makeNodes, PASSWORD, RELEASES, TOKEN, type Nodes, type NodesOptions, type RuntimeKind } from "./weka-nodes.ts";

const kinds: RuntimeKind[] = ["model", "shell"];
const open: Nodes[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((nodes) => nodes.close()));
});

async function nodesOf(options: Partial<NodesOptions>): Promise<Nodes> {
  const nodes = await makeNodes({ kind: "model", release: RELEASES.legacy, ...options });
  open.push(nodes);
  return nodes;
}

async function formed(options: Partial<NodesOptions>): Promise<Nodes> {
  const nodes = await nodesOf(options);
  const backends = nodes.boot("backend");
  for (const result of await nodes.run("prepare", backends)) if (result.exitCode !== 0) throw new Error(result.stderr);
  const [done] = await nodes.run("form", backends.slice(0, 1));
  if (done?.exitCode !== 0) throw new Error(done?.stderr);
  return nodes;
}

/** Runs a hook on one node of a cluster that was made in model mode: in bash, or as a program. */
async function runOne(kind: RuntimeKind, nodes: Nodes, hook: "form" | "unmount", id: string) {
  if (kind === "shell") return nodes.runInShell(hook, id);
  const [result] = await nodes.run(hook, [id]);
  return result;
}

describe("secrets", () => {
  it("are in no file of a node, in no output, and in no command line but the one that WEKA leaves no way around", async () => {
    const nodes = await nodesOf({});
    const backends = nodes.boot("backend");
    const [first = "", ...others] = backends;
    await nodes.run("prepare", others);
    const results = [await nodes.runInShell("prepare", first), await nodes.runInShell("form", first)];
    nodes.admit(backends);
    const [joiner = ""] = nodes.boot("backend", 1);
    const [client = ""] = nodes.boot("client", 1);
    for (const hook of ["prepare", "join", "verify"] as const) results.push(await nodes.runInShell(hook, joiner));
    results.push(await nodes.runInShell("mount", client));
    expect(results.map(({ exitCode, stderr }) => `${exitCode}${stderr}`)).toEqual(["0", "0", "0", "0", "0", "0"]);
    const said = results.map(({ stdout, stderr }) => stdout + stderr).join("");
    const files = [first, joiner, client].flatMap((id) => filesBelow(nodes.folderOf(id)));
    expect(files.some((file) => file.endsWith("weka-form.log"))).toBe(true);
    const kept = files.map((file) => readFileSync(file, "utf8")).join("");
    const lines = nodes.journal.map(({ command }) => command);
    for (const secret of [TOKEN, PASSWORD]) {
      expect([said.includes(secret), kept.includes(secret)]).toEqual([false, false]);
      expect(lines.filter((line) => line.includes(secret) && !line.startsWith("weka cluster create "))).toEqual([]);
    }
    expect(lines.filter((line) => line.includes(TOKEN))).toEqual([]);
    expect(lines.filter((line) => line.includes(PASSWORD))).toHaveLength(1);
  });
});

type Mishap = [
  what: string,
  options: Partial<NodesOptions> & { environment?: Record<string, string> },
  sentence: string,
];

const mishaps: readonly Mishap[] = [
  [
    "a token that get.weka.io refuses",
    {
      release: "5.1.31",
      dials: { fault: refusing(/^curl .*get\.weka\.io/, 22, "curl: (22) The requested URL returned error: 401\n") },
    },
    "weka prepare: get.weka.io refuses WEKA 5.1.31 with the token of secret weka/token: curl: (22) The requested URL returned error: 401\n",
  ],
  [
    "a token that cannot be read",
    { release: "5.1.31", spec: { tokenSecret: "other/token" } },
    "weka prepare: the get.weka.io token cannot be read from secret other/token\n",
  ],
  [
    "a metadata service that is off",
    { release: "5.1.31", dials: { fault: refusing(/^curl .*169\.254\.169\.254/, 7, "") } },
    "weka prepare: the instance metadata service does not say local-ipv4\n",
  ],
  [
    "a release that these hooks do not know",
    { release: "5.1.31", environment: { SSM_version: "7.0.0" } },
    "weka prepare: WEKA 7.0.0 has a command line that these hooks do not know\n",
  ],
  [
    "a volume of another size",
    { release: "5.1.31", environment: { SSM_volumeGiB: "79" } },
    "weka prepare: no empty EBS disk of 79 GiB, or more than one: which is /opt/weka?\n",
  ],
  [
    "interfaces that are missing",
    { release: "5.1.31", environment: { SSM_computeCores: "9" } },
    "weka prepare: there are fewer than 10 network interfaces beside the first\n",
  ],
];

describe.each(kinds)("what hooks say in %s mode when something is wrong", (kind) => {
  // Polling for minutes takes seconds in bash, and is the same loop every time.
  it.each(kind === "shell" ? mishaps.slice(0, 4) : mishaps)(
    "prepare names %s",
    async (_, { environment = {}, ...options }, sentence) => {
      const nodes = await nodesOf({ kind, ...options });
      const [id = ""] = nodes.boot("backend", 1);
      const result = await nodes.clock.run(nodes.start("prepare", id, undefined, environment));
      expect(result).toEqual({ exitCode: 1, stdout: "", stderr: sentence });
    },
  );

  it("form names the server that is not there, and makes no cluster", async () => {
    const nodes = await nodesOf({});
    const backends = nodes.boot("backend");
    await nodes.run("prepare", backends.slice(0, 5));
    const result = await runOne(kind, nodes, "form", backends[0] ?? "");
    expect(result?.exitCode).toBe(1);
    expect(result?.stderr).toContain(
      "weka form: WEKA refuses to create the cluster, and none of its servers has one: error: Failed connecting to 10.0.0.16:14000",
    );
    expect(nodes.model.world.clusters.size).toBe(0);
  });

  it("unmount leaves a filesystem that is in use, and says so", async () => {
    const nodes = await formed({});
    const [client = ""] = nodes.boot("client", 1);
    await nodes.run("mount", [client]);
    const mounted = nodes.model.world.machines.get(client)?.mounts.get("/mnt/weka");
    if (mounted !== undefined) mounted.isBusy = true;
    const busy = await runOne(kind, nodes, "unmount", client);
    expect(busy).toMatchObject({ exitCode: 0, stdout: '{"state":"busy","path":"/mnt/weka"}\n' });
    if (mounted !== undefined) mounted.isBusy = false;
    const done = await runOne(kind, nodes, "unmount", client);
    expect(done).toMatchObject({ exitCode: 0, stdout: '{"state":"unmounted","path":"/mnt/weka"}\n' });
  });

  it("a hook waits for the one that runs on its node", async () => {
    const nodes = await nodesOf({ kind });
    const [id = ""] = nodes.boot("backend", 1);
    const results = await nodes.clock.run(Promise.all([nodes.start("prepare", id), nodes.start("prepare", id)]));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(nodes.journal.filter(({ command }) => command.startsWith("weka-installer"))).toHaveLength(1);
  });
});

describe.each(kinds)("once IO was started, form in %s mode", (kind) => {
  it("takes nothing out of the cluster, and puts in who came in place of a dead server", async () => {
    const nodes = await formed({});
    const [first = "", dead = ""] = nodes.ids("backend");
    nodes.halt(dead);
    const [replacement = ""] = nodes.boot("backend", 1);
    await nodes.run("prepare", [replacement]);
    const before = nodes.journal.length;
    const result = await runOne(kind, nodes, "form", first);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    const commands = nodes.journal.slice(before).map(({ command }) => command);
    expect(commands.filter((command) => /deactivate|remove|reset|local (stop|rm)/.test(command))).toEqual([]);
    const [cluster] = nodes.model.world.clusters.values();
    const addresses = new Set(
      [...(cluster?.members.values() ?? [])].map(({ container }) => container.machine.node.privateIp),
    );
    expect([addresses.size, cluster?.drives.size]).toEqual([7, 14]);
  });

  it("takes nothing out even when the cluster only looks as if IO had never run", async () => {
    const nodes = await formed({});
    const [first = "", dead = ""] = nodes.ids("backend");
    nodes.halt(dead);
    const [replacement = ""] = nodes.boot("backend", 1);
    await nodes.run("prepare", [replacement]);
    // As after stop-io: WEKA's words for that are not known, but its filesystems are there.
    const [cluster] = nodes.model.world.clusters.values();
    if (cluster !== undefined) cluster.ioStartedAt = undefined;
    const before = nodes.journal.length;
    await runOne(kind, nodes, "form", first);
    const commands = nodes.journal.slice(before).map(({ command }) => command);
    expect(commands.filter((command) => /deactivate|remove|reset|local (stop|rm)/.test(command))).toEqual([]);
  });
});

describe("a large cluster", () => {
  it("forms, and verify sums it up in less than SSM shows of an output, with a thousand containers of which most are down", async () => {
    const nodes = await nodesOf({
      tiers: { backend: { count: 500, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" } },
    });
    const backends = nodes.boot("backend");
    await nodes.run("prepare", backends);
    const [done] = await nodes.run("form", backends.slice(0, 1));
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    const [model] = await nodes.run("verify", backends.slice(0, 1));
    // Containers that are stopped, on machines that live: the cluster keeps its quorum by the drives containers and one more.
    for (const id of backends.slice(2)) {
      const compute = nodes.model.world.machines.get(id)?.containers.get("compute0");
      if (compute !== undefined) compute.isRunning = false;
    }
    const shell = await nodes.runInShell("verify", backends[0] ?? "");
    expect([model?.exitCode, shell.exitCode, shell.stderr]).toEqual([0, 0, ""]);
    expect(Buffer.byteLength(shell.stdout)).toBeLessThan(2_000);
    expect(JSON.parse(shell.stdout)).toMatchObject({
      servers: 500,
      drives: 1_000,
      containersDown: 498,
      down: expect.any(Array),
    });
    expect(JSON.parse(shell.stdout).down).toHaveLength(5);
  });
});

function refusing(pattern: RegExp, exitCode: number, stderr: string) {
  return ({ argv }: { argv: readonly string[] }) => (pattern.test(argv.join(" ")) ? { exitCode, stderr } : undefined);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
