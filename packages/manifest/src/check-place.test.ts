import { describe, expect, it } from "vitest";
import { checkPlace } from "./check-place.ts";

const place = { stage: "dev", region: "eu-west-1", account: "123456789012" };

describe("a place", () => {
  it.each([{}, { stage: "dev-2" }, { stage: "production" }, { region: "ap-southeast-7" }, { region: "mx-central-1" }])(
    "may be %o",
    (other) => expect(() => checkPlace({ ...place, ...other })).not.toThrow(),
  );

  it.each([
    [{ stage: "Dev" }, 'stage "Dev"'],
    [{ stage: "" }, 'stage ""'],
    [{ stage: "dev-" }, 'stage "dev-"'],
    [{ stage: "2nd" }, 'stage "2nd"'],
    [{ stage: "a".repeat(21) }, "at most 20"],
    [{ region: "us-gov-west-1" }, "no region of the partition aws"],
    [{ region: "cn-north-1" }, "no region of the partition aws"],
    [{ region: "Europe" }, "no region of the partition aws"],
    [{ account: "123" }, "twelve digits"],
  ])("that cannot be part of names is refused: %o", (other, message) => {
    expect(() => checkPlace({ ...place, ...other })).toThrow(message);
  });
});
