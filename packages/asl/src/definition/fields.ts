import { isObject, type Json, type JsonObject } from "../json.ts";

/** Reads the members of a part of a definition that has been validated: a wrong type here is a bug of the validator. */
export class Fields {
  readonly #raw: Readonly<Record<string, unknown>>;

  constructor(raw: unknown) {
    if (!isObject(raw)) throw new TypeError("a part of a validated definition must be an object");
    this.#raw = raw;
  }

  has(name: string): boolean {
    return this.#raw[name] !== undefined;
  }

  json(name: string): Json | undefined {
    // A definition comes from JSON text, or is checked to be JSON when it is compiled.
    return this.#raw[name] as Json | undefined;
  }

  string(name: string): string {
    const value = this.#raw[name];
    if (typeof value !== "string") throw new TypeError(`${name} must be a string in a validated definition`);
    return value;
  }

  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#raw[name];
    return typeof value === "number" ? value : undefined;
  }

  strings(name: string): readonly string[] {
    const value = this.#raw[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  list(name: string): readonly unknown[] {
    const value = this.#raw[name];
    return Array.isArray(value) ? value : [];
  }

  object(name: string): JsonObject {
    const value = this.#raw[name];
    if (!isObject(value)) throw new TypeError(`${name} must be an object in a validated definition`);
    return value as JsonObject;
  }
}
