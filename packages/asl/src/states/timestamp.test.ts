import { describe, expect, it } from "vitest";
import { isRfc3339, parseOffsetDateTime } from "./timestamp.ts";

describe("a timestamp", () => {
  it.each([
    ["2025-01-01T00:00:00Z", 1_735_689_600_000, true],
    ["2025-01-01T00:00:00.25Z", 1_735_689_600_250, true],
    ["2025-01-01T01:00:00+01:00", 1_735_689_600_000, true],
    ["2025-01-01T00:00:00.123456789Z", 1_735_689_600_123, true],
    ["2025-01-01T00:00Z", 1_735_689_600_000, false],
    ["2025-01-01t00:00:00z", 1_735_689_600_000, false],
    ["2025-02-30T00:00:00Z", undefined, false],
    ["2025-13-01T00:00:00Z", undefined, false],
    ["2025-01-01T25:00:00Z", undefined, false],
    ["2025-01-01T24:00:00Z", undefined, false],
    ["2025-01-01T00:00:00", undefined, false],
    ["2025-01-01T00:00:00+0100", undefined, false],
    ["2025-01-01", undefined, false],
    ["tomorrow", undefined, false],
  ])("%s is the instant %j when the state runs, and may be written in a definition: %j", (text, instant, isLiteral) => {
    expect(parseOffsetDateTime(text)).toBe(instant);
    expect(isRfc3339(text)).toBe(isLiteral);
  });
});
