import { serializationError } from "./document.ts";
import { LAST_DATE_MS } from "./text-scalar.ts";

/**
 * Parses one CBOR item (RFC 8949, as far as Smithy's RPC v2 uses it) that fills the bytes to their end. The SDK's
 * reader trusts its server: a count of a few bytes can make it allocate gigabytes. This one believes no length that
 * the bytes at hand cannot hold.
 * @throws {AwsError} SerializationException
 */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  reader.end();
  return value;
}

const MAX_DEPTH = 200;
const BREAK = 0xff;
const INDEFINITE = 31;
const EPOCH_TAG = 1;

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw serializationError("the CBOR body goes on after its end");
  }

  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw serializationError(`the CBOR body nests more than ${MAX_DEPTH} levels deep`);
    const first = this.#byte();
    const [major, minor] = [first >> 5, first & 31];
    switch (major) {
      case 0:
        return this.#count(minor);
      case 1:
        return -1 - this.#count(minor);
      case 2:
        return new Uint8Array(minor === INDEFINITE ? Buffer.concat(this.#chunks(2)) : this.#take(this.#count(minor)));
      case 3:
        return utf8(minor === INDEFINITE ? Buffer.concat(this.#chunks(3)) : this.#take(this.#count(minor)));
      case 4:
        return this.#list(minor, depth);
      case 5:
        return this.#map(minor, depth);
      case 6:
        return this.#tagged(this.#count(minor), depth);
      default:
        return this.#simple(minor);
    }
  }

  #list(minor: number, depth: number): unknown[] {
    const list: unknown[] = [];
    // Each item takes a byte at least, so a length that lies ends with the bytes.
    if (minor === INDEFINITE) while (!this.#broken()) list.push(this.item(depth + 1));
    else for (let left = this.#count(minor); left > 0; left--) list.push(this.item(depth + 1));
    return list;
  }

  #map(minor: number, depth: number): Record<string, unknown> {
    // Documents are read as JSON's are, so this is no Map; without a prototype no key is special.
    const map: Record<string, unknown> = Object.create(null);
    if (minor === INDEFINITE) while (!this.#broken()) this.#entry(map, depth);
    else for (let left = this.#count(minor); left > 0; left--) this.#entry(map, depth);
    return map;
  }

  #entry(map: Record<string, unknown>, depth: number): void {
    const key = this.item(depth + 1);
    if (typeof key !== "string") throw serializationError("a CBOR map may have only text keys");
    map[key] = this.item(depth + 1);
  }

  #tagged(tag: number, depth: number): unknown {
    const value = this.item(depth + 1);
    if (tag !== EPOCH_TAG || typeof value !== "number") throw serializationError(`CBOR tag ${tag} is not supported`);
    const epochMs = Math.round(value * 1000);
    if (!(Math.abs(epochMs) <= LAST_DATE_MS)) throw serializationError("a timestamp is out of range");
    return new Date(epochMs);
  }

  #simple(minor: number): unknown {
    switch (minor) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.#view.getUint16(this.#skip(2)));
      case 26:
        return this.#view.getFloat32(this.#skip(4));
      case 27:
        return this.#view.getFloat64(this.#skip(8));
      default:
        throw serializationError(`CBOR simple value ${minor} is not supported`);
    }
  }

  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    while (!this.#broken()) {
      const first = this.#byte();
      if (first >> 5 !== major) throw serializationError("a CBOR string has a part of another kind");
      chunks.push(this.#take(this.#count(first & 31)));
    }
    return chunks;
  }

  #count(minor: number): number {
    if (minor < 24) return minor;
    switch (minor) {
      case 24:
        return this.#byte();
      case 25:
        return this.#view.getUint16(this.#skip(2));
      case 26:
        return this.#view.getUint32(this.#skip(4));
      case 27:
        return Number(this.#view.getBigUint64(this.#skip(8)));
      default:
        throw serializationError(`CBOR length ${minor} is not supported`);
    }
  }

  #broken(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at++;
    return true;
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #take(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Moves over that many bytes, and answers where they begin. */
  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw serializationError("the CBOR body ends too early");
    this.#at = start + length;
    return start;
  }
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** RFC 8949 appendix D. */
function halfFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
