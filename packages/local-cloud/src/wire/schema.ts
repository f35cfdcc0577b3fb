import { NormalizedSchema } from "@smithy/core/schema";

export { NormalizedSchema } from "@smithy/core/schema";

/** The registry keeps schemas as `unknown`, because the SDK's tuple types say less than `NormalizedSchema` does. */
export function schemaOf(schema: unknown): NormalizedSchema {
  return NormalizedSchema.of(schema as never);
}

/** A structure that no SDK models: an envelope around, or a part of, one that it does. */
export function structureOf(name: string, members: readonly (readonly [string, unknown])[]): NormalizedSchema {
  return schemaOf([
    STRUCTURE,
    ENVELOPE_NAMESPACE,
    name,
    NO_TRAITS,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
  ]);
}

/** The members of a structure with their raw schemas, to build another structure of; none for the unit shape. */
export function rawMembers(schema: NormalizedSchema): (readonly [string, unknown])[] {
  if (!schema.isStructSchema()) return [];
  const raw = schema.getSchema();
  if (!Array.isArray(raw)) return [];
  const [names, schemas] = [raw[4] as string[], raw[5] as unknown[]];
  return names.map((name, index) => [name, schemas[index]] as const);
}

// Smithy's own tuple: [kind, namespace, name, traits, member names, member schemas].
const STRUCTURE = 3;
const NO_TRAITS = 0;
const ENVELOPE_NAMESPACE = "muster.wire";

/** Schemas of simple members, as Smithy numbers them. */
export const STRING_SCHEMA = 0;
export const BOOLEAN_SCHEMA = 2;

/** Which text form a timestamp has; `default` is the protocol's own. */
export type TimestampForm = "default" | "date-time" | "http-date" | "epoch-seconds";

export function timestampForm(schema: NormalizedSchema): TimestampForm {
  const kind = schema.getSchema();
  return (typeof kind === "number" ? TIMESTAMP_FORMS.get(kind) : undefined) ?? "default";
}

const TIMESTAMP_FORMS: ReadonlyMap<number, TimestampForm> = new Map([
  [5, "date-time"],
  [6, "http-date"],
  [7, "epoch-seconds"],
]);
