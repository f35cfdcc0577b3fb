import { CLIENT_CONFIG, type ClientClass } from "@muster/aws";
import type { Clock, Random } from "@muster/core";
import type { FunctionRuntime } from "./context.ts";
import { structuredLog } from "./structured-log.ts";

/** AWS Lambda itself: the one place where Muster's functions meet the real clock, real chance and the real AWS. */
export function lambdaRuntime(): FunctionRuntime {
  const environment = process.env;
  const region = environment["AWS_REGION"] ?? "us-east-1";
  const clients = new Map<unknown, unknown>();
  return {
    clock: realClock,
    random: realRandom,
    region,
    environment,
    log: structuredLog,
    client: <C>(Client: ClientClass<C>): C => {
      const known = clients.get(Client) as C | undefined;
      if (known !== undefined) return known;
      const client = new Client({ region, ...CLIENT_CONFIG });
      clients.set(Client, client);
      return client;
    },
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const realRandom: Random = {
  next: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296,
};
