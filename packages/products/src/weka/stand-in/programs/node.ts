import { HookResultError } from "@muster/core";
import { parseLocalContainers, type LocalContainerRecord } from "../../cli/local-containers.ts";
import { Fields, readJson } from "../../cli/read.ts";
import { cliGeneration, type CliGeneration } from "../../versions.ts";
import type { Script } from "./script.ts";

/** What hooks do on their own node, beside what they ask of the cluster: the node's half of lib.sh. */

export const NICS_FILE = "/var/lib/muster/weka-nics";
export const DISKS_FILE = "/var/lib/muster/weka-disks";
const VOLUME_LABEL = "wekaiosw";
const GIB = 1_073_741_824;

export function useCli(script: Script, release: string): CliGeneration {
  return cliGeneration(release) ?? script.die(`WEKA ${release} has a command line that these hooks do not know`);
}

async function localContainers(
  script: Script,
  generation: CliGeneration,
): Promise<readonly LocalContainerRecord[] | undefined> {
  const listed = await script.run(["weka", "local", "ps", "-J"]);
  return listed.exitCode === 0 ? orUndefined(() => parseLocalContainers(listed.stdout, generation)) : undefined;
}

/** `absent`, `stopped`, STEM, CLUSTERIZING or READY; undefined when that cannot be said. */
export async function localState(script: Script, generation: CliGeneration, name: string): Promise<string | undefined> {
  const listed = await localContainers(script, generation);
  if (listed === undefined) return undefined;
  const found = listed.find((container) => container.name === name);
  if (found === undefined) return "absent";
  return found.isRunning ? found.state : "stopped";
}

export function containerNames(script: Script): readonly ("drives0" | "compute0" | "frontend0")[] {
  const hasFrontend = Number(script.parameter("frontendCores")) > 0;
  return hasFrontend ? ["drives0", "compute0", "frontend0"] : ["drives0", "compute0"];
}

export async function hasContainers(
  script: Script,
  generation: CliGeneration,
  states: readonly string[],
): Promise<boolean> {
  for (const name of containerNames(script)) {
    const state = await localState(script, generation, name);
    if (state === undefined || !states.includes(state)) return false;
  }
  return true;
}

/** Puts /opt/weka on its volume; only a disk with nothing on it is ever formatted. */
export async function mountVolume(script: Script): Promise<void> {
  const gib = script.parameter("volumeGiB");
  const volume = await script.retryFor(60, 5, () => findVolume(script, Number(gib)));
  if (volume === undefined) return script.die(`no empty EBS disk of ${gib} GiB, or more than one: which is /opt/weka?`);
  if (volume.label === null) await script.must(["mkfs.ext4", "-F", "-L", VOLUME_LABEL, volume.name]);
  if (volume.mountpoint === null) await script.must(["mount", "-t", "ext4", volume.name, "/opt/weka"]);
  else if (volume.mountpoint !== "/opt/weka") script.die(`the volume for /opt/weka is mounted at ${volume.mountpoint}`);
}

interface VolumeFound {
  readonly name: string;
  readonly label: string | null;
  readonly mountpoint: string | null;
}

async function findVolume(script: Script, gib: number): Promise<VolumeFound | undefined> {
  const columns = "NAME,TYPE,MODEL,SIZE,FSTYPE,LABEL,MOUNTPOINT";
  const listed = await script.run(["lsblk", "--json", "--bytes", "--paths", "--output", columns]);
  if (listed.exitCode !== 0) return undefined;
  const disks = new Fields(readJson(listed.stdout, "lsblk"), "lsblk")
    .list("blockdevices")
    .map((device, index) => new Fields(device, `lsblk[${index}]`))
    .filter((device) => device.text("type") === "disk");
  const ours = disks.filter((device) => device.raw("label") === VOLUME_LABEL);
  const blank = disks.filter(
    (device) =>
      device.has("model") &&
      device.text("model").startsWith("Amazon Elastic Block Store") &&
      !device.has("children") &&
      !device.has("fstype") &&
      !device.has("mountpoint") &&
      device.number("size") === gib * GIB,
  );
  const [found, ...more] = ours.length > 0 ? ours : blank;
  if (found === undefined || more.length > 0) return undefined;
  return {
    name: found.text("name"),
    label: found.has("label") ? found.text("label") : null,
    mountpoint: found.has("mountpoint") ? found.text("mountpoint") : null,
  };
}

/** Core ids for WEKA: none of the first physical core, one thread of each other, in turn over NUMA nodes. */
export async function coreIds(script: Script): Promise<readonly number[]> {
  const printed = await script.must(["lscpu", "--parse=CPU,CORE,NODE"]);
  const rows = printed
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").map(Number));
  const first = rows[0]?.[1];
  const seen = new Set<number>();
  const rank = new Map<number, number>();
  const found: { rank: number; node: number; cpu: number }[] = [];
  for (const [cpu = 0, core = 0, node = 0] of rows) {
    if (core === first || seen.has(core)) continue;
    seen.add(core);
    const place = rank.get(node) ?? 0;
    rank.set(node, place + 1);
    found.push({ rank: place, node, cpu });
  }
  return found.toSorted((a, b) => a.rank - b.rank || a.node - b.node || a.cpu - b.cpu).map(({ cpu }) => cpu);
}

/** Sets up those of the node's containers that are not there yet. */
export async function setUpContainers(
  script: Script,
  options: { generation: CliGeneration; address: string; extra?: readonly string[] },
): Promise<void> {
  const ids = await coreIds(script);
  const nics = lines(script.host.files.get(NICS_FILE) ?? "");
  let first = 0;
  for (const name of containerNames(script)) {
    const { port, cores, role } = containerSetup(script, name);
    const state = await localState(script, options.generation, name);
    if (state === undefined) script.die("local containers cannot be listed");
    if (state === "stopped") await script.must(["weka", "local", "start", name]);
    if (state === "absent") {
      await script.must([
        "weka",
        "local",
        "setup",
        "container",
        "--name",
        name,
        "--base-port",
        String(port),
        "--cores",
        String(cores),
        ...role,
        "--failure-domain",
        options.address.replaceAll(".", "-"),
        "--core-ids",
        ids.slice(first, first + cores).join(","),
        "--management-ips",
        options.address,
        "--dedicate",
        ...nics.slice(first, first + cores).flatMap((nic) => ["--net", nic]),
        ...(options.extra ?? []),
      ]);
    }
    first += cores;
  }
}

function containerSetup(script: Script, name: "drives0" | "compute0" | "frontend0") {
  switch (name) {
    case "drives0": {
      const cores = script.parameter("driveCores");
      return { port: 14_000, cores: Number(cores), role: ["--no-frontends", "--drives-dedicated-cores", cores] };
    }
    case "compute0": {
      const cores = script.parameter("computeCores");
      const memory = ["--memory", script.parameter("computeMemory")];
      return {
        port: 15_000,
        cores: Number(cores),
        role: ["--no-frontends", "--compute-dedicated-cores", cores, ...memory],
      };
    }
    case "frontend0": {
      const cores = script.parameter("frontendCores");
      const role = ["--frontend-dedicated-cores", cores, "--allow-protocols", "true"];
      return { port: 16_000, cores: Number(cores), role };
    }
  }
}

/** The free instance-store disks of this node; undefined when they cannot be listed. */
export async function diskPaths(script: Script): Promise<readonly string[] | undefined> {
  const ask = "wapi machine-query-info --info-types=DISKS -J";
  const printed = await script.run(["weka", "local", "run", "--container", "compute0", "bash", "-ce", ask]);
  if (printed.exitCode !== 0) return undefined;
  return new Fields(readJson(printed.stdout, "machine-query-info"), "machine-query-info")
    .list("disks")
    .map((disk, index) => new Fields(disk, `machine-query-info[${index}]`))
    .filter(
      (disk) =>
        disk.text("type") === "DISK" &&
        !disk.boolean("isRotational") &&
        !disk.boolean("isMounted") &&
        disk.text("model").startsWith("Amazon EC2 NVMe Instance Storage"),
    )
    .map((disk) => disk.text("devPath"));
}

export function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** What it says; undefined when WEKA printed a shape that nobody knows, where a script's jq would fail. */
export function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof HookResultError) return undefined;
    throw error;
  }
}
