import { AsyncLocalStorage } from "node:async_hooks";
import type { Cancel, Clock } from "@muster/core";

/**
 * What stands between one invocation of a function and the cloud. While it is open, calls pass. Once it is closed
 * (the invocation was killed, timed out or has answered) no call of that invocation reaches a service any more, and
 * no answer reaches the handler: its promises stay pending for ever, as in a process that is gone or frozen.
 *
 * Calls that were on their way when the gate closed still take effect, as they do on AWS; nobody hears of it.
 *
 * How a composition uses it: connect the clients of a function once, guard each of them, and give the handler a
 * guarded clock.
 *
 *     const ec2 = guardClient(connect(new EC2Client(settings), kernel, () => role));
 *     const clock = guardClock(cloud.clock);
 *
 * The embedded Lambda runs each invocation inside `currentGate`, which follows the handler through its awaits, so one
 * set of clients serves concurrent invocations, each behind its own gate. Outside of an invocation all calls pass.
 */
export class InvocationGate {
  readonly #killAfterCalls: number | undefined;
  readonly #onKill: () => void;
  #open = true;
  #calls = 0;

  /** `killAfterCalls`: the invocation dies with the answer to its n-th call; 0 means before it can call anything. */
  constructor(options: { killAfterCalls: number | undefined; onKill: () => void }) {
    this.#killAfterCalls = options.killAfterCalls;
    this.#onKill = options.onKill;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Calls whose answer came back, refusals and lost answers included; the one that killed is counted too. */
  get calls(): number {
    return this.#calls;
  }

  close(): void {
    this.#open = false;
  }

  /** Lets one call of the invocation through, unless the gate is closed, and its answer back, unless it is by then. */
  async pass<T>(perform: () => Promise<T>): Promise<T> {
    if (!this.#open) return never();
    let answer: T;
    try {
      answer = await perform();
    } catch (error) {
      if (this.#survivesAnswer()) throw error;
      return never();
    }
    return this.#survivesAnswer() ? answer : never();
  }

  #survivesAnswer(): boolean {
    if (!this.#open) return false;
    this.#calls += 1;
    if (this.#calls !== this.#killAfterCalls) return true;
    this.#open = false;
    this.#onKill();
    return false;
  }
}

// What a process that is gone hears.
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** The gate of the invocation that is running; follows promises, not timers (for those see `guardClock`). */
export const currentGate = new AsyncLocalStorage<InvocationGate>();

/** An SDK client, as far as this needs to know it. */
export interface GuardableClient {
  readonly middlewareStack: { addRelativeTo: (middleware: never, options: never) => void };
}

/** Puts the running invocation's gate before a client that `connect` has connected. */
export function guardClient<C extends GuardableClient>(
  client: C,
  gateOf: () => InvocationGate | undefined = () => currentGate.getStore(),
): C {
  const middleware = (next: (args: unknown) => Promise<unknown>) => (args: unknown) => {
    const gate = gateOf();
    return gate === undefined ? next(args) : gate.pass(() => next(args));
  };
  client.middlewareStack.addRelativeTo(
    middleware as never,
    { relation: "before", toMiddleware: "embeddedCloud", name: "invocationGate" } as never,
  );
  return client;
}

/** A clock for handlers: a timer that was set in an invocation fires in it, and not at all once its gate is closed. */
export function guardClock(
  clock: Clock,
  gateOf: () => InvocationGate | undefined = () => currentGate.getStore(),
): Clock {
  return {
    now: () => clock.now(),
    after(delayMs: number, run: () => void): Cancel {
      const gate = gateOf();
      if (gate === undefined) return clock.after(delayMs, run);
      return clock.after(delayMs, () => {
        if (gate.isOpen) currentGate.run(gate, run);
      });
    },
  };
}
