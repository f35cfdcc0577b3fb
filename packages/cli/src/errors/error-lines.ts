import * as z from "zod/mini";
import { styles, type Terminal } from "../terminal/terminal.ts";
import { wrap } from "../terminal/wrap.ts";

/** An error as a person reads it, and as a program does. */
export interface ShownError {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** Machine-readable facts, such as all problems of a spec. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * What, why with its code, and what to do; of a spec, every broken rule by itself. What to do stays one line, however long:
 * it has commands in it, and people copy them.
 */
export function errorLines(error: ShownError, terminal: Pick<Terminal, "hasColor" | "columns">): string[] {
  const { red, bold } = styles(terminal);
  const width = terminal.columns();
  const head = (text: string) => wrap(text, { width, lead: LEAD }).map((line) => line.replace(LEAD, red(LEAD)));
  const problems = problemList.safeParse(error.details?.["problems"]).data ?? [];
  if (problems.length > 0) {
    return [
      ...head(withCode(error.what, error.code)),
      ...problems.flatMap(({ path, found, rule, remedy }) => [
        `  ${bold(path === "" ? "spec" : path)}${found === undefined ? "" : ` is ${found}`}`,
        ...wrap(rule, { width, lead: "    rule: " }),
        `    do:   ${remedy}`,
      ]),
    ];
  }
  return [
    ...head(error.what),
    ...wrap(withCode(error.why, error.code), { width, lead: "  why: " }),
    ...(error.remedy === "" ? [] : [`  do:  ${error.remedy}`]),
  ];
}

const LEAD = "error: ";

const problemList = z.array(
  z.object({ path: z.string(), found: z.optional(z.string()), rule: z.string(), remedy: z.string() }),
);

/** A sentence with the code behind it, unless it says it already. */
function withCode(text: string, code: string): string {
  if (text.includes(`(${code})`)) return text;
  const sentence = text.replace(/\.$/, "");
  return sentence === "" ? code : `${sentence} (${code}).`;
}
