import { stateOf } from "@muster/testing/world";
import { expect } from "vitest";
import type { Deployment } from "./deployment.ts";
import type { FunctionWorld } from "./function-world.ts";

/** What a function made of an event: the name of its error, or nothing. */
export async function errorOf(world: FunctionWorld, name: string, event: unknown): Promise<string | undefined> {
  try {
    await world.invoke(name, event);
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Every way in which a good input can be wrong: a field gone, of another type, or too many; at the top and inside. */
export function malformed(good: Readonly<Record<string, unknown>>): { how: string; input: unknown }[] {
  return [
    { how: "no object", input: "demo" },
    { how: "an unknown field", input: { ...good, surprise: true } },
    ...Object.entries(good).flatMap(([field, value]) => {
      const { [field]: _, ...without } = good;
      const inside = typeof value === "object" && value !== null ? malformed(value as Record<string, unknown>) : [];
      return [
        { how: `no ${field}`, input: without },
        { how: `${field} of another type`, input: { ...good, [field]: [value] } },
        ...inside.map(({ how, input }) => ({ how: `${field}: ${how}`, input: { ...good, [field]: input } })),
      ];
    }),
  ];
}

/** None of them is taken: each is InputInvalid, and nothing has changed. */
export async function expectMalformedRefused(
  world: FunctionWorld,
  name: string,
  cases: readonly { how: string; input: unknown }[],
): Promise<void> {
  const before = await stateOf(world);
  const answers: [string, string | undefined][] = [];
  for (const { how, input } of cases) answers.push([how, await errorOf(world, name, input)]);
  expect(answers).toEqual(cases.map(({ how }) => [how, "InputInvalid"]));
  expect(await stateOf(world)).toEqual(before);
}

/** An operation that shows another fence, or another name, or whose cluster is not there, may not touch anything. */
export async function expectOthersRefused(
  deployment: Deployment,
  name: string,
  inputFor: (operation: Deployment["operation"]) => object,
): Promise<void> {
  const { operation } = deployment;
  const before = await stateOf(deployment);
  const others = {
    "an older fence": { ...operation, fence: operation.fence - 1 },
    "another operation": { ...operation, operationId: "demo.other" },
    "another cluster": { ...operation, cluster: "nobody" },
  };
  const answers: [string, string | undefined][] = [];
  for (const [how, other] of Object.entries(others)) {
    answers.push([how, await errorOf(deployment, name, inputFor(other))]);
  }
  expect(answers).toEqual(Object.keys(others).map((how) => [how, "LeaseLost"]));
  expect(await stateOf(deployment)).toEqual(before);
}

/** Once someone has asked to cancel, a step ends there and touches nothing. */
export async function expectCancelledRefused(deployment: Deployment, name: string, input: object): Promise<void> {
  const { operation, run, store } = deployment;
  await run(store.requestCancel(operation.operationId, operation.cluster));
  const before = await stateOf(deployment);
  expect(await errorOf(deployment, name, input)).toBe("OperationCancelled");
  expect(await stateOf(deployment)).toEqual(before);
}
