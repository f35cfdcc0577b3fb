/** A tagged resource: its type as `ResourceType` names it, and its tags. */
interface TaggedResource {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly tags: ReadonlyMap<string, string>;
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();

/** The tags of all resources, and the way back from a tag to the resources that carry it. */
export class TagIndex {
  readonly #resources = new Map<string, { resourceType: string; tags: Map<string, string> }>();
  readonly #byTag = new Map<string, Map<string, Set<string>>>();

  /** Tags of a resource; none when it is unknown. */
  of(resourceId: string): ReadonlyMap<string, string> {
    return this.#resources.get(resourceId)?.tags ?? NO_TAGS;
  }

  /** A new resource, with the tags it is born with. */
  add(resourceId: string, resourceType: string, tags: ReadonlyMap<string, string>): void {
    this.#resources.set(resourceId, { resourceType, tags: new Map(tags) });
    for (const [key, value] of tags) this.#carriers(key, value).add(resourceId);
  }

  has(resourceId: string): boolean {
    return this.#resources.has(resourceId);
  }

  set(resourceId: string, key: string, value: string): void {
    const resource = this.#resources.get(resourceId);
    if (resource === undefined) return;
    this.unset(resourceId, key);
    resource.tags.set(key, value);
    this.#carriers(key, value).add(resourceId);
  }

  unset(resourceId: string, key: string): void {
    const resource = this.#resources.get(resourceId);
    const old = resource?.tags.get(key);
    if (resource === undefined || old === undefined) return;
    resource.tags.delete(key);
    this.#byTag.get(key)?.get(old)?.delete(resourceId);
  }

  /** The resource is gone, and its tags with it. */
  remove(resourceId: string): void {
    const resource = this.#resources.get(resourceId);
    if (resource === undefined) return;
    for (const [key, value] of resource.tags) this.#byTag.get(key)?.get(value)?.delete(resourceId);
    this.#resources.delete(resourceId);
  }

  /** Ids of resources that carry the key, with one of these values if any are given. */
  carriers(key: string, values?: readonly string[]): readonly string[] {
    const byValue = this.#byTag.get(key);
    if (byValue === undefined) return [];
    if (values === undefined) return [...byValue.values()].flatMap((ids) => [...ids]);
    return [...new Set(values)].flatMap((value) => [...(byValue.get(value) ?? [])]);
  }

  /** Everything that carries at least one tag, in the order in which it was made. */
  *all(): Generator<TaggedResource> {
    for (const [resourceId, { resourceType, tags }] of this.#resources) yield { resourceId, resourceType, tags };
  }

  #carriers(key: string, value: string): Set<string> {
    let byValue = this.#byTag.get(key);
    if (byValue === undefined) {
      byValue = new Map();
      this.#byTag.set(key, byValue);
    }
    let ids = byValue.get(value);
    if (ids === undefined) {
      ids = new Set();
      byValue.set(value, ids);
    }
    return ids;
  }
}
