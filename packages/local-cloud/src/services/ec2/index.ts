export type { InstanceFacts } from "./admin.ts";
export type { CapacityPool, Ec2Dials } from "./dials.ts";
export { createEc2 } from "./ec2.ts";
export type { NodeSource, NodeView } from "./nodes.ts";
export { defaultWorld } from "./world/default-world.ts";
export { publicImageParameters, type Ec2World } from "./world/world.ts";
