import { MusterError, ruleOfIssue, valueAt } from "@muster/core";
import type * as z from "zod/mini";

/** What is wrong with an input, all of it, as one error. `what` takes it: a function, a machine or a route. */
export function inputInvalid(what: string, input: unknown, issues: readonly z.core.$ZodIssue[]): MusterError {
  const problems = issues.flatMap((issue) => problemsOf(issue, input));
  return new MusterError("InputInvalid", {
    what: `The input of ${what} is not what it takes; nothing was done.`,
    why: `${problems.join("; ")} (InputInvalid)`,
    remedy: "Correct the input; samples are in examples/ and in the machine's README.",
    details: { problems },
  });
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${at([...issue.path, key])} is not known`);
  if (valueAt(input, issue.path) === undefined) return [`${at(issue.path)} is missing`];
  if (issue.code === "invalid_union") return unionProblems(issue, input);
  return [`${at(issue.path)} ${ruleOfIssue(issue)}`];
}

/** Of several shapes, the one that the input comes nearest to says what is wrong. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, input: unknown): string[] {
  const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0];
  if (nearest === undefined) return [`${at(issue.path)} ${ruleOfIssue(issue)}`];
  return nearest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, input));
}

function at(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the input" : path.map(String).join(".");
}
