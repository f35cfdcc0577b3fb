import type {
  DeleteStateMachineVersionInput,
  ListStateMachineVersionsInput,
  PublishStateMachineVersionInput,
} from "@aws-sdk/client-sfn";
import type { Operation, ServiceContext } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { parseMachineArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import { MAX_ARN_LENGTH, MAX_VERSIONS } from "../limits.ts";
import { pageOf } from "../page.ts";
import type { MachineStore } from "./machine-store.ts";
import type { StateMachine, Version } from "./state-machine.ts";

/** The operations on versions. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html */
export function versionOperations(
  context: ServiceContext,
  machines: MachineStore,
): Readonly<Record<string, Operation>> {
  return {
    PublishStateMachineVersion: (input: PublishStateMachineVersionInput) => {
      checkArn("stateMachineArn", input.stateMachineArn);
      const machine = machines.plain(input.stateMachineArn ?? "");
      const { revisionId } = input;
      if (revisionId !== undefined && revisionId !== (machine.revision.id ?? "INITIAL")) {
        throw statesError.conflict(
          "Failed to publish the State Machine version for revision " +
            `${revisionId}. The current State Machine revision is ${machine.revision.id ?? "INITIAL"}.`,
        );
      }
      const version = publish(machine, { now: context.clock.now(), description: input.description });
      return { stateMachineVersionArn: version.arn, creationDate: new Date(version.createdAt) };
    },
    ListStateMachineVersions: (input: ListStateMachineVersionsInput) => {
      checkArn("stateMachineArn", input.stateMachineArn);
      const machine = machines.plain(input.stateMachineArn ?? "");
      const page = pageOf([...machine.versions.values()].toReversed(), ({ arn }) => arn, input);
      return {
        stateMachineVersions: page.items.map(({ arn, createdAt }) => ({
          stateMachineVersionArn: arn,
          creationDate: new Date(createdAt),
        })),
        ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
      };
    },
    DeleteStateMachineVersion: ({ stateMachineVersionArn: arn = "" }: DeleteStateMachineVersionInput) => {
      checkArn("stateMachineVersionArn", arn);
      const { machineArn, qualifier } = parseMachineArn(arn);
      const machine = machines.find(machineArn);
      const version = machine?.versions.get(Number(qualifier));
      if (machine === undefined || version === undefined) return {};
      const users = [...machine.aliases.values()].filter(({ routes }) =>
        routes.some((route) => route.version === version),
      );
      if (users.length > 0) {
        throw statesError.conflict(
          "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this " +
            `version: [${users.map(({ name }) => name).join(", ")}]`,
        );
      }
      machine.versions.delete(version.number);
      return {};
    },
  };
}

/** Publishes the current revision; the same revision again is the same version. */
export function publish(machine: StateMachine, options: { now: number; description: string | undefined }): Version {
  const { revision } = machine;
  const latest = [...machine.versions.values()].at(-1);
  if (latest?.revision === revision) return latest;
  if (machine.versions.size >= MAX_VERSIONS) {
    throw statesError.serviceQuotaExceeded(`The state machine has ${MAX_VERSIONS} versions already`);
  }
  machine.lastVersion++;
  const version: Version = {
    number: machine.lastVersion,
    arn: `${machine.arn}:${machine.lastVersion}`,
    revision,
    description: options.description,
    createdAt: options.now,
  };
  machine.versions.set(version.number, version);
  return version;
}

function checkArn(at: string, value: string | undefined): void {
  checkConstraints([{ at, value, required: true, min: 1, max: MAX_ARN_LENGTH }]);
}
