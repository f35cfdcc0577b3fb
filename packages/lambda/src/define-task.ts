import type * as z from "zod/mini";
import type { Context } from "./context.ts";
import { defineFunction, type FunctionShape, type MusterFunction } from "./define-function.ts";
import { inputInvalid } from "./input-invalid.ts";

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
    if (!input.success) throw inputInvalid(task.name, event, input.error.issues);
    return task.run(input.data, ports, context);
  });
}
