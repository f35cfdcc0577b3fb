import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";
import type { QueryLanguage } from "./fields.ts";
import { languageOf } from "./state.ts";
import { allStates } from "./walk.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Refuses what AWS runs and this interpreter does not: JSONPath (said once), and Distributed Map. */
export function checkSupported(machine: Raw, machineLanguage: QueryLanguage, findings: Findings): void {
  let isTold = false;
  for (const { state, path } of allStates(machine, "")) {
    if (!isTold && languageOf(state["QueryLanguage"], machineLanguage) === "JSONPath") {
      isTold = true;
      findings.error(
        "UNSUPPORTED_QUERY_LANGUAGE",
        "This interpreter runs JSONata only: set QueryLanguage to JSONata for the whole machine",
        path,
      );
    }
    if (state["Type"] === "Map") checkInline(state, path, findings);
  }
}

function checkInline(state: Raw, path: string, findings: Findings): void {
  if (isDistributed(state)) {
    findings.error(
      "UNSUPPORTED_DISTRIBUTED_MAP",
      "Distributed Map is not supported by Muster's interpreter until something needs it",
      path,
    );
  } else if (state["ToleratedFailureCount"] !== undefined || state["ToleratedFailurePercentage"] !== undefined) {
    findings.warning("TOLERANCE_IN_INLINE_MAP", "Failure tolerance is documented for Distributed Map only.", path);
  }
}

function isDistributed(state: Raw): boolean {
  if (["ItemReader", "ItemBatcher", "ResultWriter", "Label"].some((field) => state[field] !== undefined)) return true;
  return ["ItemProcessor", "Iterator"].some((field) => {
    const processor = state[field];
    const config = isObject(processor) ? processor["ProcessorConfig"] : undefined;
    return isObject(config) && config["Mode"] === "DISTRIBUTED";
  });
}
