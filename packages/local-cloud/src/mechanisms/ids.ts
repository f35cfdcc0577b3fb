import type { Random } from "@muster/core";
import { randomUuid } from "./uuid.ts";

/** Makes ids as EC2 writes them: a prefix and 17 hexadecimal digits, the first of them 0. */
export class IdSource {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Such as `i-0f3b…`. */
  next(prefix: string): string {
    return `${prefix}-0${this.hex8()}${this.hex8()}`;
  }

  /** Eight hexadecimal digits. */
  hex8(): string {
    return Math.floor(this.#random.next() * 4_294_967_296)
      .toString(16)
      .padStart(8, "0");
  }

  /** A version 4 UUID, as fleets and commands carry. */
  uuid(): string {
    return randomUuid(this.#random);
  }

  /** A locally administered MAC address. */
  mac(): string {
    const digits = `${this.hex8()}${this.hex8()}`;
    return `02:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}:${digits.slice(8, 10)}`;
  }
}
