import type { RecordedResource, Recording } from "../synth/recording.ts";

/** A mistake that somebody may make, put into a recording, and what has to be said of it. */
export interface Planted {
  readonly mistake: string;
  /** Name of the check that finds it. */
  readonly check: string;
  readonly plant: (recording: Recording) => Recording;
  readonly said: string;
}

/** Changes the inputs of one resource. */
export function changeInputs(
  name: string,
  change: (inputs: RecordedResource["inputs"]) => RecordedResource["inputs"],
): Planted["plant"] {
  return (recording) => ({
    ...recording,
    resources: changed(recording, name, (resource) => [{ ...resource, inputs: change(resource.inputs) }]),
  });
}

/** Changes the inputs' JSON; that within an input's own text is meant as well. */
export function changeText(name: string, from: RegExp, to: string): Planted["plant"] {
  const change = (text: string): string => text.replace(from, to);
  const changeIn = (value: unknown): unknown => {
    if (typeof value === "string") return change(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(changeIn);
    const own = change(JSON.stringify(value));
    const members = JSON.parse(own) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, changeIn(member)]));
  };
  return changeInputs(name, (inputs) => changeIn(inputs) as RecordedResource["inputs"]);
}

/** Makes of one resource another kind of thing. */
export function ofType(name: string, type: string): Planted["plant"] {
  return (recording) => ({ ...recording, resources: changed(recording, name, (resource) => [{ ...resource, type }]) });
}

/** Takes one resource away. */
export function without(name: string): Planted["plant"] {
  return (recording) => ({ ...recording, resources: changed(recording, name, () => []) });
}

/** Makes one resource more, like another one. */
export function another(name: string, inputs: RecordedResource["inputs"]): Planted["plant"] {
  return (recording) => ({
    ...recording,
    resources: changed(recording, name, (resource) => [
      resource,
      { ...resource, name: `${name}2`, urn: `${resource.urn}2`, inputs: { ...resource.inputs, ...inputs } },
    ]),
  });
}

/** A value in the place that a path such as `target.arn` names, also within a text of JSON; undefined takes it away. */
export function put(into: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof into === "string") return JSON.stringify(put(JSON.parse(into), [key, ...rest], value));
  if (Array.isArray(into)) return into.map((item, i) => (String(i) === key ? put(item, rest, value) : item));
  const members: Record<string, unknown> = { ...(into as object) };
  return { ...members, [key]: put(members[key], rest, value) };
}

/** @throws {Error} when there is no such resource: then nothing would be planted */
function changed(
  { resources }: Recording,
  name: string,
  change: (resource: RecordedResource) => readonly RecordedResource[],
): readonly RecordedResource[] {
  if (!resources.some((resource) => resource.name === name && resource.isCustom))
    throw new Error(`there is no ${name}`);
  return resources.flatMap((resource) => (resource.name === name && resource.isCustom ? change(resource) : [resource]));
}
