import { problemView } from "@muster/core";
import { expect } from "vitest";
import type { HttpAnswer } from "./http.ts";

/** An error as RFC 9457 has it, with what happened, why, and what to do. */
export function expectProblem(answer: HttpAnswer, status: number, code: string): void {
  expect(answer.body).toMatchObject({ status, code, type: `urn:muster:error:${code}` });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const { title, detail, remedy } = problemView.parse(answer.body);
  for (const line of [title, detail, remedy]) expect(line).toMatch(/\S+ \S+/);
}
