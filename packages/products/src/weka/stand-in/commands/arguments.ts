/** A command line taken apart: what is no option, and the options with what they were given. */
export interface Arguments {
  readonly positional: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
}

export interface Grammar {
  /** Long names of options that take a value, which may be repeated. */
  readonly values?: readonly string[];
  /** Long names of options that take none. */
  readonly flags?: readonly string[];
  /** Short names and the long ones that they stand for, such as `-J` for `json`. */
  readonly short?: Readonly<Record<string, string>>;
  /** Everything from the first argument on that is no option belongs to another command. */
  readonly stopAtFirst?: boolean;
}

/** Takes a command line apart; a text when it has an option that the grammar does not know. */
export function parseArguments(args: readonly string[], grammar: Grammar): Arguments | string {
  const positional: string[] = [];
  const values: Record<string, string[]> = {};
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (!word.startsWith("-") || word === "-") {
      if (grammar.stopAtFirst === true) return { positional: args.slice(index), values, flags };
      positional.push(word);
      continue;
    }
    const [spelled, inline] = splitOnce(word);
    const name = spelled.startsWith("--") ? spelled.slice(2) : grammar.short?.[spelled];
    if (name !== undefined && grammar.flags?.includes(name) === true && inline === undefined) flags.add(name);
    else if (name !== undefined && grammar.values?.includes(name) === true) {
      const value = inline ?? args[++index];
      if (value === undefined) return `argument ${spelled}: expected one argument`;
      (values[name] ??= []).push(value);
    } else return `unrecognized arguments: ${word}`;
  }
  return { positional, values, flags };
}

/** The last value of an option; undefined when it was not given. */
export function valueOf({ values }: Arguments, name: string): string | undefined {
  return values[name]?.at(-1);
}

/** All values of an option that may be repeated or separated by commas. */
export function listOf({ values }: Arguments, name: string): readonly string[] {
  return (values[name] ?? []).flatMap((value) => value.split(","));
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf("=");
  return word.startsWith("--") && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word, undefined];
}
