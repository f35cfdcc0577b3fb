import type {
  CreateStateMachineAliasInput,
  DeleteStateMachineAliasInput,
  DescribeStateMachineAliasInput,
  ListStateMachineAliasesInput,
  RoutingConfigurationListItem,
  UpdateStateMachineAliasInput,
} from "@aws-sdk/client-sfn";
import type { Operation, ServiceContext } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { parseMachineArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import { MAX_ALIASES, MAX_ARN_LENGTH, MAX_NAME_LENGTH } from "../limits.ts";
import { pageOf } from "../page.ts";
import type { MachineStore } from "./machine-store.ts";
import type { Alias, Route, StateMachine } from "./state-machine.ts";

/** The operations on aliases. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html */
export function aliasOperations(context: ServiceContext, machines: MachineStore): Readonly<Record<string, Operation>> {
  return {
    CreateStateMachineAlias: (input: CreateStateMachineAliasInput) => {
      const alias = create(context, machines, input);
      return { stateMachineAliasArn: alias.arn, creationDate: new Date(alias.createdAt) };
    },
    UpdateStateMachineAlias: (input: UpdateStateMachineAliasInput) => {
      const { machine, alias } = find(machines, input.stateMachineAliasArn);
      if (input.routingConfiguration !== undefined) {
        const { owner, routes } = readRoutes(machines, input.routingConfiguration);
        if (owner !== machine) throw differentMachines();
        alias.routes = routes;
      }
      alias.description = input.description ?? alias.description;
      alias.updatedAt = context.clock.now();
      return { updateDate: new Date(alias.updatedAt) };
    },
    DescribeStateMachineAlias: (input: DescribeStateMachineAliasInput) => {
      const { alias } = find(machines, input.stateMachineAliasArn);
      const { arn, name, description, routes, createdAt, updatedAt } = alias;
      return {
        stateMachineAliasArn: arn,
        name,
        ...(description !== undefined && { description }),
        routingConfiguration: routes.map(({ version, weight }) => ({ stateMachineVersionArn: version.arn, weight })),
        creationDate: new Date(createdAt),
        updateDate: new Date(updatedAt),
      };
    },
    ListStateMachineAliases: (input: ListStateMachineAliasesInput) => {
      const { machineArn, qualifier } = parseMachineArn(input.stateMachineArn ?? "");
      const machine = machines.plain(machineArn);
      const found = [...machine.aliases.values()].filter(
        ({ routes }) => qualifier === undefined || routes.some(({ version }) => version.arn === input.stateMachineArn),
      );
      const page = pageOf(found, ({ arn }) => arn, input);
      return {
        stateMachineAliases: page.items.map(({ arn, createdAt }) => ({
          stateMachineAliasArn: arn,
          creationDate: new Date(createdAt),
        })),
        ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
      };
    },
    DeleteStateMachineAlias: (input: DeleteStateMachineAliasInput) => {
      const { machine, alias } = find(machines, input.stateMachineAliasArn);
      machine.aliases.delete(alias.name);
      return {};
    },
  };
}

function create(context: ServiceContext, machines: MachineStore, input: CreateStateMachineAliasInput): Alias {
  const { name = "", description } = input;
  checkConstraints([{ at: "name", value: name, min: 1, max: MAX_NAME_LENGTH, pattern: ALIAS_NAME }]);
  const { owner, routes } = readRoutes(machines, input.routingConfiguration ?? []);
  const known = owner.aliases.get(name);
  if (known !== undefined) {
    if (sameRoutes(known.routes, routes) && known.description === description) return known;
    throw statesError.conflict(
      "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
    );
  }
  if (owner.aliases.size >= MAX_ALIASES) {
    throw statesError.serviceQuotaExceeded(`The state machine has ${MAX_ALIASES} aliases already`);
  }
  const now = context.clock.now();
  const alias: Alias = { name, arn: `${owner.arn}:${name}`, createdAt: now, updatedAt: now, description, routes };
  owner.aliases.set(name, alias);
  return alias;
}

// At least one character that is no digit: otherwise it would be a version.
const ALIAS_NAME = String.raw`(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+`;

function find(machines: MachineStore, arn = ""): { machine: StateMachine; alias: Alias } {
  checkConstraints([{ at: "stateMachineAliasArn", value: arn, min: 1, max: MAX_ARN_LENGTH }]);
  const { machineArn, qualifier = "" } = parseMachineArn(arn);
  const machine = machines.find(machineArn);
  const alias = machine?.aliases.get(qualifier);
  if (machine === undefined || alias === undefined) throw statesError.resourceNotFound(arn);
  return { machine, alias };
}

function readRoutes(
  machines: MachineStore,
  items: readonly RoutingConfigurationListItem[],
): { owner: StateMachine; routes: readonly Route[] } {
  checkConstraints([{ at: "routingConfiguration", value: items, min: 1, max: 2 }]);
  const found = items.map(({ stateMachineVersionArn: arn = "", weight = 0 }) => {
    const { machineArn, qualifier } = parseMachineArn(arn);
    const machine = machines.find(machineArn);
    const version = machine?.versions.get(Number(qualifier));
    if (machine === undefined || version === undefined) {
      const received = items.map(({ stateMachineVersionArn }) => stateMachineVersionArn).join(", ");
      throw statesError.validation(
        `Routing configuration must contain state machine version ARNs. Received: [${received}]`,
      );
    }
    return { machine, route: { version, weight } };
  });
  const weights = found.map(({ route }) => route.weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw statesError.validation(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(", ")}]`,
    );
  }
  const [first, second] = found;
  if (first === undefined) throw new RangeError("the constraint above demands one route");
  if (second !== undefined && second.machine !== first.machine) throw differentMachines();
  if (second?.route.version === first.route.version) {
    throw statesError.validation("Routing configuration must contain different state machine version ARNs.");
  }
  return { owner: first.machine, routes: found.map(({ route }) => route) };
}

function differentMachines() {
  return statesError.validation("Routing configuration must contain versions of one state machine.");
}

function sameRoutes(a: readonly Route[], b: readonly Route[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ version, weight }, index) => b[index]?.version === version && b[index].weight === weight)
  );
}
