import { aDeployment, type Deployment, type Stage } from "./deployment.ts";

/** Name of the secret that the example's product makes. */
export const SECRET = "muster/local/demo/admin-password";
type Input = Readonly<Record<string, unknown>>;
export const finishInput = ({ operation }: Pick<Deployment, "operation">, rest: Input = { outcome: "succeeded" }) => ({
  operation,
  ...rest,
});
export const finish = (deployment: Deployment, rest?: Input) =>
  deployment.invoke("finish-operation", finishInput(deployment, rest));

/** What Step Functions makes of a function's error. */
export function errorOutput(code: string, [what, why, remedy]: readonly [string, string, string]): Input {
  const errorMessage = [what, why, remedy].join("\n");
  return { Error: code, Cause: JSON.stringify({ errorType: code, errorMessage, trace: [] }) };
}

const noCapacity = errorOutput("CapacityUnavailable", ["There is none.", "All are short.", "Try again."]);
export const failed = { outcome: "failed", error: noCapacity };

/** A deployment that has come so far, with its credentials, a wait and a hook's run. */
export async function underway(stage: Stage, spied: { announced?: unknown[] } = {}): Promise<Deployment> {
  const { announced = [] } = spied;
  const deployment = await aDeployment(stage, {
    cloud: { observe: (call, input) => void (call.operation === "PutEvents" && announced.push(input)) },
  });
  const { operation, clock, run, store } = deployment;
  await deployment.invoke("create-credentials", { operation });
  const since = clock.now();
  await run(
    store.write(operation, [
      { put: "wait", wait: { ...operation, kind: "nodes-online", tier: "backend", token: "token", since } },
      {
        put: "hook-run",
        run: {
          cluster: "demo",
          tier: "backend",
          hook: "form",
          operationId: operation.operationId,
          attempt: 1,
          state: "done",
          commandIds: [],
          sentAt: since,
        },
      },
    ]),
  );
  return deployment;
}
