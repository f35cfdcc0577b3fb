export { exampleSpec } from "./example-spec.ts";
export { awsError, failNext } from "./faults.ts";
export { violations } from "./invariants.ts";
export { makeOwnProfile, TRUSTS_EC2 } from "./own-profile.ts";
export { stateOf, type State } from "./state.ts";
export { aWorld, type World, type WorldOptions } from "./world.ts";
