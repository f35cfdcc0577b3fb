import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedList } from "./sorted-list.ts";

const byValue = (a: number, b: number): number => a - b;

describe("a sorted list", () => {
  it("holds what was inserted and not removed, in order, from anywhere in both directions", () => {
    const change = fc.record({ remove: fc.boolean(), entry: fc.integer({ min: 0, max: 3000 }) });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 3000, size: "max" }),
        fc.integer({ min: -1, max: 3001 }),
        (changes, bound) => {
          const list = new SortedList<number>(byValue);
          const model = new Set<number>();
          for (const { remove, entry } of changes) {
            if (remove) {
              list.remove(entry);
              model.delete(entry);
            } else if (!model.has(entry)) {
              list.insert(entry);
              model.add(entry);
            }
          }
          const sorted = [...model].toSorted(byValue);
          expect([...list.from((entry) => entry < bound)]).toEqual(sorted.filter((entry) => entry >= bound));
          expect([...list.backFrom((entry) => entry < bound)]).toEqual(
            sorted.filter((entry) => entry < bound).toReversed(),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it("finds its place among many thousands of entries", () => {
    const list = new SortedList<number>(byValue);
    const entries = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_000);
    for (const entry of entries) list.insert(entry);
    for (let entry = 0; entry < 20_000; entry += 2) list.remove(entry);
    const odd = entries.filter((entry) => entry % 2 === 1).toSorted(byValue);
    expect([...list.from(() => false)]).toEqual(odd);
  });
});
