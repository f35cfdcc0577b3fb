import { checkAlarms } from "./alarms.ts";
import { checkApp } from "./app.ts";
import type { Check } from "./check.ts";
import { checkCompleteness } from "./completeness.ts";
import { checkFunctions } from "./functions.ts";
import { checkMachines } from "./machines.ts";
import { checkPlaceholders } from "./placeholders.ts";
import { checkRoles } from "./roles.ts";
import { checkRoutes } from "./routes.ts";
import { checkTable } from "./table.ts";
import { checkTargets } from "./targets.ts";
import { checkWildcards } from "./wildcards.ts";

/** By what each holds. */
export const checks: Readonly<Record<string, Check>> = {
  "the app is tagged, and protects production": checkApp,
  "everything of the manifest is made, and nothing else": checkCompleteness,
  "routes ask for a signature, and may call": checkRoutes,
  "machines call versions that exist and that their roles allow": checkMachines,
  "rules and schedules may call what they call": checkTargets,
  "roles are the manifest's": checkRoles,
  "wildcards have a listed reason": checkWildcards,
  "functions are the manifest's": checkFunctions,
  "the table is safe": checkTable,
  "alarms watch machines and queues": checkAlarms,
  "nothing is left over": checkPlaceholders,
};
