export type { SsmDials } from "./dials.ts";
export { createSsm } from "./ssm.ts";
