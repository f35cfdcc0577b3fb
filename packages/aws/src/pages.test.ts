import { expect, it } from "vitest";
import { pages } from "./pages.ts";

it.each([
  { why: "one page", tokens: [undefined], asked: [undefined] },
  { why: "three pages", tokens: ["a", "b", undefined], asked: [undefined, "a", "b"] },
  { why: "a token that is an empty text, as some services end", tokens: ["a", ""], asked: [undefined, "a"] },
])("reads $why, in order", async ({ tokens, asked }) => {
  const seen: (string | undefined)[] = [];
  const all = await pages(async (token) => {
    seen.push(token);
    return { NextToken: tokens[seen.length - 1], page: seen.length };
  });
  expect(seen).toEqual(asked);
  expect(all.map(({ page }) => page)).toEqual(tokens.map((_, i) => i + 1));
});
