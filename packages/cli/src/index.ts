export { ApiError } from "./api/api-error.ts";
export type { Api } from "./api/api.ts";
export {
  createMuster,
  LOCAL_ACCOUNT,
  LOCAL_STAGE,
  LOCAL_TOKEN,
  machineDefinitions,
  type Muster,
  type MusterOptions,
} from "./local/create-muster.ts";
export { functions } from "./local/functions.ts";
export { localApi } from "./local/local-api.ts";
export { measure, type Measured } from "./local/measure.ts";
