import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { put } from "./plant.ts";

/** A resource with one input changed, taken away or added. */
export interface Spoiled {
  /** Path of the input, such as `target.arn`. */
  readonly path: string;
  readonly resource: RecordedResource;
}

/**
 * Recordings in which every resource of these types is spoiled in one way, until each was spoiled in every way that there
 * is: so many at once, since a recording is compared as a whole.
 */
export function* everyInputSpoiled(recording: Recording, types: readonly string[]): Iterable<readonly Spoiled[]> {
  const ways = types.flatMap((type) => ofType(recording, type)).map(spoil);
  for (let round = 0; ways.some((all) => round < all.length); round++) {
    yield ways.flatMap((all) => all[round] ?? []);
  }
}

/** What a changed text ends with, and what is added. */
const MARK = "~";

function spoil(resource: RecordedResource): readonly Spoiled[] {
  const changed = (path: readonly string[], value: unknown): Spoiled => ({
    path: path.join("."),
    resource: { ...resource, inputs: put(resource.inputs, path, value) as RecordedResource["inputs"] },
  });
  return placesIn(resource.inputs).flatMap(({ path, value }) => {
    const members = membersOf(value);
    if (members === undefined) return [changed(path, other(value)), changed(path, undefined)];
    return [Array.isArray(members) ? changed(path, [...members, MARK]) : changed([...path, "unheardOf"], MARK)];
  });
}

function placesIn(value: unknown, path: readonly string[] = []): { path: readonly string[]; value: unknown }[] {
  const members = Object.entries(membersOf(value) ?? {});
  return [{ path, value }, ...members.flatMap(([key, member]) => placesIn(member, [...path, key]))];
}

/** Also of a text that is JSON; undefined for a plain value. */
function membersOf(value: unknown): object | undefined {
  if (typeof value === "string" && /^\s*\{\s*"/.test(value)) return membersOf(JSON.parse(value));
  return typeof value === "object" && value !== null ? value : undefined;
}

function other(value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return value + 1;
    case "boolean":
      return !value;
    default:
      return `${String(value)}${MARK}`;
  }
}
