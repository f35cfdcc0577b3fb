import { compileState } from "../definition/compile.ts";
import { InvalidDefinitionError } from "../definition/compile-machine.ts";
import type { State } from "../definition/machine.ts";
import { isObject } from "../json.ts";
import { isAwsDiagnostic, type Diagnostic } from "../validation/diagnostic.ts";
import { languageOf } from "../validation/state.ts";
import { validateMachine, validateState } from "../validation/validate.ts";
import { allStates } from "../validation/walk.ts";
import { TestStateError, type TestStateRequest } from "./request.ts";

/**
 * Compiles the one state to test: the definition itself, or the state of that name in it.
 * @throws {InvalidDefinitionError | TestStateError}
 */
export function findState({ definition, stateName }: Pick<TestStateRequest, "definition" | "stateName">): State {
  const found = stateName === undefined ? alone(definition) : named(definition, stateName);
  const errors = found.diagnostics.filter(isAwsDiagnostic);
  if (errors.length > 0) throw new InvalidDefinitionError(errors);
  if (found.language === "JSONPath") throw new InvalidDefinitionError([jsonPathDiagnostic(found.name)]);
  return compileState(found.name, withoutNestedStates(found.state));
}

interface FoundState {
  readonly name: string;
  readonly state: unknown;
  readonly language: ReturnType<typeof languageOf>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What AWS calls a state that is given without its name (recorded). */
const NAME_OF_STATE_ALONE = "StateName";

function alone(state: unknown): FoundState {
  return {
    name: NAME_OF_STATE_ALONE,
    state,
    language: languageOf(isObject(state) ? state["QueryLanguage"] : undefined, "JSONPath"),
    diagnostics: validateState(NAME_OF_STATE_ALONE, state),
  };
}

function named(machine: unknown, stateName: string): FoundState {
  if (!isObject(machine) || !isObject(machine["States"])) {
    throw new TestStateError("stateName needs the definition of a whole state machine");
  }
  for (const { name, state } of allStates(machine, "")) {
    if (name !== stateName) continue;
    const language = languageOf(state["QueryLanguage"], languageOf(machine["QueryLanguage"], "JSONPath"));
    return { name, state, language, diagnostics: validateMachine(machine) };
  }
  throw new TestStateError(`the definition has no state ${stateName}`);
}

function jsonPathDiagnostic(name: string): Diagnostic {
  return {
    severity: "ERROR",
    code: "UNSUPPORTED_QUERY_LANGUAGE",
    path: `/States/${name}`,
    message: "This interpreter runs JSONata only: set QueryLanguage to JSONata",
  };
}

// The states inside a Map or Parallel do not run in a test: its result is a mock.
function withoutNestedStates(state: unknown): unknown {
  if (!isObject(state)) return state;
  const none = { StartAt: "", States: {} };
  if (state["Type"] === "Map") return { ...state, Iterator: undefined, ItemProcessor: none };
  return state["Type"] === "Parallel" ? { ...state, Branches: [] } : state;
}
