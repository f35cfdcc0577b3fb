import type { Log } from "./context.ts";

/**
 * Lambda's own structured log: with the format JSON, which Muster's stack sets, each entry gets its time, level and
 * request id from Lambda, and levels are filtered there.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
/* oxlint-disable eslint/no-console -- Lambda's logger is the console */
export const structuredLog: Log = {
  info: (message, facts) => console.info({ message, ...facts }),
  warn: (message, facts) => console.warn({ message, ...facts }),
  error: (message, facts) => console.error({ message, ...facts }),
};
