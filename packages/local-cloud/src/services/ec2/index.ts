export type { Ec2Admin, InstanceFacts, InterfaceFacts, Leftover, VolumeFacts } from "./admin.ts";
export { calmEc2, type CapacityPool, type Ec2Dials } from "./dials.ts";
export { createEc2, type Ec2, type Ec2Options } from "./ec2.ts";
export { instanceTypes, type InstanceTypeFacts } from "./instance-types/instance-type.ts";
export { quotaFamilies, vCpuQuota, type QuotaFamily } from "./instance-types/quota-families.ts";
export type { GuestChange, GuestListener } from "./lifecycle/lifecycle.ts";
export { Agenda } from "./mechanisms/agenda.ts";
export { Delayed } from "./mechanisms/delayed.ts";
export { IdSource } from "./mechanisms/ids.ts";
export { refuserOf } from "./mechanisms/refuse.ts";
export { TokenBucket, type BucketSize } from "./mechanisms/token-bucket.ts";
export type { NodeSource, NodeView } from "./nodes.ts";
export { newAccountQuotas, roomyQuotas, type QuotaSource } from "./quotas.ts";
export type { OtherUsage } from "./state/usage.ts";
export { defaultWorld, type DefaultWorldOptions } from "./world/default-world.ts";
export {
  publicImageParameters,
  type Ec2World,
  type ImageDefinition,
  type InstanceProfileDefinition,
  type SecurityGroupDefinition,
  type SubnetDefinition,
} from "./world/world.ts";
