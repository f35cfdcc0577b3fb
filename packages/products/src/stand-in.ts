/** What stands in for products inside the embedded cloud. An entry of its own: no Lambda function carries it. */
export { calmWeka, type WekaDials } from "./weka/stand-in/dials.ts";
export { createWekaStandIn, type WekaStandIn, type WekaStandInOptions } from "./weka/stand-in/stand-in.ts";
