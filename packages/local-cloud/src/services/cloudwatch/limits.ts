// CloudWatch quotas: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html and the API's
// own model.

export const DIMENSIONS_MAX = 30;
/** Metrics in one PutMetricData. */
export const METRIC_DATA_MAX = 1_000;
/** Values of one metric in one PutMetricData. */
export const VALUES_MAX = 150;
/** How old, and how far ahead, a point may be, ms. */
export const POINT_AGE_MS_MAX = 14 * 86_400_000;
export const POINT_AHEAD_MS_MAX = 2 * 3_600_000;
/** How long points are kept by the minute, ms. AWS keeps coarser ones for 15 months; the embedded cloud does not. */
export const RETENTION_MS = 15 * 86_400_000;
/** Queries in one GetMetricData, and points in its answer. */
export const QUERIES_MAX = 500;
export const DATA_POINTS_MAX = 100_800;
/** Points in one GetMetricStatistics. */
export const STATISTICS_POINTS_MAX = 1_440;
/** Metrics on one page of ListMetrics. */
export const LIST_METRICS_MAX = 500;
/** Alarms of a region, unless raised. */
export const ALARMS_MAX = 5_000;
/** Actions of an alarm for each state. */
export const ACTIONS_MAX = 5;
/** Alarms in one DescribeAlarms, DeleteAlarms, EnableAlarmActions or DisableAlarmActions. */
export const ALARM_NAMES_MAX = 100;
