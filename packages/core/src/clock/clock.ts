/** Stops something that was arranged; calling it twice, or too late, does nothing. */
export type Cancel = () => void;

/**
 * The only source of time in Muster. The same code runs on AWS (real), on a laptop (scaled) and in
 * simulation (virtual), because nothing else may read a clock or set a timer.
 */
export interface Clock {
  /** Now, in milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `run` once, `delayMs` from now (at once, but never synchronously, when it is zero or less). */
  after(delayMs: number, run: () => void): Cancel;
}

/** Resolves `delayMs` later on that clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** The instant as AWS writes it: ISO 8601 with milliseconds, UTC. */
export function toIso(epochMs: number): string {
  // oxlint-disable-next-line eslint/no-restricted-globals -- formats an instant that was given; it reads no clock
  return new Date(epochMs).toISOString();
}

/** The instant that an ISO 8601 text names, in epoch milliseconds; undefined when it names none. */
export function fromIso(text: string): number | undefined {
  // oxlint-disable-next-line eslint/no-restricted-globals -- parses an instant that was given; it reads no clock
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
