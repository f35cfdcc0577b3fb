import type { Clock, Random } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";
import type { Ec2Dials } from "./dials.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { Throttle } from "./limits/throttle.ts";
import type { IdSource } from "../../mechanisms/ids.ts";
import type { QuotaSource } from "./quotas.ts";
import type { Ec2Store } from "./state/store.ts";
import type { InstanceProfileDefinition } from "./world/world.ts";

/** What the operations of EC2 share. Each is a function of this and of its input. */
export interface Ec2Core {
  readonly context: ServiceContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly dials: Ec2Dials;
  readonly quotas: QuotaSource;
  /** By name or ARN. */
  readonly findInstanceProfile: (nameOrArn: string) => InstanceProfileDefinition | undefined;
  readonly store: Ec2Store;
  readonly ids: IdSource;
  readonly throttle: Throttle;
  readonly lifecycle: Lifecycle;
}
