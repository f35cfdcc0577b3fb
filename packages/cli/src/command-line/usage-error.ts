import { CliError } from "../errors/cli-error.ts";

/** The command line is wrong. `command`: whose help says more; `write`: what was probably meant. */
export function usageError({
  what,
  why,
  command,
  write,
}: {
  what: string;
  why: string;
  command?: string | undefined;
  write?: string | undefined;
}): CliError {
  const help = `muster ${command === undefined ? "" : `${command} `}--help`;
  return new CliError("Usage", {
    what,
    why,
    remedy: write === undefined ? `See ${help}.` : `Write ${write}, or see ${help}.`,
  });
}
