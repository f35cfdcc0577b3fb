import { ofType } from "../synth/recording.ts";
import type { Check } from "./check.ts";

/** The table in production outlives mistakes, whatever the manifest says. */
export const checkTable: Check = (recording) =>
  ofType(recording, "aws:dynamodb/table:Table")
    .filter(() => recording.stage === "production")
    .flatMap(({ inputs, isRetained }) => [
      ...(inputs["deletionProtectionEnabled"] === true ? [] : ["the production table can be deleted"]),
      ...(isRetained ? [] : ["the production table goes with the app"]),
    ]);
