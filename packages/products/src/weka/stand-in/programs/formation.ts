import type { ContainerRecord } from "../../cli/containers.ts";
import type { ClusterTalk } from "./cluster.ts";
import { containerNames } from "./node.ts";
import type { Script } from "./script.ts";

/** Servers that are given their drives at once. */
const AT_ONCE = 16;
const PORTS = { drives0: 14_000, compute0: 15_000, frontend0: 16_000 } as const;

/** The steps of forming a cluster, each of which looks first at what is there. */
export class Formation {
  readonly script: Script;
  readonly #talk: ClusterTalk;
  readonly #members: readonly string[];
  readonly #disks: readonly string[];

  constructor(script: Script, talk: ClusterTalk, options: { members: readonly string[]; disks: readonly string[] }) {
    this.script = script;
    this.#talk = talk;
    this.#members = options.members;
    this.#disks = options.disks;
  }

  /** @returns why WEKA refused; undefined when the cluster was made */
  async create(): Promise<string | undefined> {
    const wanted = this.#members.flatMap((member) => containerNames(this.script).map((name) => ({ member, name })));
    const verb = this.#talk.generation === "six" ? "add" : "create";
    const result = await this.script.run([
      "weka",
      "cluster",
      verb,
      ...wanted.map(({ member, name }) => label(member, name)),
      "--host-ips",
      wanted.map(({ member, name }) => `${member}:${PORTS[name]}`).join(","),
      "--admin-password",
      this.#talk.password,
    ]);
    return result.exitCode === 0 ? undefined : result.stderr;
  }

  async removeStrangers(): Promise<void> {
    const listed = await this.#backends();
    const strangers = listed.filter(({ mode, address }) => mode === "backend" && !this.#members.includes(address));
    if (strangers.length > 0) await this.#retireAll(strangers);
  }

  async addMissing(): Promise<void> {
    const present = new Set((await this.#backends()).map(({ address, name }) => `${address} ${name}`));
    for (const member of this.#members) {
      for (const name of containerNames(this.script)) {
        if (present.has(`${member} ${name}`)) continue;
        const endpoint = `${member}:${PORTS[name]}`;
        const argv = ["weka", "cluster", "container", "add", label(member, name), "--ip", endpoint, "--no-wait"];
        if (!(await this.script.succeeds(argv))) this.script.die(`${name} of ${member} cannot be put into the cluster`);
      }
    }
  }

  async waitForMembers(): Promise<void> {
    if (await this.script.retry(24, 5, () => this.#membersAreUp())) return;
    const down = (await this.#backends()).filter(({ status }) => status === "DOWN");
    if (down.length > 0) await this.#retireAll(down);
    await this.addMissing();
    if (!(await this.script.retry(96, 5, () => this.#membersAreUp()))) this.script.die("containers are not up");
  }

  async completeDrives(): Promise<void> {
    const listed = await this.#backends();
    const counts = await this.#countDrives();
    const ours = new Set(this.#members);
    const lacking = listed.filter(
      ({ id, name, address }) =>
        name === "drives0" && ours.has(address) && (counts.get(id) ?? 0) < Number(this.script.parameter("disks")),
    );
    for (let start = 0; start < lacking.length; start += AT_ONCE) {
      const batch = lacking.slice(start, start + AT_ONCE);
      await Promise.all(batch.map(({ id }) => this.#addDrives(id, counts.get(id) ?? 0)));
    }
  }

  async checkDrives(): Promise<void> {
    const counts = await this.#countDrives();
    const wanted = Number(this.script.parameter("disks"));
    const ours = new Set(this.#members);
    const short = (await this.#backends()).filter(
      ({ id, name, address }) => name === "drives0" && ours.has(address) && (counts.get(id) ?? 0) !== wanted,
    );
    if (short.length === 0) return;
    const list = short.map(({ address, id }) => `${address} has ${counts.get(id) ?? 0}`).join("; ");
    this.script.die(`each server should have ${wanted} drives in the cluster, but: ${list}`);
  }

  async #backends(): Promise<readonly ContainerRecord[]> {
    return (await this.#talk.containers("--backends")) ?? this.script.die("the cluster's containers cannot be listed");
  }

  async #membersAreUp(): Promise<boolean> {
    const listed = await this.#talk.containers("--backends");
    if (listed === undefined) return false;
    const up = new Set(
      listed
        .filter(({ state, status }) => state === "ACTIVE" && status === "UP")
        .map(({ address, name }) => `${address} ${name}`),
    );
    const names = containerNames(this.script);
    return this.#members.every((member) => names.every((name) => up.has(`${member} ${name}`)));
  }

  /** Whether no IO was ever started: not only STARTED counts, but anything that a cluster has only after it. */
  async #nothingIsStored(): Promise<boolean> {
    if (!(await this.#talk.refresh())) return false;
    if (this.#talk.seen.ioStatus === "STARTED" || this.#talk.seen.initStage === "INITIALIZED") return false;
    const filesystems = await this.script.run(["weka", "fs", "-J"]);
    return filesystems.exitCode === 0 && filesystems.stdout.trim() === "[]";
  }

  async #retireAll(containers: readonly ContainerRecord[]): Promise<void> {
    if (!(await this.#nothingIsStored())) return;
    for (const { id } of containers) {
      if (!(await this.#retire(id))) this.script.die(`container ${id} cannot be taken out of the cluster`);
    }
  }

  async #retire(id: number): Promise<boolean> {
    const { script } = this;
    if (!(await this.#nothingIsStored())) script.die("IO has been started while a dead server was being taken out");
    const options = ["--no-wait", "--skip-resource-validation"];
    if (this.#talk.generation === "legacy") options.push("--allow-unavailable");
    await script.run(["weka", "cluster", "container", "deactivate", String(id), ...options]);
    const isInactive = async () =>
      (await this.#talk.containers(String(id)))?.every(
        ({ state, status }) => state === "INACTIVE" && status === "INACTIVE",
      ) === true;
    if (!(await script.retry(30, 2, isInactive))) return false;
    const drives = await this.#talk.drives("--container", String(id));
    if (drives === undefined) return false;
    for (const { uuid } of drives.filter(({ status }) => status !== "INACTIVE")) {
      const argv = ["weka", "cluster", "drive", "deactivate", uuid, "--skip-resource-validation", "--force"];
      if (!(await script.succeeds(argv))) return false;
    }
    for (const { uuid } of drives) {
      if (!(await script.succeeds(["weka", "cluster", "drive", "remove", uuid, "--force"]))) return false;
    }
    if (!(await script.succeeds(["weka", "cluster", "container", "remove", String(id), "--no-unimprint"])))
      return false;
    return script.retry(30, 2, async () => (await this.#talk.containers(String(id)))?.length === 0);
  }

  async #countDrives(): Promise<ReadonlyMap<number, number>> {
    const listed = (await this.#talk.drives()) ?? this.script.die("the cluster's drives cannot be listed");
    const counts = new Map<number, number>();
    for (const { container } of listed) {
      if (container !== undefined) counts.set(container, (counts.get(container) ?? 0) + 1);
    }
    return counts;
  }

  async #addDrives(id: number, has: number): Promise<void> {
    if (has === 0 && (await this.script.succeeds(["weka", "cluster", "drive", "add", String(id), ...this.#disks])))
      return;
    for (const path of this.#disks) {
      const { exitCode, stderr } = await this.script.run(["weka", "cluster", "drive", "add", String(id), path]);
      if (exitCode !== 0 && !/Device is already in use|already exist/.test(stderr)) return;
    }
  }
}

function label(member: string, container: string): string {
  return `ip-${member.replaceAll(".", "-")}-${container}`;
}
