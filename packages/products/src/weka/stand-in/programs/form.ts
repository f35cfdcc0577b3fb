import type { StandInProgram } from "@muster/core";
import { readList } from "../../cli/read.ts";
import { CONFIG_FILESYSTEM } from "../../limits.ts";
import { DOCUMENT_PARAMETERS } from "../../parameters.ts";
import { bucketRaftSize } from "../../protection.ts";
import { ClusterTalk } from "./cluster.ts";
import { Formation } from "./formation.ts";
import { DISKS_FILE, lines, useCli } from "./node.ts";
import { runScript, type Script } from "./script.ts";

/** Members that are asked for a cluster before one is made. */
const FIRST_ASKED = 5;

/** What hooks/form.sh does. */
export const form: StandInProgram = (host) =>
  runScript(host, { name: "form", needs: DOCUMENT_PARAMETERS["weka-form"] }, async (script) => {
    const address = await script.metadata("local-ipv4");
    const members = script.parameter("addresses").split(",");
    if (!members.includes(address)) script.die(`this node (${address}) is not among the cluster's addresses`);
    const release = await currentRelease(script);
    const talk = new ClusterTalk(script, useCli(script, release));
    await talk.asAdmin();
    const disks = lines(
      host.files.get(DISKS_FILE) ?? script.die("prepare has not run on this node: it has no list of disks"),
    );
    const formation = new Formation(script, talk, { members, disks });

    await findOrCreate(formation, talk, { address, others: members.filter((member) => member !== address) });
    if (talk.seen.release !== release)
      script.die(`the cluster runs WEKA ${talk.seen.release}, this node has ${release}`);
    await formation.removeStrangers();
    await formation.addMissing();
    await formation.waitForMembers();
    await formation.completeDrives();
    await formation.checkDrives();
    await mustRefresh(script, talk);
    if (talk.seen.ioStatus !== "STARTED") {
      await configure(script, talk);
      await startIo(script, talk);
    }
    const stripe = `${talk.seen.data}+${talk.seen.parity}`;
    const wanted = `${script.parameter("data")}+${script.parameter("parity")}`;
    if (stripe !== wanted) script.die(`the cluster was formed with stripes of ${stripe}, not ${wanted}`);
    await makeFilesystems(script, talk);
    await mustRefresh(script, talk);
    const { guid, ioStatus, drivesTotal } = talk.seen;
    const filesystem = script.parameter("filesystem");
    return {
      state: "formed",
      guid,
      release: talk.seen.release,
      io: ioStatus,
      servers: members.length,
      drives: drivesTotal,
      filesystem,
    };
  });

export async function currentRelease(script: Script): Promise<string> {
  const printed = await script.run(["weka", "version", "current"]);
  if (printed.exitCode !== 0) script.die("WEKA is not installed: prepare has not run on this node");
  return printed.stdout.trimEnd();
}

async function findOrCreate(
  formation: Formation,
  talk: ClusterTalk,
  { address, others }: { address: string; others: readonly string[] },
): Promise<void> {
  if (await talk.find([address, ...others.slice(0, FIRST_ASKED)])) return;
  talk.forget();
  const refusal = await formation.create();
  if (refusal !== undefined) {
    if (await talk.find([address, ...others])) return;
    talk.noCluster(`WEKA refuses to create the cluster, and none of its servers has one: ${refusal}`);
  }
  if (!(await formation.script.retry(30, 2, () => talk.find([address])))) {
    talk.noCluster("the cluster was created, and does not answer");
  }
}

async function mustRefresh(script: Script, talk: ClusterTalk): Promise<void> {
  if (!(await talk.refresh())) script.die("the cluster does not say its status");
}

async function configure(script: Script, talk: ClusterTalk): Promise<void> {
  const name = script.parameter("clusterName");
  const proxy = script.parameter("proxy");
  const [data, parity] = [script.parameter("data"), script.parameter("parity")];
  const raft = bucketRaftSize(Number(parity));
  if (talk.seen.name !== name) await script.must(["weka", "cluster", "update", `--cluster-name=${name}`]);
  if (proxy !== "none") {
    await script.must(["weka", "cloud", ...(talk.generation === "six" ? ["proxy", "set"] : ["proxy", "--set"]), proxy]);
  }
  await script.run(["weka", "cloud", "enable"]);
  if (`${talk.seen.data}+${talk.seen.parity}` !== `${data}+${parity}`) {
    await script.must(["weka", "cluster", "update", "--data-drives", data, "--parity-drives", parity]);
  }
  if (raft !== undefined) await script.must(["weka", "cluster", "update", "--bucket-raft-size", String(raft)]);
  const spares = script.parameter("hotSpares");
  if (String(talk.seen.hotSpares) !== spares) await script.must(["weka", "cluster", "hot-spare", spares]);
}

async function startIo(script: Script, talk: ClusterTalk): Promise<void> {
  await script.run(["weka", "cluster", "start-io"]);
  const isStarted = await script.retry(60, 10, async () => (await talk.refresh()) && talk.seen.ioStatus === "STARTED");
  if (!isStarted) script.die(`IO does not start: status ${talk.seen.status}, IO ${talk.seen.ioStatus}`);
}

async function makeFilesystems(script: Script, talk: ClusterTalk): Promise<void> {
  const isSix = talk.generation === "six";
  const groups = names(await script.must(["weka", "fs", "group", "-J"]), "weka fs group");
  if (!groups.includes("default")) {
    const options = isSix
      ? ["--ssd-retention", "86400s", "--start-demote", "10s"]
      : ["--target-ssd-retention=86400", "--start-demote=10"];
    await tolerateExisting(script, ["weka", "fs", "group", isSix ? "add" : "create", "default", ...options]);
  }
  const filesystems = names(await script.must(["weka", "fs", "-J"]), "weka fs");
  if (!filesystems.includes(CONFIG_FILESYSTEM)) {
    await waitForCapacity(script, talk);
    await tolerateExisting(script, createFilesystem(isSix, CONFIG_FILESYSTEM, "22GB"));
  }
  const wanted = script.parameter("filesystem");
  if (wanted === "none" || filesystems.includes(wanted)) return;
  await waitForCapacity(script, talk);
  const asked = script.parameter("filesystemBytes");
  const bytes = asked === "all" ? String(talk.seen.unprovisionedBytes ?? 0) : asked;
  await tolerateExisting(script, createFilesystem(isSix, wanted, `${bytes}B`));
}

async function waitForCapacity(script: Script, talk: ClusterTalk): Promise<void> {
  const isKnown = await script.retry(
    60,
    10,
    async () => (await talk.refresh()) && (talk.seen.unprovisionedBytes ?? 0) > 0,
  );
  if (!isKnown) script.die("the cluster does not say how much capacity is unprovisioned");
}

function createFilesystem(isSix: boolean, name: string, size: string): readonly string[] {
  return isSix
    ? ["weka", "fs", "add", name, size, "--fs-group", "default"]
    : ["weka", "fs", "create", name, "default", size];
}

async function tolerateExisting(script: Script, argv: readonly string[]): Promise<void> {
  const result = await script.run(argv);
  if (result.exitCode !== 0 && !result.stderr.includes("already exists"))
    script.die(`${argv.slice(1, 4).join(" ")} is refused`);
}

function names(text: string, source: string): readonly string[] {
  return readList(text, source).map((item) => item.text("name"));
}
