import { ofType } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";

/** The table can be restored, forgets what is over, and in production outlives mistakes. */
export const checkTable: Check = (recording, { table }) => {
  const made = ofType(recording, "aws:dynamodb/table:Table");
  const isProduction = recording.stage === "production";
  return [
    ...(made.length === 1 && made[0]?.inputs["name"] === table.name
      ? []
      : [`there is not exactly one table ${table.name}`]),
    ...made.flatMap(({ inputs, isRetained }) => [
      ...(objectOf(inputs, "pointInTimeRecovery")["enabled"] === true
        ? []
        : ["the table cannot be restored to a point in time"]),
      ...(textOf(objectOf(inputs, "ttl"), "attributeName") === table.ttlAttribute
        ? []
        : ["the table keeps rows for ever"]),
      ...(isProduction && inputs["deletionProtectionEnabled"] !== true ? ["the production table can be deleted"] : []),
      ...(isProduction && !isRetained ? ["the production table goes with the app"] : []),
    ]),
  ];
};
