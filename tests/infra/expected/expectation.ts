import type { Manifest } from "@muster/manifest";
import { logicalName } from "../../../infra/names.ts";
import type { RecordedResource } from "../synth/recording.ts";

/** What every resource of one type is to be given: all of it, so that an input that is not here is a mistake. */
export interface Expectation {
  readonly type: string;
  /** Tells resources of the type apart: their name in AWS, unless told otherwise. */
  readonly keyOf?: (resource: RecordedResource) => string;
  readonly expected: (manifest: Manifest) => Readonly<Record<string, Inputs>>;
}

/** An input is a value, a {@link JsonText}, or a pattern where its maker adds a digest; one that is undefined is absent. */
export type Inputs = Readonly<Record<string, unknown>>;

/** A text that AWS reads as JSON: its meaning counts, and not its blanks or the order of its members. */
export class JsonText {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Name within the app of what the manifest calls `muster-<stage>-<name>`. */
export function logicalOf({ place }: Manifest, name: string): string {
  return logicalName(name.replace(/^muster-/, "").replace(`${place.stage}-`, ""));
}

/** For types whose resources have no name in AWS: their name within the app. */
export const byLogicalName = ({ name }: RecordedResource): string => name;

/** For types whose resources are named by one of their inputs. */
export function byInput(input: string): (resource: RecordedResource) => string {
  return ({ inputs }) => String(inputs[input]);
}

/** One record for each of `all`, by its key. */
export function each<T>(
  all: readonly T[],
  key: (one: T) => string,
  inputs: (one: T) => Inputs,
): Readonly<Record<string, Inputs>> {
  return Object.fromEntries(all.map((one) => [key(one), inputs(one)]));
}

/** @throws {Error} when the manifest does not have what it names */
export function required<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the manifest names ${name}, and does not have it`);
  return found;
}
