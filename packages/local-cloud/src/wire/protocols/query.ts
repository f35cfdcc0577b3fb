import { AwsError } from "../../kernel/aws-error.ts";
import { modeledError, errorValue } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { rawMembers, schemaOf, STRING_SCHEMA, structureOf, type NormalizedSchema } from "../schema.ts";
import type { WireProtocol } from "./protocol.ts";
import { readParameters } from "./query-decode.ts";
import { parameterTree, unknownParameter } from "./query-parameters.ts";
import { ec2Answer, queryAnswer, writeXml } from "./xml-envelope.ts";

/** awsQuery: IAM, STS, and older clients of CloudWatch and SQS. */
export const awsQueryProtocol: WireProtocol = {
  family: "query",
  decode: ({ operation }, request) =>
    readParameters(schemaOf(operation.input), parameterTree(parametersOf(request)), "aws") ?? {},
  encode: ({ service, operation }, output, requestId) =>
    xml(200, queryAnswer(service, operation, output, requestId), requestId),
  refuse: (error, service, requestId) => {
    const modeled = service === undefined ? undefined : modeledError(service, error.code);
    const value = {
      Type: error.status >= 500 ? "Receiver" : "Sender",
      Code: modeled?.queryCode ?? error.code,
      ...errorValue(error, undefined),
      Message: error.message,
    };
    const schema = structureOf("ErrorResponse", [
      ["Error", awsErrorSchema(modeled?.schema).getSchema()],
      ["RequestId", STRING_SCHEMA],
    ]);
    return xml(
      error.status,
      writeXml(schema, { Error: value, RequestId: requestId }, service?.xmlNamespace),
      requestId,
    );
  },
};

/** ec2Query. */
export const ec2QueryProtocol: WireProtocol = {
  family: "query",
  decode: ({ operation }, request) => {
    const tree = parameterTree(parametersOf(request));
    const input = readParameters(schemaOf(operation.input), tree, "ec2") ?? {};
    const unknown = unknownParameter(tree, EC2_COMMON_PARAMETERS);
    // EC2 is the only one that refuses what it does not know.
    if (unknown !== undefined) throw new AwsError("UnknownParameter", `The parameter ${unknown} is not recognized`);
    return input;
  },
  encode: ({ service, operation }, output, requestId) =>
    xml(200, ec2Answer(service, operation, output, requestId), requestId),
  refuse: (error, _service, requestId) => {
    const value = { Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: requestId };
    return xml(error.status, writeXml(ec2ErrorSchema, value, undefined), requestId);
  },
};

/** The parameters of a query request: those of the URL, then those of the body. */
export function* parametersOf(request: HttpRequest): Generator<readonly [string, string]> {
  yield* new URLSearchParams(request.query);
  yield* new URLSearchParams(new TextDecoder().decode(request.body));
}

function xml(status: number, body: string, requestId: string): HttpResponse {
  return { status, headers: { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId }, body };
}

function awsErrorSchema(modeled: NormalizedSchema | undefined): NormalizedSchema {
  const head = ["Type", "Code", "Message"];
  const own = modeled === undefined ? [] : rawMembers(modeled);
  return structureOf("Error", [
    ...head.map((name) => [name, STRING_SCHEMA] as const),
    ...own.filter(([name]) => !head.includes(name) && name !== "message"),
  ]);
}

const ec2ErrorSchema = structureOf("Response", [
  [
    "Errors",
    structureOf("Errors", [
      [
        "Error",
        structureOf("Error", [
          ["Code", STRING_SCHEMA],
          ["Message", STRING_SCHEMA],
        ]).getSchema(),
      ],
    ]).getSchema(),
  ],
  ["RequestID", STRING_SCHEMA],
]);

/** What every EC2 request may carry besides the operation's own. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html */
const EC2_COMMON_PARAMETERS: ReadonlySet<string> = new Set([
  "Action",
  "Version",
  "AWSAccessKeyId",
  "Expires",
  "SecurityToken",
  "Signature",
  "SignatureMethod",
  "SignatureVersion",
  "Timestamp",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
]);
