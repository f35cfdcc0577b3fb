import { checkConstraints } from "../../../mechanisms/constraints.ts";

// Rate controls of SendCommand: https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
export const MAX_CONCURRENCY_DEFAULT = "50";
export const MAX_ERRORS_DEFAULT = "0";

const CONCURRENCY = "[1-9][0-9]{0,6}|[1-9][0-9]%|[1-9]%|100%";
const ERRORS = "[1-9][0-9]{0,6}|[0]|[1-9][0-9]%|[0-9]%|100%";

export function checkRates(maxConcurrency: string, maxErrors: string): void {
  checkConstraints([
    { at: "maxConcurrency", value: maxConcurrency, pattern: CONCURRENCY },
    { at: "maxErrors", value: maxErrors, pattern: ERRORS },
  ]);
}

/** Nodes at once: a number, or a share of the targets, but one at least. */
export function concurrencyOf(maxConcurrency: string, targets: number): number {
  return Math.max(1, amount(maxConcurrency, targets));
}

/** Errors that are put up with: the one beyond them stops the rest. */
export function errorsOf(maxErrors: string, targets: number): number {
  return amount(maxErrors, targets);
}

function amount(text: string, targets: number): number {
  return text.endsWith("%") ? Math.floor((targets * Number(text.slice(0, -1))) / 100) : Number(text);
}
