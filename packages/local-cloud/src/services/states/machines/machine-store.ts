import type { Random } from "@muster/core";
import { parseMachineArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import type { Alias, Revision, StateMachine, Version } from "./state-machine.ts";

/** What an execution is to run. */
export interface Runnable {
  readonly machine: StateMachine;
  readonly revision: Revision;
  readonly version?: Version;
  readonly alias?: Alias;
}

/** The state machines of the account. */
export class MachineStore {
  readonly #machines = new Map<string, StateMachine>();

  /** Oldest first. */
  get all(): readonly StateMachine[] {
    return [...this.#machines.values()];
  }

  add(machine: StateMachine): void {
    this.#machines.set(machine.arn, machine);
  }

  remove(arn: string): void {
    this.#machines.delete(arn);
  }

  find(arn: string): StateMachine | undefined {
    return this.#machines.get(arn);
  }

  /**
   * The machine of a plain ARN, one that may be changed.
   * @throws {AwsError} InvalidArn, StateMachineDoesNotExist, StateMachineDeleting
   */
  plain(arn: string): StateMachine {
    const { qualifier } = parseMachineArn(arn);
    const machine = this.#machines.get(arn);
    if (qualifier !== undefined || machine === undefined) throw statesError.machineDoesNotExist(arn);
    if (machine.isDeleting) throw statesError.machineDeleting(arn);
    return machine;
  }

  /**
   * What an ARN names: a machine, a version or an alias; an alias chooses one of its versions.
   * @throws {AwsError} InvalidArn, StateMachineDoesNotExist
   */
  runnable(arn: string, random: Random): Runnable {
    const { machineArn, qualifier } = parseMachineArn(arn);
    const machine = this.#machines.get(machineArn);
    if (machine === undefined) throw statesError.machineDoesNotExist(arn);
    if (qualifier === undefined) return { machine, revision: machine.revision };
    const version = machine.versions.get(Number(qualifier));
    if (version !== undefined) return { machine, revision: version.revision, version };
    const alias = machine.aliases.get(qualifier);
    if (alias === undefined) throw statesError.machineDoesNotExist(arn);
    const chosen = chooseVersion(alias, random);
    return { machine, revision: chosen.revision, version: chosen, alias };
  }
}

function chooseVersion(alias: Alias, random: Random): Version {
  let drawn = 100 * random.next();
  for (const { version, weight } of alias.routes) {
    if (drawn < weight) return version;
    drawn -= weight;
  }
  throw new Error(`the weights of ${alias.arn} do not sum to 100`);
}
