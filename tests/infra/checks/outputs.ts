import { differences } from "../expected/differences.ts";
import { expectedOutputs } from "../expected/outputs.ts";
import type { Check } from "./check.ts";

/** What a person is told at the end of a deployment is so. */
export const checkOutputs: Check = ({ outputs, app }, manifest) =>
  differences(outputs, expectedOutputs(manifest, app)).map((difference) => `output ${difference}`);
