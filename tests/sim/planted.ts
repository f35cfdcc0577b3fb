import { clusterStore, compute, workflow } from "@muster/aws";
import { functions } from "@muster/cli";
import { randomHex, type Random } from "@muster/core";
import { defineTask, type MusterFunction } from "@muster/lambda";
import { admit } from "../../functions/admit-operation/admit.ts";
import { admitOperationInput } from "../../functions/admit-operation/event.ts";
import { launchNodesInput } from "../../functions/launch-nodes/event.ts";
import { launchTier } from "../../functions/launch-nodes/launch-tier.ts";
import { terminate } from "../../functions/terminate-nodes/terminate.ts";
import { terminateNodesInput } from "../../functions/terminate-nodes/event.ts";

/** Muster with a fault in it. The simulation has to find each; one that it does not find is a hole in the simulation. */
export const plants: Readonly<
  Record<string, { readonly fault: string; readonly functions: readonly MusterFunction[] }>
> = {
  ledger: {
    fault: "a launch takes a new client token with every call",
    functions: replaced(
      defineTask({
        name: "launch-nodes",
        environment: ["TABLE_NAME", "STAGE"],
        input: launchNodesInput,
        ports: (aws, environment) => {
          const store = clusterStore(aws, environment.TABLE_NAME);
          return {
            store,
            compute: compute({ ...aws, client: (Client) => withFreshTokens(aws.client(Client), aws.random) }),
            stage: environment.STAGE,
          };
        },
        run: launchTier,
      }),
    ),
  },
  lease: {
    fault: "an operation takes a cluster whoever holds it",
    functions: replaced(
      defineTask({
        name: "admit-operation",
        environment: ["TABLE_NAME"],
        input: admitOperationInput,
        ports: (aws, environment) => ({
          store: clusterStore(aws, environment.TABLE_NAME),
          workflow: { ...workflow(aws, (machine) => machine), standing: async () => ({ isRunning: false }) },
        }),
        run: admit,
      }),
    ),
  },
  rollback: {
    fault: "putting back forgets one instance",
    functions: replaced(
      defineTask({
        name: "terminate-nodes",
        environment: ["TABLE_NAME", "STAGE"],
        input: terminateNodesInput,
        ports: (aws, environment) => {
          const real = compute(aws);
          return {
            store: clusterStore(aws, environment.TABLE_NAME),
            compute: { ...real, instances: async (tags) => (await real.instances(tags)).slice(1) },
            stage: environment.STAGE,
          };
        },
        run: terminate,
      }),
    ),
  },
};

/** An SDK client that forgets which token it sent: every request has another one. */
function withFreshTokens<C>(client: C, random: Random): C {
  const sound = client as { send: (command: { input: object }) => Promise<unknown> };
  const forgetful = (command: { input: object }) => {
    if ("ClientToken" in command.input) Object.assign(command.input, { ClientToken: randomHex(random, 32) });
    return sound.send(command);
  };
  return new Proxy(sound, { get: (target, key) => (key === "send" ? forgetful : Reflect.get(target, key)) }) as C;
}

function replaced(faulty: MusterFunction): MusterFunction[] {
  return functions.map((sound) => (sound.name === faulty.name ? faulty : sound));
}
