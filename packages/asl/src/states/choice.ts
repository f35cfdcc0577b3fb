import type { ChoiceState } from "../definition/machine.ts";
import { RuntimeFailure } from "../execution/failure.ts";
import type { Exit, Visit } from "../execution/visit.ts";

/** Leaves by the first rule whose condition is true, or by the state's own Default, Output and Assign. */
export async function runChoice(visit: Visit<ChoiceState>): Promise<Exit> {
  const { state, input } = visit;
  for (const rule of state.rules) {
    if ((await visit.typed(rule.condition, "boolean")) === true) return visit.leave(rule, input);
  }
  if (state.next === undefined) {
    // AWS reports States.Runtime here, not the States.NoChoiceMatched of its guide (measured, floci-io/floci#3167).
    throw new RuntimeFailure(
      visit.describe("Failed to transition out of the state. The state does not point to a next state."),
    );
  }
  return visit.leave(state, input);
}
