import { DEFAULT_API, httpApi } from "./api/api.ts";
import { commands } from "./commands/all.ts";
import { EXIT } from "./command.ts";
import { helpText } from "./help.ts";
import { parseCommandLine } from "./parse-command-line.ts";
import { showError } from "./terminal/errors.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Runs one command line; answers the exit code. */
export async function runCli(
  argv: readonly string[],
  screen: Omit<Terminal, "json">,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const terminal: Terminal = { ...screen, json: argv.includes("--json") };
  try {
    const parsed = parseCommandLine(argv, commands);
    if ("help" in parsed) {
      terminal.out(helpText(commands, parsed.help));
      return EXIT.done;
    }
    const { command, options } = parsed;
    const api = typeof options["api"] === "string" ? options["api"] : (environment["MUSTER_API"] ?? DEFAULT_API);
    return await command.run({ arguments: parsed.arguments, options, terminal, api: httpApi(api) });
  } catch (error) {
    return showError(error, terminal);
  }
}
