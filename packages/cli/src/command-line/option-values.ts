import type { OptionValues } from "../command.ts";
import { usageError } from "./usage-error.ts";

/** A number given as an option. */
export function numberOption(
  options: OptionValues,
  name: string,
  range: { readonly min: number; readonly max: number; readonly isWhole: boolean; readonly command: string },
): number {
  const { min, max, isWhole, command } = range;
  const given = stringOption(options, name) ?? "";
  const number = PLAIN_NUMBER.test(given) ? Number(given) : Number.NaN;
  if (number >= min && number <= max && (!isWhole || Number.isInteger(number))) return number;
  throw usageError({
    what: `--${name} is ${given === "" ? "empty" : given}.`,
    why: `It is a ${isWhole ? "whole " : ""}number from ${min} to ${max}.`,
    command,
  });
}

/** Decimal, without what only programmers write (0x10, 1e3). */
const PLAIN_NUMBER = /^\d+(\.\d+)?$/;

export function stringOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return value === true ? undefined : value;
}
