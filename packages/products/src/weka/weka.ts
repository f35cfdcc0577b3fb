import type { Product } from "@muster/core";
import { wekaBlueprint } from "./blueprint.ts";
import { checkWeka } from "./check.ts";
import { wekaHooks } from "./hooks.ts";
import { CLIENT_BACKEND, CONVERGED, pinWeka, wekaSectionSchema } from "./spec-section.ts";

/** WEKA on AWS, from the instance store of its backends. */
export const weka: Product = {
  name: "weka",
  deployments: [CLIENT_BACKEND, CONVERGED],
  sectionSchema: wekaSectionSchema,
  check: checkWeka,
  blueprint: wekaBlueprint,
  pin: pinWeka,
  hooks: wekaHooks,
};
