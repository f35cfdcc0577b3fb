import type { Command } from "../command.ts";
import type { CliError } from "../errors/cli-error.ts";
import { nearest } from "./nearest.ts";
import { usageError } from "./usage-error.ts";

/** The commands of a noun; all, when there is no such noun. */
export function ofNoun([noun]: readonly string[], commands: readonly Command[]): readonly Command[] {
  const own = commands.filter((c) => nounOf(c) === noun);
  return own.length === 0 ? commands : own;
}

/** Those words name no command: says what there is, and what was probably meant. */
export function noCommand([noun, verb]: readonly string[], commands: readonly Command[]): CliError {
  const nouns = `A command is a noun and a verb; nouns are ${[...new Set(commands.map(nounOf))].join(", ")}.`;
  if (noun === undefined) return usageError({ what: "muster needs to know what to do.", why: nouns });
  const own = commands.filter((c) => nounOf(c) === noun);
  const verbs = own.map(verbOf).join(", ");
  if (own.length > 0 && verb === undefined) {
    return usageError({ what: `muster ${noun} needs to know what to do.`, why: `It does ${verbs}.`, command: noun });
  }
  const meant = meantBy(noun, verb, commands);
  return usageError({
    what: `There is no command ${verb === undefined ? noun : `${noun} ${verb}`}.`,
    why: own.length > 0 ? `${noun} does ${verbs}.` : nouns,
    command: own.length > 0 ? noun : undefined,
    write: meant === undefined ? undefined : `muster ${meant}`,
  });
}

/** `clster list`, `cluster lits`, and `deploy spec.yaml`. */
function meantBy(noun: string, verb: string | undefined, commands: readonly Command[]): string | undefined {
  const meantNoun = nearest(noun, [...new Set(commands.map(nounOf))]);
  if (meantNoun !== undefined) {
    const meantVerb = nearest(verb ?? "", ofNoun([meantNoun], commands).map(verbOf));
    return meantVerb === undefined ? undefined : `${meantNoun} ${meantVerb}`;
  }
  const meantVerb = nearest(noun, commands.map(verbOf));
  return commands.find((c) => verbOf(c) === meantVerb)?.name;
}

function nounOf({ name }: Command): string {
  return name.split(" ")[0] ?? "";
}

function verbOf({ name }: Command): string {
  return name.split(" ")[1] ?? "";
}
