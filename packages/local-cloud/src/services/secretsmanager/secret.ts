import { invalidRequest, tokenInUse, valueNotFound } from "./errors.ts";
import type { SecretValue } from "./secret-value.ts";

export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAt: number;
  readonly stages: Set<string>;
}

/** Why and when a secret ends: until then it can be restored, unless it was forced. */
export interface Deletion {
  readonly deletedAt: number;
  readonly goneAt: number;
  readonly isForced: boolean;
}

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/** One secret with its versions, told apart by staging labels. */
export class Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  description: string | undefined;
  changedAt: number;
  /** The day of the last read, as AWS keeps it. */
  accessedAt: number | undefined;
  deletion: Deletion | undefined;
  readonly #versions = new Map<string, SecretVersion>();

  constructor(options: {
    name: string;
    arn: string;
    now: number;
    description: string | undefined;
    tags: Map<string, string>;
  }) {
    this.name = options.name;
    this.arn = options.arn;
    this.createdAt = options.now;
    this.changedAt = options.now;
    this.description = options.description;
    this.tags = options.tags;
  }

  /** The versions that carry a label; those without one are deprecated and not shown. */
  stages(): Record<string, string[]> {
    const labelled = [...this.#versions.values()].filter(({ stages }) => stages.size > 0);
    return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
  }

  /**
   * Adds a version under a token, or finds it there from an earlier, equal request.
   * @throws {AwsError} ResourceExistsException when the token stands for another value
   */
  put(version: { id: string; value: SecretValue; stages: readonly string[]; now: number }): SecretVersion {
    const known = this.#versions.get(version.id);
    if (known !== undefined) {
      if (known.value.equals(version.value)) return known;
      throw tokenInUse(version.id, this.arn);
    }
    const added: SecretVersion = { id: version.id, value: version.value, createdAt: version.now, stages: new Set() };
    this.#versions.set(version.id, added);
    this.changedAt = version.now;
    for (const stage of version.stages) this.#move(stage, added);
    return added;
  }

  hasVersions(): boolean {
    return this.#versions.size > 0;
  }

  version(id: string): SecretVersion | undefined {
    return this.#versions.get(id);
  }

  /**
   * The version that an id, a label or neither (the current one) names.
   * @throws {AwsError} ResourceNotFoundException, InvalidRequestException when id and label do not belong together
   */
  find(id: string | undefined, stage: string | undefined): SecretVersion {
    const byId = id === undefined ? undefined : this.#versions.get(id);
    if (id !== undefined && byId === undefined) throw valueNotFound(`VersionId: ${id}`);
    if (byId !== undefined) {
      if (stage === undefined || byId.stages.has(stage)) return byId;
      throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
    }
    const label = stage ?? CURRENT;
    const found = this.#labelled(label);
    if (found === undefined) throw valueNotFound(`staging label: ${label}`);
    return found;
  }

  // A label is on one version at a time. What loses AWSCURRENT becomes AWSPREVIOUS.
  #move(stage: string, to: SecretVersion): void {
    const from = this.#labelled(stage);
    from?.stages.delete(stage);
    to.stages.add(stage);
    if (stage === CURRENT && from !== undefined) this.#move(PREVIOUS, from);
  }

  #labelled(stage: string): SecretVersion | undefined {
    return [...this.#versions.values()].find(({ stages }) => stages.has(stage));
  }
}
