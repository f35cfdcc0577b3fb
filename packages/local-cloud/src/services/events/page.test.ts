import { describe, expect, it } from "vitest";
import { pageOf } from "../../mechanisms/page.ts";

const letters = ["c", "a", "b"];
const self = (letter: string) => letter;

describe("a page", () => {
  it("goes on where the last one ended, whatever came or went meanwhile", () => {
    const first = pageOf(letters, self, { size: 1, token: undefined });
    expect(first.items).toEqual(["a"]);
    const second = pageOf(["aa", "c", "d"], self, { size: 2, token: first.token });
    expect(second.items).toEqual(["aa", "c"]);
    expect(pageOf(["c", "d"], self, { size: 2, token: second.token })).toEqual({ items: ["d"], token: undefined });
  });

  it("has no token when it is the last", () => {
    expect(pageOf(letters, self, { size: 3, token: undefined }).token).toBeUndefined();
  });

  it("is refused with a token that nobody gave out, in the service's own code", () => {
    expect(() => pageOf(letters, self, { size: 1, token: "!" })).toThrow(
      expect.objectContaining({ code: "ValidationException" }),
    );
    expect(() => pageOf(letters, self, { size: 1, token: "!", badTokenCode: "InvalidNextToken" })).toThrow(
      expect.objectContaining({ code: "InvalidNextToken" }),
    );
  });
});
