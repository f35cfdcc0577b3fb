export type { Statement } from "./statement.ts";
