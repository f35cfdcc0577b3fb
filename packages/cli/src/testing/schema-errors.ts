export type Schema = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a value by a JSON Schema (2020-12), each as `path: keyword`: enough of a validator for the schema that
 * Muster publishes. A keyword that it does not know throws, so that none is passed over.
 */
export function schemaErrors(schema: Schema, value: unknown, path = ""): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the test's validator does not know ${keyword}`);
    return check({ rule, value, path, keyword, schema });
  });
}

/** A schema, and every schema in it. */
export function subschemas(schema: Schema): Schema[] {
  const inside = Object.entries(schema).flatMap(([keyword, rule]) => {
    if (keyword === "properties") return Object.values(rule as Record<string, Schema>);
    if (["anyOf", "allOf"].includes(keyword)) return rule as Schema[];
    return ["items", "additionalProperties", "propertyNames"].includes(keyword) && isObject(rule) ? [rule] : [];
  });
  return [schema, ...inside.flatMap(subschemas)];
}

const ANNOTATIONS = new Set(["$schema", "$id", "title", "description", "default", "then"]);

interface Check {
  readonly rule: unknown;
  readonly value: unknown;
  readonly path: string;
  readonly keyword: string;
  readonly schema: Schema;
}

/** A keyword that speaks of values of one kind only, as all of JSON Schema's do. */
function of<V>(isKind: (value: unknown) => value is V, holds: (value: V, rule: never) => boolean) {
  return ({ rule, value, path, keyword }: Check) =>
    isKind(value) && !holds(value, rule as never) ? [`${path}: ${keyword}`] : [];
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isString = (value: unknown): value is string => typeof value === "string";
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isAnything = (value: unknown): value is unknown => value !== undefined;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isString,
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  array: isList,
  object: isObject,
};

const KEYWORDS: Readonly<Record<string, (check: Check) => string[]>> = {
  type: of(isAnything, (value, rule: string) => TYPES[rule]?.(value) === true),
  const: of(isAnything, (value, rule: unknown) => value === rule),
  enum: of(isAnything, (value, rule: unknown[]) => rule.includes(value)),
  minimum: of(isNumber, (value, rule: number) => value >= rule),
  maximum: of(isNumber, (value, rule: number) => value <= rule),
  minLength: of(isString, (value, rule: number) => value.length >= rule),
  maxLength: of(isString, (value, rule: number) => value.length <= rule),
  pattern: of(isString, (value, rule: string) => new RegExp(rule, "u").test(value)),
  minItems: of(isList, (value, rule: number) => value.length >= rule),
  maxItems: of(isList, (value, rule: number) => value.length <= rule),
  maxProperties: of(isObject, (value, rule: number) => Object.keys(value).length <= rule),
  propertyNames: of(isObject, (value, rule: Schema) =>
    Object.keys(value).every((name) => schemaErrors(rule, name).length === 0),
  ),
  anyOf: of(isAnything, (value, rule: Schema[]) => rule.some((schema) => schemaErrors(schema, value).length === 0)),
  allOf: ({ rule, value, path }) => (rule as Schema[]).flatMap((schema) => schemaErrors(schema, value, path)),
  if: ({ rule, value, path, schema }) =>
    schemaErrors(rule as Schema, value).length === 0 ? schemaErrors(schema["then"] as Schema, value, path) : [],
  items: ({ rule, value, path }) =>
    isList(value) ? value.flatMap((item, i) => schemaErrors(rule as Schema, item, join(path, `${i}`))) : [],
  required: ({ rule, value, path }) =>
    isObject(value)
      ? (rule as string[]).filter((name) => !(name in value)).map((name) => `${path}: required ${name}`)
      : [],
  properties: ({ rule, value, path }) =>
    isObject(value)
      ? Object.entries(rule as Record<string, Schema>).flatMap(([name, schema]) =>
          name in value ? schemaErrors(schema, value[name], join(path, name)) : [],
        )
      : [],
  additionalProperties: ({ rule, value, path, keyword, schema }) => {
    const known = Object.keys(schema["properties"] ?? {});
    const others = isObject(value) ? Object.entries(value).filter(([name]) => !known.includes(name)) : [];
    return others.flatMap(([name, other]) =>
      rule === false ? [`${join(path, name)}: ${keyword}`] : schemaErrors(rule as Schema, other, join(path, name)),
    );
  },
};

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
