import { AwsError } from "../../kernel/aws-error.ts";
import { type NormalizedSchema } from "../schema.ts";
import { scalarFromText } from "../text-scalar.ts";
import { numberedChildren, type ParameterNode } from "./query-parameters.ts";

/** The two query protocols name lists and members differently. */
export type QueryDialect = "ec2" | "aws";

/**
 * Reads parameters by a schema, and marks each one that it read as known.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html
 * @returns undefined when nothing was given
 * @throws {AwsError} for a value that does not fit
 */
export function readParameters(schema: NormalizedSchema, node: ParameterNode, dialect: QueryDialect): unknown {
  if (schema.isUnitSchema()) return undefined;
  if (schema.isStructSchema()) return readStructure(schema, node, dialect);
  if (schema.isListSchema()) return readList(schema, node, dialect);
  if (schema.isMapSchema()) return readMap(schema, node, dialect);
  node.known = true;
  if (node.value === undefined) return undefined;
  const value = scalarFromText(schema, node.value, "date-time");
  if (value === undefined) throw misfit(schema, node, dialect);
  return value;
}

function readStructure(schema: NormalizedSchema, node: ParameterNode, dialect: QueryDialect): unknown {
  if (node.children.size === 0) return undefined;
  const structure: Record<string, unknown> = {};
  let empty = true;
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(memberKey(name, member, dialect));
    const value = child === undefined ? undefined : readParameters(member, child, dialect);
    if (value === undefined) continue;
    structure[name] = value;
    empty = false;
  }
  return empty ? undefined : structure;
}

function readList(schema: NormalizedSchema, node: ParameterNode, dialect: QueryDialect): unknown {
  if (isEmptyCollection(node)) return [];
  const item = schema.getValueSchema();
  const flat = dialect === "ec2" || schema.getMergedTraits().xmlFlattened !== undefined;
  const source = flat ? node : node.children.get(item.getMergedTraits().xmlName ?? "member");
  if (source === undefined) return undefined;
  return numberedChildren(source)
    .map((child) => readParameters(item, child, dialect))
    .filter((value) => value !== undefined);
}

function readMap(schema: NormalizedSchema, node: ParameterNode, dialect: QueryDialect): unknown {
  if (isEmptyCollection(node)) return {};
  const flat = schema.getMergedTraits().xmlFlattened !== undefined;
  const source = flat ? node : node.children.get("entry");
  if (source === undefined) return undefined;
  const [keys, values] = [schema.getKeySchema(), schema.getValueSchema()];
  const entries = numberedChildren(source).map((entry) => {
    const key = entry.children.get(keys.getMergedTraits().xmlName ?? "key");
    const value = entry.children.get(values.getMergedTraits().xmlName ?? "value");
    if (key?.value === undefined || value === undefined) throw misfit(schema, entry, dialect);
    key.known = true;
    return [key.value, readParameters(values, value, dialect)] as const;
  });
  return Object.fromEntries(entries);
}

/** An empty list or map is written as a key without a value. */
function isEmptyCollection(node: ParameterNode): boolean {
  if (node.value !== "" || node.children.size > 0) return false;
  node.known = true;
  return true;
}

function memberKey(name: string, member: NormalizedSchema, dialect: QueryDialect): string {
  const traits = member.getMergedTraits();
  const key = traits.xmlName ?? name;
  if (dialect === "aws") return key;
  const ownName: unknown = traits["ec2QueryName"];
  if (typeof ownName === "string") return ownName;
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function misfit(schema: NormalizedSchema, node: ParameterNode, dialect: QueryDialect): AwsError {
  const kind = schema.isBooleanSchema()
    ? "boolean"
    : schema.isNumericSchema()
      ? "number"
      : schema.isTimestampSchema()
        ? "timestamp"
        : schema.isBlobSchema()
          ? "base64"
          : "structure";
  const code = dialect === "ec2" ? "InvalidParameterValue" : "MalformedInput";
  return new AwsError(
    code,
    `Value (${node.value ?? ""}) for parameter ${node.key} is invalid. It is not a valid ${kind}.`,
  );
}
