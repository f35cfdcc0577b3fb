import { parseArgs } from "node:util";
import { COMMON_OPTIONS, type Command } from "./command.ts";
import { UsageError } from "./terminal/errors.ts";

export interface ParsedCommandLine {
  readonly command: Command;
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** Finds the command that a command line names, and reads its arguments and options. Undefined: help was asked for. */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
): ParsedCommandLine | { readonly help: Command | undefined } {
  const words = argv.filter((word) => !word.startsWith("-"));
  const command =
    commands.find((c) => c.name === words.slice(0, 2).join(" ")) ?? commands.find((c) => c.name === words[0]);
  if (command === undefined) {
    if (words.length === 0 || words[0] === "help") return { help: undefined };
    const nouns = commands.filter((c) => c.name.split(" ")[0] === words[0]).map((c) => c.name);
    if (argv.includes("--help") || argv.includes("-h")) return { help: undefined };
    throw new UsageError(
      nouns.length === 0 ? `There is no command ${words[0]}.` : `Say what to do: ${nouns.join(", ")}.`,
    );
  }
  const options = { ...command.options, ...COMMON_OPTIONS };
  const parsed = read(argv, options);
  const given = parsed.positionals.slice(command.name.split(" ").length);
  if (parsed.values["help"] === true) return { help: command };
  if (given.length !== command.arguments.length) {
    throw new UsageError(
      `muster ${command.name} takes ${command.arguments.length === 0 ? "no arguments" : command.arguments.map((a) => a.name).join(" ")}, and was given ${given.length}.`,
    );
  }
  return { command, arguments: given, options: parsed.values };
}

function read(
  argv: readonly string[],
  options: Command["options"],
): Pick<ReturnType<typeof parseArgs>, "positionals"> & { values: ParsedCommandLine["options"] } {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      {
        type: option.type,
        ...(name === "help" ? { short: "h" } : {}),
        ...(option.default === undefined ? {} : { default: option.default }),
      },
    ]),
  );
  try {
    const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options: known });
    const single = Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]);
    return { positionals, values: Object.fromEntries(single) as ParsedCommandLine["options"] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A number given as an option. */
export function numberOption(
  name: string,
  value: string | boolean | undefined,
  range: { min: number; max: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < range.min || number > range.max) {
    throw new UsageError(`--${name} takes a number from ${range.min} to ${range.max}, not ${String(value)}.`);
  }
  return number;
}
