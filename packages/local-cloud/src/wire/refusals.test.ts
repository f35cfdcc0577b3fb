import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { sendHttp } from "./testing/http-client.ts";
import { cbor, form, getItem, json, rest, type Sent } from "./testing/requests.ts";
import { serveWireCloud, type Script } from "./testing/wire-cloud.ts";

type Cloud = Awaited<ReturnType<typeof serveWireCloud>>;
const running: Cloud[] = [];

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.close();
});

async function serve(script: Script = {}, more: Parameters<typeof serveWireCloud>[1] = {}): Promise<Cloud> {
  const cloud = await serveWireCloud(script, more);
  running.push(cloud);
  return cloud;
}

function unsigned({ headers = {}, ...request }: Sent): Sent {
  const { authorization: _, ...others } = headers;
  return { ...request, headers: others };
}

describe("a request is refused in its own protocol", () => {
  it.each<[title: string, request: Sent, status: number, answer: string]>([
    [
      "JSON, unsigned",
      unsigned(json("dynamodb", getItem)),
      400,
      '"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Missing Authentication Token"',
    ],
    [
      "query, unsigned",
      unsigned(form("iam", "Action=ListRoles")),
      403,
      "<Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message>",
    ],
    ["a browser, which speaks none", { path: "/" }, 403, '{"message":"Missing Authentication Token"}'],
    [
      "JSON, badly signed",
      {
        ...json("dynamodb", getItem),
        headers: { "x-amz-target": getItem, authorization: "AWS4-HMAC-SHA256 Credential=x" },
      },
      400,
      "IncompleteSignatureException",
    ],
    ["JSON, an unknown operation", json("dynamodb", "DynamoDB_20120810.Fly"), 400, "UnknownOperationException"],
    [
      "JSON, an operation of another service",
      json("dynamodb", "AmazonSSM.SendCommand"),
      400,
      "dynamodb has no operation AmazonSSM.SendCommand",
    ],
    ["JSON, a target without an operation", json("dynamodb", "nonsense"), 400, "UnknownOperationException"],
    [
      "JSON, to a service that does not speak it",
      json("ec2", "AmazonEC2.RunInstances"),
      400,
      "UnknownOperationException",
    ],
    [
      "EC2, an unknown action",
      form("ec2", "Action=Fly"),
      400,
      "<Code>InvalidAction</Code><Message>The action Fly is not valid for this web service.</Message>",
    ],
    ["EC2, no action", form("ec2", ""), 400, "InvalidAction"],
    ["query, an unknown action", form("iam", "Action=Fly&Version=2010-05-08"), 400, "InvalidAction"],
    ["query, to a service that never spoke it", form("ssm", "Action=SendCommand"), 400, "InvalidAction"],
    [
      "REST, an unknown path",
      rest("lambda", "GET", "/2015-03-31/fly"),
      404,
      '{"message":"lambda has no operation GET /2015-03-31/fly"}',
    ],
    ["REST, a malformed escape", rest("lambda", "GET", "/2015-03-31/functions/%zz"), 404, "lambda has no operation"],
    [
      "CBOR, an unknown operation",
      cbor("monitoring", "/service/GraniteServiceVersion20100801/operation/Fly"),
      400,
      "UnknownOperationException",
    ],
    [
      "CBOR, another service's path",
      cbor("monitoring", "/service/DynamoDB_20120810/operation/GetItem"),
      400,
      "UnknownOperationException",
    ],
    [
      "a service that is not here",
      rest("eks", "GET", "/clusters"),
      501,
      '{"message":"the embedded cloud does not have the service eks"}',
    ],
    [
      "a service that is not here and speaks XML",
      rest("s3", "GET", "/bucket"),
      501,
      "<Code>NotImplemented</Code><Message>the embedded cloud does not have the service s3</Message>",
    ],
    [
      "a service that is not here, in a form",
      form("rds", "Action=DescribeDBInstances"),
      501,
      "<Code>NotImplemented</Code>",
    ],
    [
      "JSON that is none",
      json("dynamodb", getItem, "{"),
      400,
      '"__type":"com.amazon.coral.service#SerializationException","message":""',
    ],
    ["JSON that is empty", json("dynamodb", getItem, ""), 400, "SerializationException"],
    ["JSON that is no text", json("dynamodb", getItem, Uint8Array.of(0x22, 0xff, 0x22)), 400, "SerializationException"],
    [
      "JSON that does not fit",
      json("dynamodb", getItem, '{"TableName":1}'),
      400,
      "NUMBER_VALUE cannot be converted to String",
    ],
    [
      "REST JSON that does not fit",
      rest("lambda", "POST", "/2015-03-31/functions", '{"FunctionName":1}'),
      400,
      "NUMBER_VALUE cannot be converted to String",
    ],
    [
      "REST, a query that does not fit",
      rest("lambda", "GET", "/2015-03-31/functions?MaxItems=many"),
      400,
      "MaxItems has the value many, which does not fit its type",
    ],
    [
      "CBOR that is none",
      cbor("monitoring", "/service/GraniteServiceVersion20100801/operation/PutMetricData", Uint8Array.of(0xff)),
      400,
      "SerializationException",
    ],
    [
      "EC2, an unknown parameter",
      form("ec2", "Action=DescribeInstances&Version=2016-11-15&Color=red"),
      400,
      "<Code>UnknownParameter</Code><Message>The parameter Color is not recognized</Message>",
    ],
    [
      "EC2, an unknown parameter within one",
      form("ec2", "Action=DescribeInstances&Filter.1.Name=a&Filter.1.Color=red"),
      400,
      "The parameter Filter.1.Color is not recognized",
    ],
    [
      "EC2, a list without numbers",
      form("ec2", "Action=DescribeInstances&InstanceId.x=i-1"),
      400,
      "The parameter InstanceId.x is not recognized",
    ],
    [
      "EC2, a number that is none",
      form("ec2", "Action=DescribeInstances&MaxResults=many"),
      400,
      "<Code>InvalidParameterValue</Code><Message>Value (many) for parameter MaxResults is invalid. It is not a valid number.</Message>",
    ],
    [
      "EC2, a boolean that is none",
      form("ec2", "Action=DescribeInstances&DryRun=maybe"),
      400,
      "It is not a valid boolean.",
    ],
    ["query, a number that is none", form("iam", "Action=ListRoles&MaxItems=many"), 400, "<Code>MalformedInput</Code>"],
    [
      "EC2, more parameters than there can be",
      form(
        "ec2",
        `Action=DescribeInstances&${"a&b&".repeat(1)}${Array.from({ length: 200_001 }, (_, index) => index).join("&")}`,
      ),
      413,
      "RequestEntityTooLarge",
    ],
    [
      "an encoding that is not here",
      { ...json("dynamodb", getItem), headers: { ...json("dynamodb", getItem).headers, "content-encoding": "br" } },
      415,
      "the wire does not have the content encoding br",
    ],
    [
      "gzip that is none",
      { ...json("dynamodb", getItem), headers: { ...json("dynamodb", getItem).headers, "content-encoding": "gzip" } },
      400,
      "the body is not gzip",
    ],
    [
      "a body that is a bomb",
      {
        ...json("dynamodb", getItem, gzipSync(Buffer.alloc(17 * 1024 * 1024))),
        headers: { ...json("dynamodb", getItem).headers, "content-encoding": "gzip" },
      },
      413,
      "a request may have at most 16777216 bytes",
    ],
    [
      "a body that is too large",
      json("dynamodb", getItem, Buffer.alloc(16 * 1024 * 1024 + 1)),
      413,
      "a request may have at most 16777216 bytes",
    ],
    [
      "a body that is too large, in a form",
      form("ec2", "a".repeat(16 * 1024 * 1024 + 1)),
      413,
      "<Code>RequestEntityTooLarge</Code>",
    ],
    [
      "an operation that no plugin has",
      json("dynamodb", "DynamoDB_20120810.ExportTableToPointInTime"),
      501,
      "the embedded cloud does not have dynamodb:ExportTableToPointInTime",
    ],
  ])("%s", async (_title, request, status, answer) => {
    const cloud = await serve({ dynamodb: {}, ec2: {}, lambda: {}, monitoring: {}, ssm: {} });
    const answered = await sendHttp(cloud.url, request);
    expect(answered.body.toString("latin1")).toContain(answer);
    expect(answered.status).toBe(status);
    expect(answered.headers["x-amzn-requestid"]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(cloud.bugs).toEqual([]);
  });
});
