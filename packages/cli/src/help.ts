import { COMMON_OPTIONS, type Command, type Option } from "./command.ts";

/** Help of one command, or the list of all. */
export function helpText(commands: readonly Command[], command?: Command): string {
  if (command !== undefined) return commandHelp(command);
  const width = Math.max(...commands.map((c) => usage(c).length));
  return [
    "Muster deploys and runs stateful clusters on AWS.",
    "",
    "Usage: muster <noun> <verb> [arguments] [options]",
    "",
    ...commands.map((c) => `  ${usage(c).padEnd(width)}  ${c.summary}`),
    "",
    "Options of every command:",
    ...optionLines(COMMON_OPTIONS),
    "",
    "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 Muster or the system failed.",
    "",
  ].join("\n");
}

function commandHelp(command: Command): string {
  return [
    command.summary,
    "",
    `Usage: muster ${usage(command)} [options]`,
    "",
    ...(command.arguments.length === 0
      ? []
      : ["Arguments:", ...command.arguments.map((a) => `  ${a.name.padEnd(18)}  ${a.description}`), ""]),
    "Options:",
    ...optionLines({ ...command.options, ...COMMON_OPTIONS }),
    "",
  ].join("\n");
}

function usage(command: Command): string {
  return [command.name, ...command.arguments.map((a) => a.name)].join(" ");
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  return Object.entries(options).map(([name, option]) => {
    const flag = `--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`;
    const fallback =
      option.default === undefined || option.default === false ? "" : ` (default: ${String(option.default)})`;
    return `  ${flag.padEnd(18)}  ${option.description}${fallback}`;
  });
}
