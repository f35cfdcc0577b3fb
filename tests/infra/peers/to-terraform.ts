import { join } from "node:path";
import { madeResources, type RecordedResource, type Recording } from "../synth/recording.ts";
import type { Block, ProviderSchema } from "./terraform-schema.ts";

/** Resources of a recording as Terraform has them: type -> name -> arguments. */
export interface Translation {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly problems: readonly string[];
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Pulumi's AWS provider is Terraform's, with names in camel case and lists in the plural. What a resource depends on is
 * referred to in the place of the recorded value, so that Terraform finds the order by itself.
 */
export function toTerraform(recording: Recording, schema: ProviderSchema, work: string): Translation {
  const problems: string[] = [];
  const translated = new Map<string, Translated>();
  // A function's code comes as an archive that SST has put into a bucket; it is local here.
  const archives = (name: string) => join(work, "artifacts", name.replace(/Code$/, ""), "code.zip");
  for (const resource of madeResources(recording).filter(({ type }) => type.startsWith("aws:"))) {
    const type = terraformType(resource.type);
    const block = schema.resources[type]?.block;
    if (block === undefined) problems.push(`Terraform has no ${type} for ${resource.type}`);
    else translated.set(resource.urn, { resource, type, address: `${type}.${resource.name}`, block });
  }
  const out: Record<string, Record<string, Arguments>> = {};
  for (const one of translated.values()) {
    const needed = one.resource.dependsOn.flatMap((urn) => translated.get(urn) ?? []);
    const write = writer(needed);
    const inputs = prepare(one, schema, archives);
    const depends_on = needed.map(({ address }) => address);
    (out[one.type] ??= {})[one.resource.name] = {
      ...argumentsOf(inputs, one.block, { at: one.address, write, problems }),
      ...(depends_on.length === 0 ? {} : { depends_on }),
    };
  }
  return { resource: out, problems };
}

interface Translated {
  readonly resource: RecordedResource;
  readonly type: string;
  readonly address: string;
  readonly block: Block;
}

/** `aws:dynamodb/table:Table` -> `aws_dynamodb_table` */
function terraformType(type: string): string {
  const [, module = "", name = ""] = /^aws:([^/]+)\/([^:]+):/.exec(type) ?? [];
  return type === "aws:s3/bucketObjectv2:BucketObjectv2" ? "aws_s3_object" : `aws_${module}_${snake(name)}`;
}

/** Arguments that Pulumi has given other names. */
const RENAMED: Readonly<Record<string, string>> = {
  "aws_lambda_function.name": "function_name",
  "aws_lambda_permission.function": "function_name",
  "aws_cloudwatch_metric_alarm.name": "alarm_name",
};

/** What this provider does not know yet, and is told as what it knows. Each is checked on the recording itself. */
function prepare(
  { resource, type }: Translated,
  { version }: ProviderSchema,
  archive: (name: string) => string,
): Arguments {
  const { inputs, name } = resource;
  if (type === "aws_s3_object") return { bucket: inputs["bucket"], key: inputs["key"], source: archive(name) };
  // Pulumi's provider 7 is Terraform's 6, which brought nodejs24.x.
  if (type === "aws_lambda_function" && Number(version.split(".")[0]) < 6) return { ...inputs, runtime: "nodejs22.x" };
  return inputs;
}

interface Writing {
  /** Address of the resource or block. */
  readonly at: string;
  readonly write: (text: string) => string;
  readonly problems: string[];
}

function argumentsOf(inputs: Arguments, block: Block, writing: Writing): Arguments {
  const entries = Object.entries(inputs).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined || value === null || key === "__defaults") return [];
    const names = [RENAMED[`${writing.at.split(".")[0]}.${key}`], ...singulars(snake(key))];
    const name = names.find((n) => n !== undefined && (block.attributes?.[n] ?? block.block_types?.[n]) !== undefined);
    if (name === undefined) {
      writing.problems.push(`${writing.at} has no argument ${key}`);
      return [];
    }
    const nested = block.block_types?.[name]?.block;
    if (nested === undefined) return [[name, written(value, writing.write)]];
    const blocks = (Array.isArray(value) ? value : [value]) as readonly Arguments[];
    return [[name, blocks.map((one) => argumentsOf(one, nested, { ...writing, at: `${writing.at}.${name}` }))]];
  });
  return Object.fromEntries(entries);
}

function written(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === "string") return write(value);
  if (Array.isArray(value)) return value.map((one) => written(one, write));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one, write)]));
}

/** Replaces what AWS would say of the resources that are needed by references to them. */
function writer(needed: readonly Translated[]): (text: string) => string {
  const references = needed
    .flatMap(({ resource, address, block }) => [
      ...Object.entries(resource.state)
        .filter(([key]) => !(key in resource.inputs) && block.attributes?.[snake(key)]?.computed === true)
        .map(([key, value]) => ({ value, reference: `\${${address}.${snake(key)}}` })),
      { value: resource.id, reference: `\${${address}.id}` },
    ])
    .filter((one): one is { value: string; reference: string } => typeof one.value === "string" && one.value !== "")
    .toSorted((a, b) => b.value.length - a.value.length);
  return (text) => {
    const escaped = text.replaceAll(/[$%](?=\{)/g, "$&$&");
    const whole = references.find(({ value }) => value === escaped);
    if (whole !== undefined) return whole.reference;
    // Within a text only what is unlike anything else, such as an ARN.
    const parts = references.filter(({ value }) => value.length >= 12);
    return parts
      .reduce(
        (pieces, { value, reference }) =>
          pieces.flatMap((piece) => (piece.isReference ? [piece] : split(piece.text, value, reference))),
        [{ text: escaped, isReference: false }],
      )
      .map(({ text: piece }) => piece)
      .join("");
  };
}

function split(text: string, value: string, reference: string): { text: string; isReference: boolean }[] {
  return text
    .split(value)
    .flatMap((piece, i) => [
      ...(i === 0 ? [] : [{ text: reference, isReference: true }]),
      { text: piece, isReference: false },
    ]);
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `inline_policies` -> `inline_policy`; the word itself comes first. */
function singulars(word: string): string[] {
  return [word, word.replace(/ies$/, "y"), word.replace(/xes$/, "x"), word.replace(/s$/, "")];
}
