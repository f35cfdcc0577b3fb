/** How far behind CloudWatch is. Read at each use. */
export interface CloudWatchDials {
  /** How long a new metric stays out of ListMetrics, ms; up to 15 minutes on AWS. */
  listLagMs: number;
  /** How far the points of `AWS/Usage` are behind, ms; five minutes and more on AWS. */
  usageLagMs: number;
}

export const calmCloudWatch: Readonly<CloudWatchDials> = { listLagMs: 120_000, usageLagMs: 300_000 };
