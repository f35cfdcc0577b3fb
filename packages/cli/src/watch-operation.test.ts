import { describe, expect, it } from "vitest";
import { ApiError } from "./api/api-error.ts";
import type { Api } from "./api/api.ts";
import { CliError } from "./errors/cli-error.ts";
import { aHost } from "./testing/a-host.ts";
import { aTerminal } from "./testing/a-terminal.ts";
import { aClusterView, anOperationView, nodeViews } from "./testing/views.ts";
import { watchOperation } from "./watch-operation.ts";

const done = anOperationView({ status: "succeeded", step: "Done", endedAt: "2026-03-01T12:10:00.000Z" });
const text = { what: "x", why: "y", remedy: "z" };
const unreachable = new CliError("ApiUnreachable", text);
const refused = (status: number, code: string) => new ApiError({ title: "x", code, detail: "y", remedy: "z" }, status);

/** An API whose looks at the operation go so, one after the other; the last goes on. */
function watching(looks: readonly (Error | typeof done)[], cluster: Partial<Api> = {}) {
  let next = 0;
  const api: Api = {
    ...aHost().connect(""),
    operation: async () => {
      const seen = looks[Math.min(next++, looks.length - 1)] ?? done;
      if (seen instanceof Error) throw seen;
      return seen;
    },
    cluster: async () => aClusterView(),
    nodes: async () => nodeViews(["online"]),
    now: () => Date.parse("2026-03-01T12:01:00.000Z"),
    ...cluster,
  };
  const terminal = aTerminal({ isLive: true });
  return { terminal, ended: watchOperation({ ...aHost(), api, terminal, operationId: done.id }) };
}

describe("watching an operation", () => {
  it.each([unreachable, new CliError("ApiFailed", text), refused(503, "AwsUnavailable")])(
    "outlives a few looks in a row that fail: %s",
    async (failure) => {
      const five = Array.from({ length: 5 }, () => failure);
      const { ended, terminal } = watching([...five, anOperationView(), ...five, done]);
      expect(await ended).toEqual(done);
      expect(terminal.errors()).toContain("backend-00000 online");
    },
  );

  it("gives up when the API stays away", async () => {
    await expect(watching([unreachable]).ended).rejects.toBe(unreachable);
  });

  it("gives up at once when it is refused", async () => {
    const gone = refused(404, "OperationNotFound");
    await expect(watching([gone, done]).ended).rejects.toBe(gone);
  });

  it("goes on without a cluster: it is not there yet, or not any more", async () => {
    const { ended, terminal } = watching([done], { cluster: () => Promise.reject(refused(404, "ClusterNotFound")) });
    expect(await ended).toEqual(done);
    expect(terminal.errors()).not.toContain("backend");
  });

  it("does not ask for more nodes than it can show", async () => {
    const tiers = [{ name: "backend", desired: 25, active: 0, states: { booting: 25 } }];
    const { ended, terminal } = watching([done], {
      cluster: async () => aClusterView({ tiers }),
      nodes: () => Promise.reject(new Error("thousands")),
    });
    expect(await ended).toEqual(done);
    expect(terminal.errors()).toContain("25 wanted: 25 booting");
  });
});
