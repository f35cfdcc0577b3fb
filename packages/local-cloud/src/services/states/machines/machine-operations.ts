import type {
  CreateStateMachineInput,
  DeleteStateMachineInput,
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  ListStateMachinesInput,
  UpdateStateMachineInput,
  ValidateStateMachineDefinitionInput,
  ValidateStateMachineDefinitionOutput,
} from "@aws-sdk/client-sfn";
import { isAwsDiagnostic } from "@muster/asl";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Operation, ServiceContext } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { notImplemented, refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { randomUuid } from "../../../mechanisms/uuid.ts";
import { machineArn, parseMachineArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import { MAX_ARN_LENGTH, MAX_DIAGNOSTICS, MAX_TAGS } from "../limits.ts";
import { checkName } from "../name.ts";
import { pageOf } from "../page.ts";
import { checkDefinition, readDefinition } from "./definition.ts";
import type { MachineStore } from "./machine-store.ts";
import type { RoleCheck } from "./role-check.ts";
import type { Revision, StateMachine } from "./state-machine.ts";
import { publish } from "./version-operations.ts";

export interface MachineParts {
  readonly context: ServiceContext;
  readonly machines: MachineStore;
  readonly checkRole: RoleCheck;
  /** Whether executions of that machine still run. */
  readonly isRunning: (machineArn: string) => boolean;
}

/** The operations on state machines. */
export function machineOperations(parts: MachineParts): Readonly<Record<string, Operation>> {
  const { machines } = parts;
  return {
    CreateStateMachine: (input: CreateStateMachineInput) => create(parts, input),
    UpdateStateMachine: (input: UpdateStateMachineInput) => update(parts, input),
    DeleteStateMachine: (input: DeleteStateMachineInput) => {
      checkArn(input.stateMachineArn);
      const { qualifier } = parseMachineArn(input.stateMachineArn ?? "");
      // Unlike all others, this one answers for what is not there as if it had been.
      const machine = qualifier === undefined ? machines.find(input.stateMachineArn ?? "") : undefined;
      if (machine === undefined) return {};
      machine.isDeleting = true;
      if (!parts.isRunning(machine.arn)) machines.remove(machine.arn);
      return {};
    },
    DescribeStateMachine: (input: DescribeStateMachineInput) => {
      refuseMembers("DescribeStateMachine", {
        "includedData METADATA_ONLY": input.includedData === "METADATA_ONLY" ? true : undefined,
      });
      checkArn(input.stateMachineArn);
      return describe(parts, input.stateMachineArn ?? "");
    },
    ListStateMachines: (input: ListStateMachinesInput) => {
      const page = pageOf(machines.all, ({ arn }) => arn, input);
      return {
        stateMachines: page.items.map(({ arn, name, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type: "STANDARD",
          creationDate: new Date(createdAt),
        })),
        ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
      };
    },
    ValidateStateMachineDefinition: validateDefinition,
  };
}

async function create(parts: MachineParts, input: CreateStateMachineInput) {
  const { context, machines, checkRole } = parts;
  const { name, definition, roleArn = "", tags = [] } = input;
  checkName(name);
  refuseConfigurations("CreateStateMachine", input);
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw statesError.validation("Version description can only be set when publish is true");
  }
  const machine = readDefinition(definition);
  const arn = machineArn(context, name);
  const known = machines.find(arn);
  if (known?.isDeleting === true) throw statesError.machineDeleting(arn);
  if (known !== undefined && known.revision.definition !== definition) throw statesError.machineAlreadyExists(arn);
  if (tags.length > MAX_TAGS) throw statesError.tooManyTags(arn);
  checkRole(roleArn, machine);
  const now = context.clock.now();
  const made: StateMachine = known ?? {
    arn,
    name,
    createdAt: now,
    revision: { id: undefined, definition: definition ?? "", machine, roleArn, updatedAt: now },
    tags: new Map(tags.map(({ key = "", value = "" }) => [key, value])),
    versions: new Map(),
    aliases: new Map(),
    lastVersion: 0,
    isDeleting: false,
  };
  machines.add(made);
  return {
    stateMachineArn: arn,
    creationDate: new Date(made.createdAt),
    ...(input.publish === true && {
      stateMachineVersionArn: publish(made, { now, description: input.versionDescription }).arn,
    }),
  };
}

async function update(parts: MachineParts, input: UpdateStateMachineInput) {
  const { context, machines, checkRole } = parts;
  checkArn(input.stateMachineArn);
  refuseConfigurations("UpdateStateMachine", input);
  const found = machines.plain(input.stateMachineArn ?? "");
  if (input.definition === undefined && input.roleArn === undefined) {
    throw new AwsError(
      "MissingRequiredParameter",
      "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the " +
        "TracingConfiguration must be specified",
    );
  }
  const { revision } = found;
  const { definition = revision.definition, roleArn = revision.roleArn } = input;
  const machine = definition === revision.definition ? revision.machine : readDefinition(definition);
  checkRole(roleArn, machine);
  const now = context.clock.now();
  if (definition !== revision.definition || roleArn !== revision.roleArn) {
    found.revision = { id: randomUuid(context.random), definition, machine, roleArn, updatedAt: now };
  }
  return {
    updateDate: new Date(now),
    ...(found.revision.id !== undefined && { revisionId: found.revision.id }),
    ...(input.publish === true && {
      stateMachineVersionArn: publish(found, { now, description: input.versionDescription }).arn,
    }),
  };
}

function describe({ context, machines }: MachineParts, arn: string): DescribeStateMachineOutput {
  const { machine, revision, version, alias } = machines.runnable(arn, context.random);
  if (alias !== undefined) throw statesError.machineDoesNotExist(arn);
  return {
    stateMachineArn: arn,
    name: machine.name,
    status: machine.isDeleting ? "DELETING" : "ACTIVE",
    definition: revision.definition,
    roleArn: revision.roleArn,
    type: "STANDARD",
    creationDate: new Date(version?.createdAt ?? machine.createdAt),
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    ...revisionId(revision),
    ...(version?.description !== undefined && { description: version.description }),
  };
}

function revisionId({ id }: Revision) {
  return id === undefined ? {} : { revisionId: id };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html */
function validateDefinition(input: ValidateStateMachineDefinitionInput): ValidateStateMachineDefinitionOutput {
  checkConstraints([{ at: "maxResults", value: input.maxResults, min: 0, max: MAX_DIAGNOSTICS }]);
  if (input.type === "EXPRESS") throw notImplemented("ValidateStateMachineDefinition with type EXPRESS");
  const found = checkDefinition(input.definition).diagnostics.filter(isAwsDiagnostic);
  const limit = input.maxResults === undefined || input.maxResults === 0 ? MAX_DIAGNOSTICS : input.maxResults;
  return {
    result: found.length === 0 ? "OK" : "FAIL",
    diagnostics: found.slice(0, limit).map(({ severity, code, message, path }) => ({
      severity,
      code,
      message,
      ...(path !== undefined && { location: path }),
    })),
    truncated: found.length > limit,
  };
}

function checkArn(arn: string | undefined): void {
  checkConstraints([{ at: "stateMachineArn", value: arn, required: true, min: 1, max: MAX_ARN_LENGTH }]);
}

/** What would change how an execution runs or what it leaves behind, and is not there. */
function refuseConfigurations(owner: string, input: CreateStateMachineInput | UpdateStateMachineInput): void {
  const { loggingConfiguration: logging, tracingConfiguration: tracing, encryptionConfiguration: encryption } = input;
  if ("type" in input && input.type === "EXPRESS") throw notImplemented(`${owner} with type EXPRESS`);
  refuseMembers(owner, {
    loggingConfiguration: (logging?.level ?? "OFF") === "OFF" ? undefined : logging,
    tracingConfiguration: tracing?.enabled === true ? tracing : undefined,
    encryptionConfiguration: (encryption?.type ?? "AWS_OWNED_KEY") === "AWS_OWNED_KEY" ? undefined : encryption,
  });
}
