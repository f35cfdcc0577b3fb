import { print } from "./print.ts";

/** What a measurement has to be, and whether it is. */
export interface Goal {
  readonly what: string;
  readonly measured: string;
  readonly bound: string;
  readonly isMet: boolean;
}

export function goal(what: string, measured: string | number, bound: string, isMet: boolean): Goal {
  return { what, measured: String(measured), bound, isMet };
}

/** Answers whether all are met. */
export function printGoals(goals: readonly Goal[]): boolean {
  for (const { what, measured, bound, isMet } of goals)
    print(`${isMet ? "met   " : "MISSED"}  ${what}: ${measured} (goal: ${bound})`);
  return goals.every(({ isMet }) => isMet);
}
