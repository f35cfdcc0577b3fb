import { seededRandom } from "@muster/core";
import { aWorld, type World, type WorldOptions } from "@muster/testing/world";
import type { AwsRuntime } from "../runtime.ts";

/** For tests: what adapters are made with, pointed at an embedded cloud in virtual time. */
export interface Embedded {
  readonly world: World;
  readonly runtime: AwsRuntime;
  readonly run: World["run"];
  /** Calls of that operation that were made so far. */
  readonly calls: (operation: string) => number;
  /** Does that to the next call of an operation; to as many as told. */
  readonly strike: (operation: string, fault: Fault, times?: number) => void;
}

type Script = NonNullable<World["muster"]["cloud"]["faults"]["script"]>;
type Fault = NonNullable<ReturnType<Script>>;

export async function embedded(options: WorldOptions = {}): Promise<Embedded> {
  const world = await aWorld(options);
  const { faults } = world.muster.cloud;
  const made = new Map<string, number>();
  const struck = new Map<string, { fault: Fault; left: number }>();
  faults.script = ({ operation }) => {
    made.set(operation, (made.get(operation) ?? 0) + 1);
    const strike = struck.get(operation);
    if (strike === undefined || strike.left-- <= 0) return undefined;
    return strike.fault;
  };
  return {
    world,
    run: world.run,
    runtime: {
      clock: world.clock,
      random: seededRandom(1),
      region: "us-east-1",
      client: (Client) => world.client(Client),
    },
    calls: (operation) => made.get(operation) ?? 0,
    strike: (operation, fault, times = 1) => void struck.set(operation, { fault, left: times }),
  };
}
