export { prices } from "./prices.ts";
export { hookOf, productNamed, products, tierOf } from "./registry.ts";
