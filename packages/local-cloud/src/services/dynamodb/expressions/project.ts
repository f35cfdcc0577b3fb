import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";
import type { DocumentPath } from "./document-path.ts";

/** The parts of an item at those paths, in their documents; list elements move together. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const projected: [string, AttributeValue][] = [];
  for (const [name, rest] of groupByStep(paths)) {
    const value = typeof name === "string" ? attributeOf(item, name) : undefined;
    const part = value === undefined ? undefined : partOf(value, rest);
    if (typeof name === "string" && part !== undefined) projected.push([name, part]);
  }
  return Object.fromEntries(projected);
}

/** What the paths, which begin at this value, show of it; undefined when none leads anywhere. */
function partOf(value: AttributeValue, paths: readonly DocumentPath[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const groups = groupByStep(paths);
  if (value.M !== undefined) {
    const members = project(value.M, paths);
    return Object.keys(members).length === 0 ? undefined : { M: members };
  }
  if (value.L === undefined) return undefined;
  const elements: AttributeValue[] = [];
  for (const [index, element] of value.L.entries()) {
    const rest = groups.get(index);
    const part = rest === undefined ? undefined : partOf(element, rest);
    if (part !== undefined) elements.push(part);
  }
  return elements.length === 0 ? undefined : { L: elements };
}

function groupByStep(paths: readonly DocumentPath[]): Map<string | number, DocumentPath[]> {
  const groups = new Map<string | number, DocumentPath[]>();
  for (const [step, ...rest] of paths) {
    if (step === undefined) continue;
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [rest]);
    else group.push(rest);
  }
  return groups;
}
