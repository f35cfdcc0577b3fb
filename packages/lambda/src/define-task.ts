import { MusterError } from "@muster/core";
import type * as z from "zod/mini";
import type { Context } from "./context.ts";
import { defineFunction, type FunctionShape, type MusterFunction } from "./define-function.ts";

/** A function that a workflow (or an event rule) calls: input in, plan applied, small answer out. */
export interface TaskShape<Input extends z.ZodMiniType, Name extends string, Ports> extends FunctionShape<Name, Ports> {
  readonly input: Input;
  readonly run: (input: z.output<Input>, ports: Ports, context: Context) => Promise<unknown>;
}

/** @throws {MusterError} InputInvalid, when the event is not what the function takes */
export function defineTask<Input extends z.ZodMiniType, Name extends string, Ports>(
  task: TaskShape<Input, Name, Ports>,
): MusterFunction {
  return defineFunction(task, async (event, ports, context) => {
    const input = task.input.safeParse(event);
    if (!input.success) throw inputInvalid(task.name, input.error.issues);
    return task.run(input.data, ports, context);
  });
}

/** What is wrong with an input, as one error. */
export function inputInvalid(what: string, issues: readonly z.core.$ZodIssue[]): MusterError {
  const problems = issues.map(
    (issue) => `${issue.path.length === 0 ? "the input" : issue.path.map(String).join(".")}: ${issue.message}`,
  );
  return new MusterError("InputInvalid", {
    what: `The input of ${what} is not what it takes; nothing was done.`,
    why: `${problems.join("; ")} (InputInvalid)`,
    remedy: "Correct the input; a sample is in the machine's README and in examples/.",
    details: { problems },
  });
}
