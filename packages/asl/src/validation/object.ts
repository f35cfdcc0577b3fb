import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";
import type { FieldRules, QueryLanguage } from "./fields.ts";
import { checkShape } from "./shape.ts";

/** How an object of a definition is checked. */
export interface ObjectCheck {
  readonly rules: FieldRules;
  readonly required: readonly string[];
  readonly path: string;
  readonly language: QueryLanguage;
  readonly findings: Findings;
}

/** Checks an object's fields: that each is known, in this query language, and of its type; that none is missing. */
export function checkObject(value: unknown, check: ObjectCheck): void {
  const { rules, required, path, language, findings } = check;
  if (!isObject(value)) {
    findings.schema("Expected value of type [OBJECT]", path);
    return;
  }
  const missing = required.filter((field) => value[field] === undefined);
  if (missing.length > 0)
    findings.schema(`These fields are required: [${missing.join(", ")}]`, path === "" ? "/" : path);
  for (const [field, inner] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule === undefined) {
      findings.schema(`Field '${field}' is not supported`, path === "" ? "/" : path);
    } else if (rule.language !== undefined && rule.language !== language) {
      findings.schema(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the ` +
          `'${rule.language}' QueryLanguage`,
        path,
      );
    } else {
      const mayBeExpression = language === "JSONata" && rule.expression === true;
      checkShape(inner, rule.shape, { path: `${path}/${field}`, findings, mayBeExpression });
    }
  }
}

/** Checks that exactly one of some fields is there, in AWS's two sentences. */
export function checkOneOf(
  object: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  path: string,
  findings: Findings,
): void {
  const count = fields.filter((field) => object[field] !== undefined).length;
  const list = `[${fields.join(", ")}]`;
  if (count === 0) findings.schema(`This object should have only one of the following fields: ${list}`, path);
  else if (count > 1) findings.schema(`There should only be one of the following fields: ${list}`, path);
}
