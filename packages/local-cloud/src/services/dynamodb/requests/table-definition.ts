import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  Projection,
  ProvisionedThroughput,
} from "@aws-sdk/client-dynamodb";
import { MAX_INDEXES, MAX_NAME_LENGTH, MAX_PROJECTED_ATTRIBUTES } from "../limits.ts";
import { notImplemented, Refusal } from "../refusal.ts";
import type { Projection as IndexProjection } from "../store/secondary-index.ts";
import { INVALID } from "../values/check-value.ts";
import { atLeast, lengthWithin, oneOf, required, violation, type Violation } from "./constraints.ts";
import { newNameViolation } from "./table-name.ts";

/** What is wrong with attribute definitions by the API's model. */
export function definitionViolations(definitions: readonly AttributeDefinition[] | undefined): readonly Violation[] {
  return (definitions ?? []).flatMap(({ AttributeName: name, AttributeType: type }, index) => {
    const at = `attributeDefinitions.${index + 1}.member`;
    return [
      required(`${at}.attributeName`, name) ?? nameViolation(`${at}.attributeName`, name),
      required(`${at}.attributeType`, type) ?? oneOf(`${at}.attributeType`, type, ["B", "N", "S"]),
    ];
  });
}

export function keySchemaViolations(
  at: string,
  elements: readonly KeySchemaElement[] | undefined,
): readonly Violation[] {
  const tooMany = elements !== undefined && elements.length > 2;
  // Since November 2025 an index may have up to eight key attributes; a table, two.
  if (tooMany && at !== "keySchema") throw notImplemented("an index with more than two key attributes");
  return [
    tooMany ? violation(at, showKeySchema(elements), "Member must have length less than or equal to 2") : undefined,
    elements?.length === 0 ? violation(at, "[]", "Member must have length greater than or equal to 1") : undefined,
    ...(elements ?? []).flatMap(({ AttributeName: name, KeyType: type }, index) => [
      required(`${at}.${index + 1}.member.attributeName`, name) ??
        nameViolation(`${at}.${index + 1}.member.attributeName`, name),
      required(`${at}.${index + 1}.member.keyType`, type) ??
        oneOf(`${at}.${index + 1}.member.keyType`, type, ["HASH", "RANGE"]),
    ]),
  ];
}

/** `at` is where the index stands in the request, such as `globalSecondaryIndexes.1.member`. */
export function indexViolations(at: string, index: GlobalSecondaryIndex): readonly Violation[] {
  refuseIndexOptions(index);
  const { IndexName: name, KeySchema: keys, Projection: projection, ProvisionedThroughput: throughput } = index;
  return [
    newNameViolation(`${at}.indexName`, name),
    required(`${at}.keySchema`, keys),
    ...keySchemaViolations(`${at}.keySchema`, keys),
    required(`${at}.projection`, projection),
    oneOf(`${at}.projection.projectionType`, projection?.ProjectionType, ["ALL", "INCLUDE", "KEYS_ONLY"]),
    projection?.NonKeyAttributes?.length === 0
      ? violation(`${at}.projection.nonKeyAttributes`, "[]", "Member must have length greater than or equal to 1")
      : undefined,
    ...throughputViolations(`${at}.provisionedThroughput`, throughput),
  ];
}

export function throughputViolations(at: string, throughput: ProvisionedThroughput | undefined): readonly Violation[] {
  if (throughput === undefined) return [];
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = throughput;
  return [
    required(`${at}.readCapacityUnits`, read) ?? atLeast(`${at}.readCapacityUnits`, read, 1),
    required(`${at}.writeCapacityUnits`, write) ?? atLeast(`${at}.writeCapacityUnits`, write, 1),
  ];
}

/**
 * Checks that a key schema fits the attribute definitions.
 * @throws {Refusal}
 */
export function checkKeySchema(
  elements: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
  options: { readonly isTable: boolean },
): void {
  const keys = elements.map(({ AttributeName: name }) => name ?? "");
  const defined = definitions.map(({ AttributeName: name }) => name ?? "");
  if (options.isTable && keys.length > defined.length) {
    throw new Refusal("Invalid KeySchema: Some index key attribute have no definition");
  }
  if (keys.some((key) => !defined.includes(key))) {
    throw new Refusal(
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.toSorted().join(", ")}]`,
    );
  }
  if (keys.length === 2 && keys[0] === keys[1]) {
    throw new Refusal("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (elements[0]?.KeyType !== "HASH") {
    throw new Refusal("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (elements.length === 2 && elements[1]?.KeyType !== "RANGE") {
    throw new Refusal("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
}

/**
 * Checks the indexes of a table together: names, number, projections.
 * @throws {Refusal}
 */
export function checkIndexes(
  indexes: readonly GlobalSecondaryIndex[],
  options: { readonly definitions: readonly AttributeDefinition[]; readonly onDemand: boolean },
): void {
  const names = new Set<string>();
  for (const {
    IndexName: name = "",
    KeySchema: keys = [],
    Projection: projection,
    ProvisionedThroughput: throughput,
  } of indexes) {
    checkKeySchema(keys, options.definitions, { isTable: false });
    toProjection(projection ?? {});
    if (options.onDemand && throughput !== undefined) {
      throw new Refusal(
        `${INVALID}ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      );
    }
    if (!options.onDemand && throughput === undefined) {
      throw new Refusal(`${INVALID}ProvisionedThroughput must be specified for index: ${name}`);
    }
    if (names.has(name)) throw new Refusal(`${INVALID}Duplicate index name: ${name}`);
    names.add(name);
  }
  if (indexes.length > MAX_INDEXES) {
    throw new Refusal(`${INVALID}GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_INDEXES}`);
  }
  checkProjectedAttributes(indexes.map(({ Projection: projection }) => projection?.NonKeyAttributes ?? []));
}

/**
 * Attributes that projections name, all indexes together.
 * @throws {Refusal}
 */
export function checkProjectedAttributes(projections: readonly (readonly string[])[]): void {
  const count = projections.reduce((sum, attributes) => sum + attributes.length, 0);
  if (count <= MAX_PROJECTED_ATTRIBUTES) return;
  throw new Refusal(
    `${INVALID}Number of NonKeyAttributes in all indexes (${count}) exceeds the per-table limit of ${MAX_PROJECTED_ATTRIBUTES}`,
  );
}

/** @throws {Refusal} */
export function toProjection({ ProjectionType: type, NonKeyAttributes: attributes }: Projection): IndexProjection {
  if (type !== "INCLUDE" && attributes !== undefined) {
    throw new Refusal(`${INVALID}ProjectionType is ${type ?? "null"}, but NonKeyAttributes is specified`);
  }
  switch (type) {
    case "ALL":
    case "KEYS_ONLY":
      return { type };
    case "INCLUDE":
      if (attributes !== undefined) return { type, attributes };
      throw new Refusal(`${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`);
    case undefined:
      throw new Refusal(`${INVALID}Unknown ProjectionType: null`);
  }
}

/** Attributes that are defined must be keys of something. */
export function checkDefinitionsUsed(
  definitions: readonly AttributeDefinition[],
  schemas: readonly (readonly KeySchemaElement[])[],
): void {
  const used = new Set(schemas.flat().map(({ AttributeName: name }) => name ?? ""));
  const defined = definitions.map(({ AttributeName: name }) => name ?? "");
  if (new Set(defined).size < defined.length) throw new Refusal("Cannot have two attributes with the same name");
  if (defined.every((name) => used.has(name))) return;
  if (schemas.length === 1) {
    throw new Refusal(
      `${INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
  }
  throw new Refusal(
    `${INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.toSorted().join(", ")}], keys used: [${[...used].toSorted().join(", ")}]`,
  );
}

function refuseIndexOptions(index: GlobalSecondaryIndex): void {
  if (index.OnDemandThroughput !== undefined) throw notImplemented("OnDemandThroughput of an index");
  if (index.WarmThroughput !== undefined) throw notImplemented("WarmThroughput of an index");
}

function nameViolation(at: string, name: string | undefined): Violation {
  return lengthWithin(at, name, { least: 1, most: MAX_NAME_LENGTH, shown: name ?? "" });
}

function showKeySchema(elements: readonly KeySchemaElement[]): string {
  const shown = elements.map(
    ({ AttributeName: name, KeyType: type }) => `KeySchemaElement(attributeName=${name}, keyType=${type})`,
  );
  return `[${shown.join(", ")}]`;
}
