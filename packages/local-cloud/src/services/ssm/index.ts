export type { SsmDials } from "./dials.ts";
export { createSsm, type Ssm } from "./ssm.ts";
