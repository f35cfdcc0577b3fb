import { fork } from "@muster/core";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import type { NodeRuntime } from "../../nodes/node-runtime.ts";
import { type NodeSource } from "../ec2/index.ts";
import { Agenda } from "../../mechanisms/agenda.ts";
import { IdSource } from "../../mechanisms/ids.ts";
import { ssmAccess } from "./access.ts";
import { ssmAdmin, type SsmAdmin } from "./admin.ts";
import { NodeRegistry } from "./agent/node-registry.ts";
import { CommandStore } from "./commands/command-store.ts";
import { Dispatcher } from "./commands/dispatcher.ts";
import type { SsmCore } from "./core.ts";
import { calmSsm, type SsmDials } from "./dials.ts";
import { DocumentStore } from "./documents/document-store.ts";
import { publicDocuments } from "./documents/public-documents.ts";
import { accessDenied, throttled } from "./errors.ts";
import { ssmOperations } from "./operations.ts";
import { ParameterStore } from "./parameters/parameter-store.ts";

export interface SsmOptions {
  /** The instances, as EC2 hands them out: `ec2.nodes`. */
  readonly nodes: NodeSource;
  /** What runs inside the instances; the same as EC2's. */
  readonly runtime: NodeRuntime;
  /** AWS's public parameters, name to value; `publicImageParameters(world)` makes those of the images. */
  readonly publicParameters?: Readonly<Record<string, string>>;
  /** Whether a node with that role can register; by default every node with a role does. */
  readonly mayRegister?: (roleArn: string) => boolean;
  /** Dials that differ from a calm day. */
  readonly dials?: Partial<SsmDials>;
}

/** The embedded Systems Manager: Run Command, documents, managed nodes and parameters. */
export interface Ssm extends ServicePlugin {
  readonly admin: SsmAdmin;
  /** May be turned while it runs. */
  readonly dials: SsmDials;
}

/** Deliveries and reports that fall into the same tenth of a second share one timer. */
const TICK_MS = 100;

export function createSsm(context: ServiceContext, options: SsmOptions): Ssm {
  const dials: SsmDials = { ...calmSsm, ...options.dials };
  const { clock } = context;
  const { nodes, runtime } = options;
  // Streams of their own for ids, agents and commands, so that one does not shift the others.
  const ids = new IdSource(fork(context.random));
  const agenda = new Agenda(clock, TICK_MS);
  const registry = new NodeRegistry({
    context,
    clock,
    random: fork(context.random),
    dials,
    agenda,
    nodes,
    mayRegister: options.mayRegister ?? (() => true),
  });
  const random = fork(context.random);
  const dispatcher = new Dispatcher({ context, clock, random, dials, agenda, registry, runtime });
  const core: SsmCore = {
    context,
    clock,
    random,
    ids,
    dials,
    nodes,
    registry,
    documents: new DocumentStore(publicDocuments(clock.now())),
    parameters: new ParameterStore(options.publicParameters ?? {}, clock.now()),
    commands: new CommandStore(),
    dispatcher,
  };
  return {
    service: "ssm",
    operations: ssmOperations(core),
    access: (operation, input) => ssmAccess(core, operation, input),
    throttled,
    denied: accessDenied,
    admin: ssmAdmin(core),
    dials,
  };
}
