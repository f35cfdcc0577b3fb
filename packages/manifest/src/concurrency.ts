/**
 * Concurrency that is set aside for functions that EC2 throttles together, which is also their ceiling: EC2's request
 * buckets are the account's, and other users of it need some as well. The account keeps 100 for all other functions, or
 * AWS refuses the reservation. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const RESERVED_CONCURRENCY: Readonly<Record<string, number>> = {
  // RunInstances: 5 requests at once, 2 a second; a launch paces itself, and others wait and are tried again.
  "launch-nodes": 10,
  // ModifyInstanceAttribute and TerminateInstances: 50 and 100 at once, 5 a second each.
  "terminate-nodes": 10,
  // DescribeInstances: 100 at once, 20 a second. A thousand instances that end at once are a thousand events.
  "watch-progress": 40,
  // One sweep at a time.
  "reconcile-clusters": 1,
};
