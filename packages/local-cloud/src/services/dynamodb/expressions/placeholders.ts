import { INVALID, checkValue, type ValueLayer } from "../values/check-value.ts";
import { Refusal } from "../refusal.ts";
import type { AttributeValue, Item } from "../values/attribute-value.ts";
import type { DocumentPath } from "./document-path.ts";
import type { PathSyntax } from "./syntax.ts";

/** ExpressionAttributeNames and ExpressionAttributeValues of a request, and which of them its expressions have used. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Item;
  readonly #unused = new Set<string>();

  /**
   * Checks the maps themselves.
   * @throws {Refusal}
   */
  constructor(
    maps: { names: Readonly<Record<string, string>> | undefined; values: Item | undefined },
    layer: ValueLayer,
  ) {
    this.#names = checkNames(maps.names);
    this.#values = checkValues(maps.values, layer);
    for (const name in this.#names) this.#unused.add(name);
    for (const name in this.#values) this.#unused.add(name);
  }

  /** The path with its `#names` replaced. */
  path(path: PathSyntax): DocumentPath {
    return path.map((step) => {
      if ("index" in step) return step.index;
      if ("name" in step) return step.name;
      const name = Object.hasOwn(this.#names, step.placeholder) ? this.#names[step.placeholder] : undefined;
      if (name === undefined) {
        throw new Refusal(
          `An expression attribute name used in the document path is not defined; attribute name: ${step.placeholder}`,
        );
      }
      this.#unused.delete(step.placeholder);
      return name;
    });
  }

  value(placeholder: string): AttributeValue {
    const value = Object.hasOwn(this.#values, placeholder) ? this.#values[placeholder] : undefined;
    if (value === undefined) {
      throw new Refusal(
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.#unused.delete(placeholder);
    return value;
  }

  /** Refuses placeholders that no expression uses. */
  checkAllUsed(): void {
    if (this.#unused.size === 0) return;
    const names = [...this.#unused].filter((placeholder) => placeholder.startsWith("#"));
    const [kind, keys] = names.length > 0 ? ["Names", names] : ["Values", [...this.#unused]];
    throw new Refusal(`Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${keys.join(", ")}}`);
  }
}

const NAME = /^#[A-Za-z0-9_]+$/;
const VALUE = /^:[A-Za-z0-9_]+$/;

function checkNames(names: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  if (names === undefined) return {};
  checkKeys("ExpressionAttributeNames", names, NAME);
  for (const key in names) {
    if (names[key] === "")
      throw new Refusal(`${INVALID}ExpressionAttributeNames contains invalid value for key ${key}`);
  }
  return names;
}

function checkValues(values: Item | undefined, layer: ValueLayer): Item {
  if (values === undefined) return {};
  checkKeys("ExpressionAttributeValues", values, VALUE);
  const checked: [string, AttributeValue][] = [];
  for (const key in values) checked.push([key, checkPlaceholderValue(key, values[key] ?? {}, layer)]);
  return Object.fromEntries(checked);
}

/** The older layer of checks says which value it means. */
function checkPlaceholderValue(key: string, value: AttributeValue, layer: ValueLayer): AttributeValue {
  if (layer === "current") return checkValue(value, layer);
  try {
    return checkValue(value, layer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}

function checkKeys(member: string, map: object, pattern: RegExp): void {
  const keys = Object.keys(map);
  if (keys.length === 0) throw new Refusal(`${member} must not be empty`);
  const wrong = keys.find((key) => !pattern.test(key));
  if (wrong !== undefined) throw new Refusal(`${member} contains invalid key: Syntax error; key: "${wrong}"`);
}
