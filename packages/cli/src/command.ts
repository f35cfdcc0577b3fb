import type { Api } from "./api/api.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** One command, as data: help, parsing and JSON output come from here, and behaviour from `run`. */
export interface Command {
  /** `cluster deploy`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly options: Readonly<Record<string, Option>>;
  /** Exit code. Errors are thrown, and shown in one place. */
  readonly run: (invocation: CommandInvocation) => Promise<number>;
}

export interface Argument {
  /** As in the usage line: `NAME`. */
  readonly name: string;
  readonly description: string;
}

export interface Option {
  readonly type: "string" | "boolean";
  readonly description: string;
  /** As in the usage line: `SECONDS`. */
  readonly value?: string;
  readonly default?: string | boolean;
}

export interface CommandInvocation {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly terminal: Terminal;
  readonly api: Api;
}

/** 0 done; 1 refused or failed, and the caller can act; 2 usage; 3 Muster or the system failed. */
export const EXIT = { done: 0, failed: 1, usage: 2, broken: 3 } as const;

/** Options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  api: { type: "string", value: "URL", description: "Muster's API (default: MUSTER_API, or http://127.0.0.1:4700)" },
  json: { type: "boolean", description: "Print JSON, errors too" },
  help: { type: "boolean", description: "Show this help" },
};
