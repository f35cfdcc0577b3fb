/** AWS keeps the first four addresses of a subnet and the last. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** The IPv4 addresses of one subnet: handed out in turn, so that an address that came back is not given out at once. */
export class AddressPool {
  readonly #base: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  readonly #heldByOthers: number;
  #next = RESERVED_AT_START;

  /** `heldByOthers` of them count as used although nobody here holds them. */
  constructor(cidr: string, heldByOthers: number) {
    const [address = "", bits = ""] = cidr.split("/");
    this.#size = 2 ** (32 - Number(bits));
    this.#base = toNumber(address);
    this.#heldByOthers = heldByOthers;
    if (!Number.isInteger(this.#base) || !Number.isInteger(this.#size) || this.#size < 16) {
      throw new RangeError(`${cidr} is no subnet of /28 or larger`);
    }
  }

  /** AvailableIpAddressCount of the subnet. */
  get free(): number {
    return this.#usable - this.#heldByOthers - this.#taken.size;
  }

  /** The next free address; undefined when there is none. */
  take(): string | undefined {
    if (this.free <= 0) return undefined;
    while (this.#taken.has(this.#next)) this.#advance();
    const offset = this.#next;
    this.#taken.add(offset);
    this.#advance();
    return toText(this.#base + offset);
  }

  /** `outside` when the subnet does not have the address for use, `taken` when someone holds it. */
  stateOf(address: string): "free" | "outside" | "taken" {
    const offset = toNumber(address) - this.#base;
    if (!(offset >= RESERVED_AT_START && offset < this.#size - RESERVED_AT_END)) return "outside";
    return this.#taken.has(offset) ? "taken" : "free";
  }

  /** Takes that very address, which `stateOf` has found free. */
  takeGiven(address: string): void {
    this.#taken.add(toNumber(address) - this.#base);
  }

  release(address: string): void {
    this.#taken.delete(toNumber(address) - this.#base);
  }

  get #usable(): number {
    return this.#size - RESERVED_AT_START - RESERVED_AT_END;
  }

  #advance(): void {
    this.#next = this.#next + 1 >= this.#size - RESERVED_AT_END ? RESERVED_AT_START : this.#next + 1;
  }
}

function toNumber(address: string): number {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return Number.NaN;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
