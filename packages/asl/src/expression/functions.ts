import { createHash } from "node:crypto";
import { randomHex, randomInt, toIso, type Clock, type Random } from "@muster/core";
import jsonata from "jsonata";
import { MAX_RANGE_LENGTH } from "../limits.ts";
import { javaRandom } from "./java-random.ts";

/**
 * The functions that Step Functions adds to JSONata and that depend on their arguments alone: `$partition`, `$range`,
 * `$hash` and `$parse`; and `$eval`, which it takes away.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html; what they answer at the edges was
 * measured on AWS by others (floci-io/floci#2676).
 */
export function registerPureFunctions(expression: jsonata.Expression): void {
  expression.registerFunction("partition", partition, "<an?:a>");
  expression.registerFunction("range", range, "<nnn?:a>");
  expression.registerFunction("hash", hash, "<ss?:s>");
  expression.registerFunction("parse", parse, "<s?:x>");
  expression.assign("eval", undefined);
}

/** The functions that read time or chance; bound at each evaluation, from the execution's own clock and stream. */
export function hostFunctions(clock: Clock, random: Random): Readonly<Record<string, unknown>> {
  return {
    now: (...args: unknown[]) => now(clock, args),
    millis: (...args: unknown[]) => {
      expectArguments(args, "millis", []);
      return Math.floor(clock.now());
    },
    random: (...args: unknown[]) => {
      expectArguments(args, "random", ["number"]);
      const [seed] = args;
      return typeof seed === "number" ? javaRandom(BigInt(Math.trunc(seed))) : random.next();
    },
    shuffle: (items: unknown) => {
      if (items === undefined) return undefined;
      return shuffle(Array.isArray(items) ? items : [items], random);
    },
    uuid: (...args: unknown[]) => {
      expectArguments(args, "uuid", []);
      return uuid(random);
    },
  };
}

/** A version 4 UUID. */
export function uuid(random: Random): string {
  const hex = randomHex(random, 32);
  const variant = "89ab".charAt(Math.floor(random.next() * 4));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function partition(items: readonly unknown[] | undefined, size?: number): unknown {
  if (items === undefined || items.length === 0) return undefined;
  const length = size === undefined ? items.length : Math.trunc(size);
  if (length < 0) throw coded("D3137", { message: "Second argument must be zero or greater" });
  if (length === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += length) chunks.push(items.slice(start, start + length));
  return chunks;
}

// A range of one is that one number, as JSONata's own singleton sequences are.
function range(first: number | undefined, last: number | undefined, step?: number): unknown {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [start, end, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0 || (by > 0 && start > end) || (by < 0 && start < end)) return undefined;
  const length = Math.floor((end - start) / by) + 1;
  if (length > MAX_RANGE_LENGTH) throw coded("D2014", { value: length });
  const values = Array.from({ length }, (_, index) => start + index * by);
  return values.length === 1 ? values[0] : values;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

function hash(text: string | undefined, algorithm?: string): unknown {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) throw coded("D3137", { message: `Unsupported hash algorithm: ${algorithm}` });
  return createHash(name).update(text, "utf8").digest("hex");
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("too large for a double");
      return value;
    });
  } catch {
    throw coded("D3137", { message: "Invalid JSON" });
  }
}

/** Fisher-Yates. */
function shuffle(items: readonly unknown[], random: Random): unknown[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = randomInt(random, 0, last);
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

function now(clock: Clock, args: readonly unknown[]): unknown {
  expectArguments(args, "now", ["string", "string"]);
  const [picture, zone] = args;
  const millis = Math.floor(clock.now());
  if (picture === undefined && zone === undefined) return toIso(millis);
  return formatTime.evaluate(undefined, { millis, picture, zone });
}

const formatTime = jsonata("$fromMillis($millis, $picture, $zone)");

/** What JSONata's own signature check would throw: too many arguments, or one of another type. */
function expectArguments(args: readonly unknown[], token: string, types: readonly ("number" | "string")[]): void {
  for (const [index, value] of args.entries()) {
    const type = types[index];
    if (type === undefined || (value !== undefined && typeof value !== type)) {
      throw coded("T0410", { token, index: index + 1, value });
    }
  }
}

/** An error in JSONata's form; where the code has a message of its own, the library writes it. */
function coded(code: string, details: { message?: string; token?: string; index?: number; value?: unknown }): Error {
  return Object.assign(new Error(details.message ?? code), { code, ...details });
}
