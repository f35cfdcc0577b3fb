import { fork } from "@muster/core";
import type { NodeRuntime } from "../../nodes/node-runtime.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { ec2Access } from "./access/access.ts";
import { ec2Admin, type Ec2Admin } from "./admin.ts";
import type { Ec2Core } from "./core.ts";
import { calmEc2, type Ec2Dials } from "./dials.ts";
import { throttled, unauthorizedOperation } from "./errors/general.ts";
import { Lifecycle } from "./lifecycle/lifecycle.ts";
import { Throttle } from "./limits/throttle.ts";
import { Agenda } from "../../mechanisms/agenda.ts";
import { IdSource } from "../../mechanisms/ids.ts";
import { nodeSource, type NodeSource } from "./nodes.ts";
import { ec2Operations } from "./operations.ts";
import type { QuotaSource } from "./quotas.ts";
import { Ec2Store } from "./state/store.ts";
import type { OtherUsage } from "./state/usage.ts";
import type { Ec2World, InstanceProfileDefinition } from "./world/world.ts";

export interface Ec2Options {
  /** What exists before anyone launches anything; `defaultWorld` makes one. */
  readonly world: Ec2World;
  /** What the account may have; `newAccountQuotas` and `roomyQuotas` are ready-made. */
  readonly quotas: QuotaSource;
  /** What runs inside the instances. */
  readonly runtime: NodeRuntime;
  /** Instance profiles as IAM knows them, by name or ARN; without it those of the world. */
  readonly findInstanceProfile?: (nameOrArn: string) => InstanceProfileDefinition | undefined;
  /** Dials that differ from a calm day. */
  readonly dials?: Partial<Ec2Dials>;
  /** What the account uses besides what is launched here. */
  readonly otherUsage?: OtherUsage;
}

/** The embedded EC2: a plugin for the kernel, the instances for other services, and the other side for tests. */
export interface Ec2 extends ServicePlugin {
  readonly nodes: NodeSource;
  readonly admin: Ec2Admin;
  /** May be turned while it runs. */
  readonly dials: Ec2Dials;
}

/** Transitions that fall into the same half second share one timer. */
const TICK_MS = 500;
/** Characters of the encoded message of a refusal, about as long as AWS's. */
const ENCODED_MESSAGE_HEX = 64;

export function createEc2(context: ServiceContext, options: Ec2Options): Ec2 {
  const dials: Ec2Dials = { ...calmEc2, ...options.dials };
  const { clock, account } = context;
  // One stream for ids and one for fate, so that turning a dial does not rename everything.
  const ids = new IdSource(fork(context.random));
  const random = fork(context.random);
  const store = new Ec2Store(options.world, options.otherUsage ?? {});
  const agenda = new Agenda(clock, TICK_MS);
  const core: Ec2Core = {
    context,
    clock,
    random,
    dials,
    quotas: options.quotas,
    findInstanceProfile:
      options.findInstanceProfile ??
      ((nameOrArn) => options.world.instanceProfiles.find(({ name, arn }) => nameOrArn === name || nameOrArn === arn)),
    store,
    ids,
    throttle: new Throttle({ clock, account, isOn: () => dials.throttling }),
    lifecycle: new Lifecycle({ context, random, dials, store, agenda, runtime: options.runtime }),
  };
  return {
    service: "ec2",
    operations: ec2Operations(core),
    access: (operation, input) => ec2Access(core, operation, input),
    throttled,
    denied: (request, call) =>
      unauthorizedOperation(request, call, Array.from({ length: ENCODED_MESSAGE_HEX / 8 }, () => ids.hex8()).join("")),
    nodes: nodeSource(core),
    admin: ec2Admin(core, agenda),
    dials,
  };
}
