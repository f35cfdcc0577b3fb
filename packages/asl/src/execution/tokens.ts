import { randomHex, type Random } from "@muster/core";
import type { Json } from "../json.ts";

/** How a task token was answered. */
export type TokenAnswer =
  | { readonly kind: "success"; readonly output: Json }
  | { readonly kind: "failure"; readonly error: string | undefined; readonly cause: string | undefined };

/** What waits for the answer of a token. */
export interface TokenWaiter {
  readonly answer: (answer: TokenAnswer) => void;
  readonly heartbeat: () => void;
}

/** SendTaskSuccess, SendTaskFailure or SendTaskHeartbeat was refused; the code is AWS's. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly code: "InvalidOutput" | "InvalidToken" | "TaskTimedOut";

  constructor(code: TokenError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The task tokens of one service. A token carries a check digit sum that only its issuer can make, so that an answered
 * or expired one (TaskTimedOut) is told from nonsense (InvalidToken) without remembering every token ever issued.
 */
export class TaskTokens {
  readonly #random: Random;
  readonly #secret: number;
  readonly #open = new Map<string, TokenWaiter>();

  constructor(random: Random) {
    this.#random = random;
    this.#secret = Math.floor(random.next() * 2 ** 32);
  }

  /** A new token; it may be answered from now on, also before the call that carries it returns. */
  issue(waiter: TokenWaiter): string {
    const body = randomHex(this.#random, BODY_DIGITS);
    const token = `${PREFIX}${body}${this.#check(body)}`;
    this.#open.set(token, waiter);
    return token;
  }

  /** The token is dead: its task ended otherwise. */
  close(token: string): void {
    this.#open.delete(token);
  }

  /**
   * SendTaskSuccess.
   * @param output JSON text
   * @throws {TokenError}
   */
  succeed(token: string, output: string): void {
    const waiter = this.#waiter(token);
    const value = parseOutput(output);
    this.#open.delete(token);
    waiter.answer({ kind: "success", output: value });
  }

  /** SendTaskFailure. @throws {TokenError} */
  fail(token: string, failure: { error?: string | undefined; cause?: string | undefined }): void {
    const waiter = this.#waiter(token);
    this.#open.delete(token);
    waiter.answer({ kind: "failure", error: failure.error, cause: failure.cause });
  }

  /** SendTaskHeartbeat. @throws {TokenError} */
  heartbeat(token: string): void {
    this.#waiter(token).heartbeat();
  }

  #waiter(token: string): TokenWaiter {
    const waiter = this.#open.get(token);
    if (waiter !== undefined) return waiter;
    const body = token.slice(PREFIX.length, PREFIX.length + BODY_DIGITS);
    if (token !== `${PREFIX}${body}${this.#check(body)}`)
      throw new TokenError("InvalidToken", "Invalid Token: 'Invalid token'");
    throw new TokenError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }

  // FNV-1a, keyed: nobody has to be kept from forging tokens here, only nonsense has to be told from old tokens.
  #check(body: string): string {
    let hash = this.#secret ^ 0x811c9dc5;
    for (let index = 0; index < body.length; index++) hash = Math.imul(hash ^ body.charCodeAt(index), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  }
}

const PREFIX = "AQCEAAAAKgAAAAMAAAAAAAAAA";
const BODY_DIGITS = 32;

function parseOutput(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new TokenError(
      "InvalidOutput",
      `Invalid Output: '${error instanceof Error ? error.message : String(error)}'`,
    );
  }
}
