import { COMMON_OPTIONS, type Command, type Option } from "./command.ts";
import { wrap } from "./terminal/wrap.ts";

/** Help of one command, or a list of several. */
export function helpText(commands: readonly Command[]): string {
  const [command] = commands;
  return `${(commands.length === 1 && command !== undefined ? commandHelp(command) : listHelp(commands)).join("\n")}\n`;
}

/** Help is written for the narrowest usual terminal, whatever this one is: it is read in documents too. */
const WIDTH = 80;

function listHelp(commands: readonly Command[]): string[] {
  return [
    "Muster deploys and runs stateful clusters on AWS.",
    "",
    "Usage: muster NOUN VERB [ARGUMENTS] [OPTIONS]",
    "",
    "Commands:",
    ...columns(commands.map((c) => [usage(c), c.summary])),
    "",
    "Options of every command:",
    ...optionLines(COMMON_OPTIONS),
    "",
    "Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong.",
    "More of one command: muster NOUN VERB --help. Version: muster --version",
    "No cluster yet? muster local start deploys one on this machine.",
  ];
}

function commandHelp(command: Command): string[] {
  return [
    ...wrap(`${command.summary}.`, { width: WIDTH, lead: "" }),
    "",
    `Usage: muster ${usage(command)} [OPTIONS]`,
    "",
    ...(command.arguments.length === 0
      ? []
      : ["Arguments:", ...columns(command.arguments.map((a) => [a.name, a.description])), ""]),
    "Options:",
    ...optionLines({ ...command.options, ...COMMON_OPTIONS }),
  ];
}

function usage(command: Command): string {
  return [command.name, ...command.arguments.map((a) => a.name)].join(" ");
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  return columns(
    Object.entries(options).map(([name, option]) => [
      option.type === "string" ? `--${name} ${option.value}` : `--${name}`,
      "default" in option ? `${option.description} (default: ${option.default})` : option.description,
    ]),
  );
}

/** Names on the left, what they mean on the right. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, text]) => wrap(text, { width: WIDTH, lead: `  ${name.padEnd(left)}  ` }));
}
