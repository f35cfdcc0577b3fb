import * as z from "zod/mini";

/** Query of a listing. */
export const pageQuery = z.object({
  limit: z._default(z.pipe(z.string().check(z.regex(/^\d{1,4}$/)), z.transform(Number)), 50),
  after: z.optional(z.string().check(z.maxLength(1024))),
});

/** Items of one page; answers stay far below API Gateway's 10 MB and Lambda's 6 MB. */
export const PAGE_MAX = 1_000;
