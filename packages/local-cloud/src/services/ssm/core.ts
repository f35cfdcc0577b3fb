import type { Clock, Random } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";
import type { NodeSource } from "../ec2/index.ts";
import type { IdSource } from "../../mechanisms/ids.ts";
import type { NodeRegistry } from "./agent/node-registry.ts";
import type { Dispatcher } from "./commands/dispatcher.ts";
import type { CommandStore } from "./commands/command-store.ts";
import type { SsmDials } from "./dials.ts";
import type { DocumentStore } from "./documents/document-store.ts";
import type { ParameterStore } from "./parameters/parameter-store.ts";

/** What the operations of Systems Manager share. */
export interface SsmCore {
  readonly context: ServiceContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly dials: SsmDials;
  readonly nodes: NodeSource;
  readonly registry: NodeRegistry;
  readonly documents: DocumentStore;
  readonly parameters: ParameterStore;
  readonly commands: CommandStore;
  readonly dispatcher: Dispatcher;
}
