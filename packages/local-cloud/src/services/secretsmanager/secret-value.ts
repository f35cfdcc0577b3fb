import { invalid, invalidParameter } from "./errors.ts";
import { VALUE_BYTES_MAX } from "./limits.ts";

/**
 * A secret value. It keeps what it holds in a private field, so that printing, inspecting or serialising whatever
 * contains it shows nothing.
 */
export class SecretValue {
  readonly #value: string | Uint8Array;

  constructor(value: string | Uint8Array) {
    this.#value = value;
  }

  equals(other: SecretValue): boolean {
    const [mine, theirs] = [this.#value, other.#value];
    if (typeof mine === "string" || typeof theirs === "string") return mine === theirs;
    return Buffer.compare(mine, theirs) === 0;
  }

  /** As GetSecretValue answers it. */
  reveal(): { SecretString: string } | { SecretBinary: Uint8Array } {
    return typeof this.#value === "string" ? { SecretString: this.#value } : { SecretBinary: this.#value };
  }
}

/**
 * Reads the value of a request; undefined when it has none.
 * @throws {AwsError} InvalidParameterException, ValidationException
 */
export function readValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: bytes } = input;
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret version.",
    );
  }
  checkSize("secretString", text === undefined ? 0 : Buffer.byteLength(text));
  checkSize("secretBinary", bytes?.length ?? 0);
  const value = text ?? bytes;
  return value === undefined ? undefined : new SecretValue(value);
}

// AWS leaves sensitive members out of this text, where it quotes others.
function checkSize(at: string, size: number): void {
  if (size <= VALUE_BYTES_MAX) return;
  throw invalid(
    `1 validation error detected: Value at '${at}' failed to satisfy constraint: Member must have length less than or equal to ${VALUE_BYTES_MAX}`,
  );
}
