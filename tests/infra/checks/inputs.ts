import type { Manifest } from "@muster/manifest";
import { differences } from "../expected/differences.ts";
import type { Expectation } from "../expected/expectation.ts";
import { expectations, madeBySst } from "../expected/index.ts";
import { madeResources, ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";

/** What the manifest has is made, once, with exactly the inputs that follow from it; and nothing else is made. */
export const checkInputs: Check = (recording, manifest) => [
  ...expectations.flatMap((expectation) => compare(expectation, recording, manifest)),
  ...madeResources(recording)
    .filter(({ type }) => !expectedTypes.has(type) && !(type in madeBySst))
    .map(({ type, name }) => `${type} ${name} is made, and the manifest has none of its type`),
];

const expectedTypes: ReadonlySet<string> = new Set(expectations.map(({ type }) => type));

function compare({ type, keyOf = byName, expected }: Expectation, recording: Recording, manifest: Manifest): string[] {
  const wanted = new Map(Object.entries(expected(manifest)));
  const made = Map.groupBy(ofType(recording, type), keyOf);
  return [
    ...[...wanted.keys()]
      .filter((key) => !made.has(key))
      .map((key) => `${type} ${key} is in the manifest, and not made`),
    ...[...made].flatMap(([key, resources]) => {
      const inputs = wanted.get(key);
      if (inputs === undefined)
        return resources.map(({ name }) => `${type} ${key} (${name}) is made, and not in the manifest`);
      if (resources.length > 1) return [`${type} ${key} is made ${resources.length} times`];
      return resources.flatMap((resource) =>
        differences(resource.inputs, inputs).map((difference) => `${type} ${key} (${resource.name}): ${difference}`),
      );
    }),
  ];
}

function byName({ inputs }: RecordedResource): string {
  return textOf(inputs, "name");
}
