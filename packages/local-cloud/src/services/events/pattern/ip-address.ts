/** An address as its bytes: 4 or 16. */
export type IpAddress = readonly number[];

/** A malformed CIDR block; the message is AWS's. */
export class CidrError extends Error {
  override readonly name = "CidrError";
}

/** Reads an IPv4 or IPv6 address in any of its spellings; undefined when it is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    const bytes = text.split(".").map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes : undefined;
  }
  return /^[\da-fA-F:]*:[\da-fA-F:]*$/.test(text) ? parseIpv6(text) : undefined;
}

/**
 * Reads a block such as `10.0.0.0/24` into a test of addresses.
 * @throws {CidrError}
 */
export function parseCidr(text: string): (address: IpAddress) => boolean {
  const parts = text.replace(/\/+$/, "").split("/");
  const [network = "", mask = ""] = parts;
  if (parts.length !== 2) throw new CidrError("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d{1,9}$/.test(mask)) throw new CidrError("Malformed CIDR, mask bits must be an integer");
  const bits = Number(mask);
  if (bits < 0) throw new CidrError("Malformed CIDR, mask bits must not be negative");
  const base = parseIpAddress(network);
  if (base === undefined)
    throw new CidrError(`${looksLikeIp(network) ? "Invalid" : "Nonstandard"} IP address: ${network}`);
  if (base.length === 4 && bits > 31) throw new CidrError("IPv4 mask bits must be < 32");
  if (base.length === 16 && bits > 127) throw new CidrError("IPv6 mask bits must be < 128");
  return (address) => address.length === base.length && samePrefix(base, address, bits);
}

/** Both name the same address, however written. */
export function isSameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function samePrefix(a: IpAddress, b: IpAddress, bits: number): boolean {
  return a.every((byte, index) => {
    const fixed = Math.min(8, Math.max(0, bits - 8 * index));
    const mask = (0xff << (8 - fixed)) & 0xff;
    return (byte & mask) === ((b[index] ?? 0) & mask);
  });
}

function looksLikeIp(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || /^[\da-fA-F:]*:[\da-fA-F:]*$/.test(text);
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = tail === undefined ? head : [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
  // An IPv4 address in IPv6's clothes counts as IPv4, as Java has it.
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}
