export type { CommandFacts, SsmAdmin } from "./admin.ts";
export { calmSsm, type SsmDials } from "./dials.ts";
export { createSsm, type Ssm, type SsmOptions } from "./ssm.ts";
