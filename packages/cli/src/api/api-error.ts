import * as z from "zod/mini";

/** RFC 9457, with Muster's members. */
const problemSchema = z.looseObject({
  title: z.string(),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
});
type Problem = z.infer<typeof problemSchema>;

/** Muster's API did not do what it was asked: what, why with its code, and what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Of HTTP. */
  readonly status: number;
  readonly code: string;
  readonly why: string;
  readonly remedy: string;
  /** Machine-readable facts, such as all problems of a spec. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ title, code, detail, remedy, type: _, status: _status, ...details }: Problem, status: number) {
    super(title);
    this.status = status;
    this.code = code;
    this.why = detail;
    this.remedy = remedy;
    this.details = details;
  }
}

/** The error that a refusing answer stands for; undefined when no Muster wrote it. */
export function readProblem(body: unknown, status: number): ApiError | undefined {
  const problem = problemSchema.safeParse(body);
  return problem.success ? new ApiError(problem.data, status) : undefined;
}
