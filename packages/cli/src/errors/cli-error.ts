import { EXIT, type ExitCode } from "../command.ts";

/** What the command line tool itself finds wrong, and the exit code of each. */
const exitCodes = {
  Usage: EXIT.usage,
  /** The file that the command line names cannot be read. */
  FileUnreadable: EXIT.usage,
  /** A file is neither YAML nor JSON. */
  SpecUnreadable: EXIT.failed,
  ApiUnreachable: EXIT.failed,
  /** The API answers, and says nothing but that it failed. */
  ApiFailed: EXIT.failed,
  /** Something answers where Muster's API should be, and it is not that. */
  NotMustersApi: EXIT.failed,
  /** An API that asks for IAM, and nobody to sign as. */
  CredentialsMissing: EXIT.failed,
  /** The embedded cloud cannot have a port. */
  PortUnavailable: EXIT.failed,
  /** Ctrl-C before the end. */
  Interrupted: EXIT.failed,
} as const satisfies Readonly<Record<string, ExitCode>>;

interface ErrorText {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** One clear error of the command line tool itself: what happened, why, and what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: keyof typeof exitCodes;
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;

  constructor(code: keyof typeof exitCodes, { what, why, remedy, cause }: ErrorText) {
    super(what, cause === undefined ? {} : { cause });
    this.code = code;
    this.exitCode = exitCodes[code];
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }
}
