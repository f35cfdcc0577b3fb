/** What a cluster and its operations cost. All figures: US dollars, list prices of us-east-1, without tax or discount. */
export interface PriceList {
  /** On-demand Linux price of an instance type, $/hour; absent: not known to Muster. */
  readonly instanceHour: Readonly<Record<string, number>>;
}

/** https://aws.amazon.com/ebs/pricing/: gp3 storage, $ per GB-month. */
export const GP3_GB_MONTH = 0.08;
/** https://aws.amazon.com/step-functions/pricing/: Standard, $ per state transition. */
export const STATE_TRANSITION = 0.000_025;
/** https://aws.amazon.com/lambda/pricing/: $ per request, and per GB-second on arm64. */
export const LAMBDA_REQUEST = 0.000_000_2;
export const LAMBDA_GB_SECOND = 0.000_013_333_4;
/** https://aws.amazon.com/dynamodb/pricing/on-demand/: $ per write and read request unit. */
export const DYNAMODB_WRITE_UNIT = 0.000_000_625;
export const DYNAMODB_READ_UNIT = 0.000_000_125;
/** Hours of a month, as AWS's own calculators count. */
export const HOURS_PER_MONTH = 730;
