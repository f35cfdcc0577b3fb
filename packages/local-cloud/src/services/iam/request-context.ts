/** The values of condition keys in one request. Key names are not case-sensitive in IAM. */
export class RequestContext {
  readonly #values = new Map<string, string | readonly string[]>();

  constructor(...layers: readonly Readonly<Record<string, string | readonly string[] | undefined>>[]) {
    for (const layer of layers) {
      for (const [key, value] of Object.entries(layer)) {
        if (value !== undefined) this.#values.set(key.toLowerCase(), value);
      }
    }
  }

  /** A list for a multivalued key; undefined when the request does not carry the key. */
  get(key: string): string | readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }
}
