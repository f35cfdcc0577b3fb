/**
 * IAM answers from many places, and what was just changed is not at once in all of them. AWS publishes no figure: seconds,
 * as a rule. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
export const VISIBLE_MS = 2_000;
export const ATTEMPTS_MAX = 8;
