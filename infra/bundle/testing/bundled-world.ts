import { seededRandom, type Clock } from "@muster/core";
import type { MusterFunction } from "@muster/lambda";
import { serveAws, type Caller, type Kernel } from "@muster/local-cloud";
import { aWorld, type World, type WorldOptions } from "@muster/testing/world";

/** A world whose functions call AWS as they do there: with the clients of their bundles, through a socket. */
export interface BundledWorld extends World {
  /** `launch-nodes ec2:RunInstances`: what came over the socket. */
  readonly overTheWire: ReadonlySet<string>;
  /** Where its AWS is; the access key says which function calls, by its name. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * The bundles in the embedded cloud, in virtual time. Their clients sign and send real requests to a port of this machine,
 * each as its function's own role; time stands still while a request or an answer is on its way.
 */
export async function bundledWorld(
  functions: readonly MusterFunction[],
  options: Omit<WorldOptions, "functions" | "settled"> = {},
): Promise<BundledWorld> {
  const traffic = new Traffic();
  const overTheWire = new Set<string>();
  // Functions get their clients while the world is made, so the port is there before what is behind it.
  const behind: { world?: World } = {};
  const server = await serveAws({
    kernel: {
      call: (...call: Parameters<Kernel["call"]>) => {
        const [service, operation, , caller] = call;
        overTheWire.add(`${nameOf(caller)} ${service}:${operation}`);
        return traffic.inTheCloud(() => worldOf(behind).muster.cloud.kernel.call(...call));
      },
    },
    identify: (accessKeyId) => roleOf(worldOf(behind), accessKeyId),
    random: seededRandom(1),
    clock: IMPATIENT,
    port: 0,
  });
  const world = await aWorld({
    ...options,
    functions: functions.map((definition) => overHttp(definition, server.url, traffic)),
    settled: () => traffic.settled(),
  });
  behind.world = world;
  return Object.assign(world, { overTheWire, url: server.url, close: server.close });
}

/** The server waits for nothing when it closes: what is under way then waits for virtual time, which nobody moves any more. */
const IMPATIENT: Clock = {
  now: () => 0,
  after: (_, run) => {
    run();
    return () => undefined;
  },
};

/** The same function, with clients of its own bundle in place of the embedded cloud's. The access key is its name. */
function overHttp(definition: MusterFunction, endpoint: string, traffic: Traffic): MusterFunction {
  const credentials = { accessKeyId: definition.name, secretAccessKey: "secret", sessionToken: "token" };
  return {
    ...definition,
    bind: (runtime) =>
      definition.bind({
        ...runtime,
        client: (Client) => {
          const config = { region: runtime.region, maxAttempts: 1, endpoint, credentials };
          return traffic.counted(new Client(config));
        },
      }),
  };
}

function roleOf({ muster }: World, functionName: string): Caller {
  const resource = muster.manifest.functions.find(({ name }) => name === functionName);
  if (resource === undefined) throw new Error(`no function ${functionName} signs requests`);
  return { arn: resource.role.arn, isAccountUser: false, sessionName: resource.functionName };
}

function nameOf({ arn }: Caller): string {
  return arn.replace(/^.*muster-[^-]+-[a-z]+-[a-z]+-\d-/, "");
}

function worldOf({ world }: { readonly world?: World }): World {
  if (world === undefined) throw new Error("a function called AWS before there was one");
  return world;
}

/** Counts what is on its way between functions and the cloud, and so is neither's. */
class Traffic {
  #onTheWay = 0;

  counted<C>(client: C): C {
    const { send } = client as { send: (...args: unknown[]) => Promise<unknown> };
    return Object.assign(client as object, {
      send: async (...args: unknown[]) => {
        this.#onTheWay++;
        try {
          return await send.apply(client, args);
        } finally {
          this.#onTheWay--;
        }
      },
    }) as C;
  }

  /** A call may wait for the clock there. */
  async inTheCloud<T>(perform: () => Promise<T>): Promise<T> {
    this.#onTheWay--;
    try {
      return await perform();
    } finally {
      this.#onTheWay++;
    }
  }

  async settled(): Promise<void> {
    while (this.#onTheWay > 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
