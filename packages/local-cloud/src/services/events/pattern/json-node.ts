/**
 * A JSON text as EventBridge reads it: duplicate keys are kept in order, and numbers keep the way they were written,
 * because both decide what a pattern matches. `JSON.parse` loses both.
 */
export type JsonNode =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | JsonScalar;

export interface JsonScalar {
  readonly kind: "string" | "number" | "literal";
  /** A string's value, a number as written, or `true`, `false`, `null`. */
  readonly text: string;
}

/** The text is no JSON; the message is what AWS's parser (Jackson) says first. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

/**
 * Reads the first JSON value of a text; what follows it is not looked at, as AWS does not.
 * @returns undefined for a text without any value
 * @throws {JsonSyntaxError}
 */
export function readJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  return reader.isAtEnd() ? undefined : reader.value(0);
}

/** The same for a value that was parsed already. */
export function toJsonNode(value: unknown): JsonNode {
  if (value === null || typeof value === "boolean") return { kind: "literal", text: String(value) };
  if (typeof value === "string") return { kind: "string", text: value };
  if (typeof value === "number") return { kind: "number", text: String(value) };
  if (Array.isArray(value)) return { kind: "array", items: value.map(toJsonNode) };
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return { kind: "object", entries: entries.map(([key, inner]) => [key, toJsonNode(inner)] as const) };
  }
  throw new TypeError(`an event holds JSON values only, not ${typeof value}`);
}

/** Nesting that Jackson accepts (StreamReadConstraints.DEFAULT_MAX_DEPTH). */
const DEPTH_MAX = 1_000;
const EXPECTED_VALUE = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at >= this.#text.length;
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH_MAX) throw new JsonSyntaxError(`Document nesting depth (${depth}) exceeds the maximum allowed`);
    this.#skipSpace();
    const char = this.#text[this.#at];
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#array(depth);
    if (char === '"') return { kind: "string", text: this.#string() };
    if (char !== undefined && /[-\d]/.test(char)) return this.#number();
    if (char !== undefined && /[\p{L}_$]/u.test(char)) return this.#word();
    throw this.#unexpected(`expected a valid value (${EXPECTED_VALUE})`);
  }

  #object(depth: number): JsonNode {
    const start = this.#at++;
    const entries: [string, JsonNode][] = [];
    while (!this.#closes("}", start, "Object")) {
      if (entries.length > 0) this.#separator(",", "comma to separate Object entries");
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#unexpected("was expecting double-quote to start field name");
      const key = this.#string();
      this.#separator(":", "colon to separate field name and value", "a ");
      entries.push([key, this.value(depth + 1)]);
    }
    return { kind: "object", entries };
  }

  #array(depth: number): JsonNode {
    const start = this.#at++;
    const items: JsonNode[] = [];
    while (!this.#closes("]", start, "Array")) {
      if (items.length > 0) this.#separator(",", "comma to separate Array entries");
      items.push(this.value(depth + 1));
    }
    return { kind: "array", items };
  }

  #closes(marker: string, start: number, kind: string): boolean {
    this.#skipSpace();
    if (this.#at >= this.#text.length) {
      const before = this.#text.slice(0, start);
      const line = before.split("\n").length;
      const column = start - before.lastIndexOf("\n");
      throw new JsonSyntaxError(
        `Unexpected end-of-input: expected close marker for ${kind} (start marker at [Source: (String)"${this.#text}"; line: ${line}, column: ${column}])`,
      );
    }
    if (this.#text[this.#at] !== marker) return false;
    this.#at++;
    return true;
  }

  #separator(char: string, expected: string, article = ""): void {
    this.#skipSpace();
    if (this.#text[this.#at] !== char) throw this.#unexpected(`was expecting ${article}${expected}`);
    this.#at++;
  }

  #string(): string {
    const end = /"(?:[^"\\]|\\.)*"/sy;
    end.lastIndex = this.#at;
    const raw = end.exec(this.#text)?.[0];
    if (raw === undefined) {
      throw new JsonSyntaxError("Unexpected end-of-input: was expecting closing quote for a string value");
    }
    const control = Array.from(raw).find((character) => character < " ");
    if (control !== undefined) {
      throw new JsonSyntaxError(
        `Illegal unquoted character ((CTRL-CHAR, code ${control.charCodeAt(0)})): has to be escaped using backslash to be included in string value`,
      );
    }
    const escape = /\\(?!["\\/bfnrt]|u[\da-fA-F]{4})(.)/su.exec(raw.replaceAll("\\\\", ""))?.[1];
    if (escape !== undefined) {
      throw new JsonSyntaxError(`Unrecognized character escape '${escape}' (code ${escape.codePointAt(0) ?? 0})`);
    }
    this.#at += raw.length;
    const text: unknown = JSON.parse(raw);
    return String(text);
  }

  #number(): JsonScalar {
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    number.lastIndex = this.#at;
    const text = number.exec(this.#text)?.[0];
    if (text === undefined)
      throw this.#unexpected("expected digit (0-9) to follow minus sign, for valid numeric value");
    this.#at += text.length;
    if (/[\d.\w]/.test(this.#text[this.#at] ?? ""))
      throw new JsonSyntaxError("Invalid numeric value: Leading zeroes not allowed");
    return { kind: "number", text };
  }

  #word(): JsonScalar {
    const word = /[\p{L}\p{N}_$]+/uy;
    word.lastIndex = this.#at;
    const text = word.exec(this.#text)?.[0] ?? "";
    if (text !== "true" && text !== "false" && text !== "null")
      throw new JsonSyntaxError(`Unrecognized token '${text}': was expecting (${EXPECTED_VALUE})`);
    this.#at += text.length;
    return { kind: "literal", text };
  }

  #unexpected(expected: string): JsonSyntaxError {
    const char = this.#text[this.#at];
    return char === undefined
      ? new JsonSyntaxError("Unexpected end-of-input")
      : new JsonSyntaxError(`Unexpected character ('${char}' (code ${char.charCodeAt(0)})): ${expected}`);
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}
