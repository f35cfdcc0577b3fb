import { afterEach, describe, expect, it, vi } from "vitest";
import { structuredLog } from "./structured-log.ts";

afterEach(() => vi.restoreAllMocks());

describe("the log", () => {
  it.each(["info", "warn", "error"] as const)("hands Lambda each %s as one object, for its JSON format", (level) => {
    const entries: unknown[][] = [];
    vi.spyOn(console, level).mockImplementation((...entry: unknown[]) => void entries.push(entry));
    structuredLog[level]("request failed", { function: "read-cluster" });
    structuredLog[level]("done");
    expect(entries).toEqual([[{ message: "request failed", function: "read-cluster" }], [{ message: "done" }]]);
  });
});
