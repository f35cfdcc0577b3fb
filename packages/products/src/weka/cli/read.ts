import { HookResultError } from "@muster/core";

/** Reads JSON that WEKA or a hook printed. @throws {HookResultError} naming what printed it */
export function readJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HookResultError(`${source} printed no JSON: ${excerpt(text)}`);
  }
}

/** One object of WEKA's, read field by field: what is missing or of another type is a HookResultError that names it. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected(path, "an object", value);
    this.#record = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#record[name] !== undefined && this.#record[name] !== null;
  }

  /** The first of these names that is there; releases spell some fields differently. */
  first(...names: readonly [string, ...string[]]): string {
    return names.find((name) => this.has(name)) ?? names[0];
  }

  raw(name: string): unknown {
    return this.#record[name];
  }

  text(name: string): string {
    const value = this.#record[name];
    if (typeof value !== "string") throw unexpected(`${this.#path}.${name}`, "a text", value);
    return value;
  }

  number(name: string): number {
    const value = this.#record[name];
    if (typeof value !== "number") throw unexpected(`${this.#path}.${name}`, "a number", value);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#record[name];
    if (typeof value !== "boolean") throw unexpected(`${this.#path}.${name}`, "true or false", value);
    return value;
  }

  object(name: string): Fields {
    return new Fields(this.#record[name], `${this.#path}.${name}`);
  }

  list(name: string): readonly unknown[] {
    const value = this.#record[name];
    if (!Array.isArray(value)) throw unexpected(`${this.#path}.${name}`, "a list", value);
    return value;
  }
}

/** The items of a list that a command printed. @throws {HookResultError} when it is no list */
export function readList(text: string, source: string): readonly Fields[] {
  const value = readJson(text, source);
  if (!Array.isArray(value)) throw unexpected(source, "a list", value);
  return value.map((item, index) => new Fields(item, `${source}[${index}]`));
}

export function unexpected(path: string, expected: string, found: unknown): HookResultError {
  const shown = found === undefined ? "nothing" : excerpt(JSON.stringify(found) ?? typeof found);
  return new HookResultError(`${path} should be ${expected}, and is ${shown}`);
}

function excerpt(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 77)}...` : line === "" ? "nothing" : line;
}
