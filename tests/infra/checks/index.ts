import { checkAlarms } from "./alarms.ts";
import { checkApp } from "./app.ts";
import type { Check } from "./check.ts";
import { checkCode } from "./code.ts";
import { checkInputs } from "./inputs.ts";
import { checkMachines } from "./machines.ts";
import { checkOutputs } from "./outputs.ts";
import { checkPlaceholders } from "./placeholders.ts";
import { checkRoles } from "./roles.ts";
import { checkRoutes } from "./routes.ts";
import { checkTable } from "./table.ts";
import { checkTargets } from "./targets.ts";
import { checkWildcards } from "./wildcards.ts";

/** By what each holds. */
export const checks: Readonly<Record<string, Check>> = {
  "the app is tagged, and protects production": checkApp,
  "everything of the manifest is made as it says, and nothing else": checkInputs,
  "outputs are the manifest's": checkOutputs,
  "routes ask for a signature, and may call": checkRoutes,
  "machines call versions that exist and that their roles allow": checkMachines,
  "rules and schedules may call what they call": checkTargets,
  "roles allow what the manifest says, and are used once": checkRoles,
  "wildcards have a listed reason": checkWildcards,
  "functions run their own code": checkCode,
  "the production table is safe": checkTable,
  "alarms watch machines and queues": checkAlarms,
  "nothing is left over": checkPlaceholders,
};
