export { AwsError } from "./kernel/aws-error.ts";
export { connect } from "./kernel/connect.ts";
export { AnswerLostError, Kernel } from "./kernel/kernel.ts";
export { Meter } from "./kernel/meter.ts";
