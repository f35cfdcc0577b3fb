import type { Muster } from "@muster/cli";
import { connect, type SdkClient } from "@muster/local-cloud";

/** An SDK client class, as far as this needs to know it. */
export type UserClientClass<C> = new (config: {
  region: string;
  maxAttempts: number;
  credentials: { accessKeyId: string; secretAccessKey: string };
}) => C;

/** A client of the embedded cloud that calls as the account's own user: what a test may look at and prepare. */
export function userClient<C>({ cloud, manifest }: Muster, Client: UserClientClass<C>): C {
  const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
  const client = new Client({ region: manifest.place.region, maxAttempts: 1, credentials });
  connect(client as SdkClient, cloud.kernel, () => cloud.user);
  return client;
}
