import { parseContainers, type ContainerRecord } from "../../cli/containers.ts";
import { parseDrives, type DriveRecord } from "../../cli/drives.ts";
import { parseStatus, type StatusRecord } from "../../cli/status.ts";
import type { CliGeneration } from "../../versions.ts";
import { orUndefined } from "./node.ts";
import type { Script } from "./script.ts";

/** The exit code of a refused login. */
const NOT_LOGGED_IN = 41;

/** A cluster as a hook talks to it: the other half of lib.sh. */
export class ClusterTalk {
  readonly generation: CliGeneration;
  /** What the cluster last said; there is one once it was found. */
  status: StatusRecord | undefined;
  readonly #script: Script;
  #refusedAt: string | undefined;

  constructor(script: Script, generation: CliGeneration) {
    this.#script = script;
    this.generation = generation;
  }

  async asAdmin(): Promise<void> {
    const secret = this.#script.parameter("adminSecret");
    const password = await this.#script.secret(secret);
    if (password === undefined) return this.#script.die(`the admin password cannot be read from secret ${secret}`);
    this.#script.exported["WEKA_USERNAME"] = "admin";
    this.#script.exported["WEKA_PASSWORD"] = password;
  }

  get password(): string {
    return this.#script.exported["WEKA_PASSWORD"] ?? "";
  }

  /** The status that was last read. */
  get seen(): StatusRecord {
    return this.status ?? this.#script.die("the cluster was not asked for its status");
  }

  /** The first address at which a cluster answers becomes the one that is talked to. */
  async find(addresses: readonly string[]): Promise<boolean> {
    for (const address of addresses) {
      if (await this.#statusAt(address)) {
        this.#script.exported["WEKA_HOST"] = address;
        return true;
      }
    }
    return false;
  }

  forget(): void {
    delete this.#script.exported["WEKA_HOST"];
  }

  noCluster(sentence: string): never {
    const refused = this.#refusedAt;
    const secret = this.#script.parameter("adminSecret");
    return this.#script.die(
      refused === undefined ? sentence : `${sentence}; ${refused} refuses the admin password of secret ${secret}`,
    );
  }

  async refresh(): Promise<boolean> {
    const printed = await this.#script.run(["weka", "status", "-J"]);
    const read = printed.exitCode === 0 ? orUndefined(() => parseStatus(printed.stdout)) : undefined;
    this.status = read ?? this.status;
    return read !== undefined;
  }

  /** @returns undefined when they cannot be listed */
  async containers(...options: string[]): Promise<readonly ContainerRecord[] | undefined> {
    const printed = await this.#script.run(["weka", "cluster", "container", ...options, "-J"]);
    return printed.exitCode === 0 ? orUndefined(() => parseContainers(printed.stdout, this.generation)) : undefined;
  }

  /** @returns undefined when they cannot be listed */
  async drives(...options: string[]): Promise<readonly DriveRecord[] | undefined> {
    const printed = await this.#script.run(["weka", "cluster", "drive", ...options, "-J"]);
    return printed.exitCode === 0 ? orUndefined(() => parseDrives(printed.stdout, this.generation)) : undefined;
  }

  async #statusAt(address: string): Promise<boolean> {
    const printed = await this.#script.run(["weka", "status", "-J"], { environment: { WEKA_HOST: address } });
    if (printed.exitCode === NOT_LOGGED_IN) this.#refusedAt = address;
    if (printed.exitCode !== 0) return false;
    this.status = orUndefined(() => parseStatus(printed.stdout));
    return this.status !== undefined;
  }
}
