import type { OperationView } from "@muster/core";
import { violations, type World } from "@muster/testing/world";
import { expect } from "vitest";

/** A bad day ends in one of two ways: the cluster is ready, or the operation failed and nothing is left. */
export function expectReady(world: World, operation: OperationView): void {
  expect(operation.failure, "a failure").toBeUndefined();
  expect(operation.status).toBe("succeeded");
  expect(violations(world)).toEqual([]);
}

export function expectPutBack(world: World, operation: OperationView, code: string): void {
  expect(operation).toMatchObject({
    status: code === "OperationCancelled" ? "cancelled" : "failed",
    failure: { code },
  });
  for (const line of [operation.failure?.what, operation.failure?.why, operation.failure?.remedy])
    expect(line).toMatch(/\S{3,}/);
  expect(world.rows().nodes).toEqual([]);
  expect(world.muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toEqual([]);
  expect(violations(world)).toEqual([]);
}

/** Either of the two, whichever it says. */
export function expectSettled(world: World, operation: OperationView): void {
  if (operation.status === "succeeded") expectReady(world, operation);
  else expectPutBack(world, operation, operation.failure?.code ?? "a failure");
}
