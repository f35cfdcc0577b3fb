export { blueprintOf, tierOf } from "./blueprints.ts";
export { hookOf } from "./hooks.ts";
export { prices } from "./prices.ts";
export { products } from "./registry.ts";
