/** An event on the bus, in EventBridge's envelope. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface AwsEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
