import { parseArgs } from "node:util";
import { COMMON_OPTIONS, type Command, type Option, type OptionValues } from "../command.ts";
import { nearest } from "./nearest.ts";
import { noCommand, ofNoun } from "./no-command.ts";
import { usageError } from "./usage-error.ts";

export type ParsedCommandLine =
  | { readonly command: Command; readonly arguments: readonly string[]; readonly options: OptionValues }
  /** Help of those: one command, the commands of a noun, or all. */
  | { readonly help: readonly Command[] }
  | { readonly version: true };

/**
 * Finds the command that a command line names, and reads its arguments and options, in any order.
 * @throws {CliError} Usage
 */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): ParsedCommandLine {
  const { words, given } = split(argv, commands);
  if (given.some(({ name }) => name === "version") && words.length === 0) return { version: true };
  const asksForHelp = given.some(({ name }) => name === "help") || words[0] === "help";
  const named = words[0] === "help" ? words.slice(1) : words;
  if (named.length === 0 && (asksForHelp || argv.length === 0)) return { help: commands };
  const command = commands.find((c) => c.name === named.slice(0, 2).join(" "));
  if (asksForHelp) return { help: command === undefined ? ofNoun(named, commands) : [command] };
  if (command === undefined) throw noCommand(named, commands);
  const options = readOptions(command, given);
  const rest = named.slice(2);
  if (rest.length === command.arguments.length) return { command, arguments: rest, options };
  const wanted = command.arguments.map((argument) => argument.name).join(" ");
  throw usageError({
    what: `muster ${command.name} was given ${rest.length === 0 ? "no arguments" : rest.join(" ")}.`,
    why: `It takes ${wanted === "" ? "none" : wanted}.`,
    command: command.name,
  });
}

interface GivenOption {
  readonly name: string;
  /** As it was written: `-h`. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Written `--name=value`. */
  readonly isInline: boolean;
}

/** Words and options. Which options take a value is asked of all commands: an option may come before the command's name. */
function split(argv: readonly string[], commands: readonly Command[]): { words: string[]; given: GivenOption[] } {
  const every = Object.assign({}, COMMON_OPTIONS, ...commands.map((c) => c.options)) as Record<string, Option>;
  const options = Object.fromEntries(Object.entries(every).map(([name, { type }]) => [name, { type }]));
  const help = { type: "boolean", short: "h" } as const;
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...options, help },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return {
    words: tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : [])),
    given: tokens.flatMap((token) =>
      token.kind === "option"
        ? [{ name: token.name, rawName: token.rawName, value: token.value, isInline: token.inlineValue === true }]
        : [],
    ),
  };
}

function readOptions(command: Command, given: readonly GivenOption[]): OptionValues {
  const known = { ...command.options, ...COMMON_OPTIONS };
  const values: Record<string, string | true | undefined> = Object.fromEntries(
    Object.entries(known).map(([name, option]) => [name, "default" in option ? option.default : undefined]),
  );
  for (const option of given) {
    values[option.name] = valueOf(option, Object.hasOwn(known, option.name) ? known[option.name] : undefined, command);
  }
  return values;
}

function valueOf({ name, rawName, value, isInline }: GivenOption, option: Option | undefined, command: Command) {
  if (option === undefined) {
    const known = Object.keys({ ...command.options, ...COMMON_OPTIONS });
    const meant = nearest(name, known);
    throw usageError({
      what: `muster ${command.name} has no option ${rawName}.`,
      why: `Its options are ${known.map((option) => `--${option}`).join(", ")}.`,
      command: command.name,
      write: meant === undefined ? undefined : `--${meant}`,
    });
  }
  if (option.type === "boolean") {
    if (value === undefined) return true;
    throw usageError({
      what: `--${name} was given the value ${value}.`,
      why: "It takes none.",
      command: command.name,
      write: `--${name}`,
    });
  }
  // `--port --exit`: the next option is not a value that anybody meant.
  if (value !== undefined && (isInline || !value.startsWith("-"))) return value;
  throw usageError({
    what: `--${name} has no value.`,
    why: `It takes ${option.value}.`,
    command: command.name,
    write: `--${name} ${option.value}`,
  });
}
