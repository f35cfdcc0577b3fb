/** Counts what the code under test asks of AWS; the bench and `--json` report it. */
export class Meter {
  readonly #calls = new Map<string, number>();

  /** `by` is who called: `functions`, `machines`, `nodes` or `user`. */
  count(by: string, service: string, operation: string): void {
    const key = `${by} ${service} ${operation}`;
    this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1);
  }

  /** Every count, sorted by caller, service and operation. */
  rows(): { by: string; service: string; operation: string; calls: number }[] {
    return [...this.#calls.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, calls]) => {
        const [by = "", service = "", operation = ""] = key.split(" ");
        return { by, service, operation, calls };
      });
  }
}
