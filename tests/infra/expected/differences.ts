import { JsonText } from "./expectation.ts";

/** Every place where a value is not the expected one, as a sentence that begins with its path, such as `target.arn`. */
export function differences(actual: unknown, expected: unknown, path: readonly string[] = []): readonly string[] {
  if (expected instanceof JsonText) {
    const read = readJson(actual);
    return read === undefined ? [sentence(path, actual, expected.value)] : differences(read, expected.value, path);
  }
  if (expected instanceof RegExp)
    return typeof actual === "string" && expected.test(actual) ? [] : [sentence(path, actual, String(expected))];
  const [is, wanted] = [membersOf(actual), membersOf(expected)];
  if (is === undefined || wanted === undefined || Array.isArray(actual) !== Array.isArray(expected))
    return Object.is(actual, expected) ? [] : [sentence(path, actual, expected)];
  const keys = new Set([...Object.keys(wanted), ...Object.keys(is)]);
  return [...keys].flatMap((key) => differences(is[key], wanted[key], [...path, key]));
}

/** Of an object or a list; a list's are its items, by position. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

function readJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sentence(path: readonly string[], actual: unknown, expected: unknown): string {
  const name = path.join(".");
  if (actual === undefined) return `${name} is missing, and should be ${shown(expected)}`;
  if (expected === undefined) return `${name} is ${shown(actual)}, and should not be there`;
  return `${name} is ${shown(actual)}, and should be ${shown(expected)}`;
}

const SHOWN_CHARACTERS = 200;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
