import type { Terminal } from "../terminal/terminal.ts";

/** A terminal that keeps what is written to it. */
export interface TestTerminal extends Terminal {
  readonly output: () => string;
  readonly errors: () => string;
}

export function aTerminal(change: Partial<Terminal> = {}): TestTerminal {
  let output = "";
  let errors = "";
  return {
    out: (text) => void (output += text),
    err: (text) => void (errors += text),
    isLive: false,
    hasColor: false,
    columns: () => 80,
    json: false,
    ...change,
    output: () => output,
    errors: () => errors,
  };
}
