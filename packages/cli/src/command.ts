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
  readonly run: (invocation: CommandInvocation) => Promise<ExitCode>;
}

export interface Argument {
  /** As in the usage line: `NAME`. */
  readonly name: string;
  readonly description: string;
}

export type Option =
  | { readonly type: "boolean"; readonly description: string }
  | {
      readonly type: "string";
      readonly description: string;
      /** As in the usage line: `SECONDS`. */
      readonly value: string;
      readonly default?: string;
    };

export interface CommandInvocation extends Host {
  readonly arguments: readonly string[];
  readonly options: OptionValues;
  readonly terminal: Terminal;
  /** Muster's API, at the address that the command line names: for commands that have API_OPTION. */
  readonly api: () => Api;
}

/** A string or true for what was given or has a default. */
export type OptionValues = Readonly<Record<string, string | true | undefined>>;

/** What a command has of the machine that it runs on, besides its terminal. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly connect: (apiUrl: string) => Api;
  /** Ms of real time; ends early, without an error, when the signal is aborted. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /**
   * Aborted at the first Ctrl-C, or when someone else ends this process. From the first call on, Ctrl-C does nothing else:
   * for commands that have something to put in order first.
   */
  readonly interruption: () => AbortSignal;
}

/** 0 done; 1 refused or failed; 2 the command line is wrong. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { type: "boolean", description: "Print one JSON object, for errors too" },
  help: { type: "boolean", description: "Show this help" },
};

/** Where `npm start` serves the API, and the AWS protocols. */
export const DEFAULT_API = "http://127.0.0.1:4700";
export const DEFAULT_AWS = "http://127.0.0.1:4566";

/** Of the commands that call Muster's API. */
export const API_OPTION: Readonly<Record<string, Option>> = {
  api: {
    type: "string",
    value: "URL",
    description: `Muster's API (default: MUSTER_API, or ${DEFAULT_API})`,
  },
};
