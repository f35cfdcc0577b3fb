import { parseCommandLine } from "./command-line/parse-command-line.ts";
import { stringOption } from "./command-line/option-values.ts";
import { usageError } from "./command-line/usage-error.ts";
import { DEFAULT_API, EXIT, type Command, type ExitCode, type Host, type OptionValues } from "./command.ts";
import { showError } from "./errors/show-error.ts";
import { helpText } from "./help.ts";
import { commands } from "./commands/all.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { versionText } from "./version.ts";

/** Runs one command line; answers the exit code. */
export async function runCli(argv: readonly string[], screen: Omit<Terminal, "json">, host: Host): Promise<ExitCode> {
  const terminal: Terminal = { ...screen, json: argv.includes("--json") };
  try {
    const parsed = parseCommandLine(argv, commands);
    if ("command" in parsed) return await run(parsed, terminal, host);
    terminal.out("help" in parsed ? helpText(parsed.help) : versionText);
    // Who writes nothing but muster has not said what to do.
    return argv.length === 0 ? EXIT.usage : EXIT.done;
  } catch (error) {
    return showError(error, terminal);
  }
}

function run(
  parsed: { command: Command; arguments: readonly string[]; options: OptionValues },
  terminal: Terminal,
  host: Host,
): Promise<ExitCode> {
  const { command, options } = parsed;
  const api = () => host.connect(apiUrl(stringOption(options, "api") ?? host.environment["MUSTER_API"] ?? DEFAULT_API));
  return command.run({ ...host, arguments: parsed.arguments, options, terminal, api });
}

function apiUrl(given: string): string {
  if (/^https?:$/.test(URL.parse(given)?.protocol ?? "")) return given;
  throw usageError({
    what: `The address of Muster's API is ${given === "" ? "empty" : given}.`,
    why: "It is a URL that begins with http:// or https://, from --api or MUSTER_API.",
    write: `--api ${DEFAULT_API}`,
  });
}
