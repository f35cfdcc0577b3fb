import { fork, type Random } from "@muster/core";
import { invokeThroughKernel, serveAws, serveHttpApi } from "@muster/local-cloud";
import { LOCAL_ACCOUNT, type Muster } from "./create-muster.ts";

export interface Servers {
  /** Where the AWS CLI and SDKs find the embedded cloud. */
  readonly awsUrl: string;
  /** Where Muster's own API is. */
  readonly apiUrl: string;
  readonly close: () => Promise<void>;
}

/** Opens the embedded cloud to this machine: the AWS protocols on one port, Muster's API on another. */
export async function serve(
  muster: Muster,
  options: { port: number; apiPort: number; random: Random; onProblem: (problem: unknown) => void },
): Promise<Servers> {
  const { cloud, manifest, clock } = muster;
  const identify = (accessKeyId: string) => cloud.sts.callerOf(accessKeyId) ?? cloud.user;
  const random = fork(options.random);
  const aws = await serveAws({
    kernel: cloud.kernel,
    identify,
    random,
    clock,
    port: options.port,
    onBug: options.onProblem,
  });
  try {
    const api = await serveHttpApi({
      routes: manifest.routes.map(({ route, functionName }) => {
        const [method = "", path = ""] = route.split(" ");
        return {
          method,
          path,
          functionName: manifest.functions.find((f) => f.name === functionName)?.aliasArn ?? functionName,
        };
      }),
      // API Gateway may invoke by the functions' resource policies; what a function may do is its own role's to say.
      invoke: invokeThroughKernel(cloud.kernel, {
        arn: "apigateway.amazonaws.com",
        isAccountUser: false,
        isService: true,
      }),
      port: options.apiPort,
      clock,
      random: fork(options.random),
      account: LOCAL_ACCOUNT,
      region: manifest.place.region,
      identify,
      user: cloud.user,
      onFailure: options.onProblem,
    });
    return {
      awsUrl: aws.url,
      apiUrl: api.url,
      close: async () => void (await Promise.all([aws.close(), api.close()])),
    };
  } catch (error) {
    await aws.close();
    throw error;
  }
}
