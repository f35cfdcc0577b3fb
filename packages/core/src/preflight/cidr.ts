/** Whether IPv4 range `outer` holds all of `inner`. A text that is no IPv4 range holds nothing. */
export function holds(outer: string, inner: string): boolean {
  const [wide, narrow] = [parse(outer), parse(inner)];
  if (wide === undefined || narrow === undefined || wide.bits > narrow.bits) return false;
  // Plain arithmetic: 32-bit shifts in JavaScript are signed, and a shift by 32 does nothing.
  const size = 2 ** (32 - wide.bits);
  return Math.floor(wide.address / size) === Math.floor(narrow.address / size);
}

function parse(text: string): { address: number; bits: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  return { address: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}
