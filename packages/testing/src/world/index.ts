export { exampleSpec } from "./example-spec.ts";
export { violations } from "./invariants.ts";
export { aWorld, type World, type WorldOptions } from "./world.ts";
