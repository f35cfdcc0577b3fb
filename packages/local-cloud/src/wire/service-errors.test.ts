import { crc32 } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../kernel/aws-error.ts";
import { sendHttp } from "./testing/http-client.ts";
import { form, getItem, json, rest } from "./testing/requests.ts";
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

function missing(): never {
  const members = { resourceType: "table" };
  throw new AwsError("ResourceNotFoundException", "no <such> thing", { status: 400, members });
}

function describeInstances(): never {
  throw new AwsError("InvalidInstanceID.NotFound", "no <i-1> & \u0000 \uD800 é");
}

function gone(): never {
  throw new AwsError("QueueDoesNotExist", "gone", { status: 400 });
}

function brokenMembers(): never {
  const members = {
    get Item(): never {
      throw new TypeError("no item");
    },
  };
  throw Object.assign(new AwsError("ConditionalCheckFailedException", "no"), { members });
}

describe("an error of a service", () => {
  it("names its shape in JSON, and carries its members and DynamoDB's checksum", async () => {
    const { url } = await serve({ dynamodb: { GetItem: missing } });
    const { status, headers, body } = await sendHttp(url, json("dynamodb", getItem, '{"TableName":"t","Key":{}}'));
    expect([status, JSON.parse(body.toString())]).toEqual([
      400,
      { __type: "com.amazonaws.dynamodb#ResourceNotFoundException", message: "no <such> thing" },
    ]);
    expect(headers["x-amz-crc32"]).toBe(String(crc32(body)));
  });

  it("has a header in REST, beside its members and their headers", async () => {
    const { url } = await serve({
      lambda: {
        Invoke: () => {
          const members = {
            retryAfterSeconds: "7",
            Type: "User",
            Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
          };
          throw new AwsError("TooManyRequestsException", "Rate Exceeded.", { status: 429, members });
        },
      },
    });
    const answered = await sendHttp(url, rest("lambda", "POST", "/2015-03-31/functions/f/invocations", "{}"));
    expect([answered.status, answered.headers["x-amzn-errortype"], answered.headers["retry-after"]]).toEqual([
      429,
      "TooManyRequestsException",
      "7",
    ]);
    expect(JSON.parse(answered.body.toString())).toEqual({
      Type: "User",
      message: "Rate Exceeded.",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
  });

  it("is escaped in XML, and loses what XML cannot say", async () => {
    const { url } = await serve({ ec2: { DescribeInstances: describeInstances } });
    const { body } = await sendHttp(url, form("ec2", "Action=DescribeInstances"));
    expect(body.toString()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound<\/Code><Message>no &lt;i-1&gt; &amp; � � é<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
  });

  it("tells clients of the old query protocol the code that they knew", async () => {
    const { url } = await serve({ sqs: { GetQueueUrl: gone } });
    const request = json("sqs", "AmazonSQS.GetQueueUrl", '{"QueueName":"q"}');
    const headers = { ...request.headers, "x-amzn-query-mode": "true" };
    const answered = await sendHttp(url, { ...request, headers });
    expect(answered.headers["x-amzn-query-error"]).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
    expect((await sendHttp(url, request)).headers["x-amzn-query-error"]).toBeUndefined();
  });

  it("bears the code of the query protocol there, which is not always the name of its shape", async () => {
    const { url } = await serve();
    const { status, body } = await sendHttp(url, form("iam", "Action=GetRole&RoleName=x"));
    expect([status, body.toString()]).toEqual([
      404,
      expect.stringMatching(
        /<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type><Code>NoSuchEntity<\/Code><Message>The role with name x cannot be found.<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
      ) as string,
    ]);
  });

  it("that is a bug of ours is a 500 with its words, and is reported", async () => {
    const bug = new TypeError("x is not a function");
    const broken = () => {
      throw bug;
    };
    const { url, bugs } = await serve({ dynamodb: { GetItem: broken }, ec2: { DescribeInstances: broken } });
    const answered = await sendHttp(url, json("dynamodb", getItem, '{"TableName":"t","Key":{}}'));
    expect([answered.status, answered.body.toString()]).toEqual([
      500,
      '{"__type":"com.amazon.coral.service#InternalFailure","message":"the embedded cloud failed: TypeError: x is not a function"}',
    ]);
    const inXml = await sendHttp(url, form("ec2", "Action=DescribeInstances"));
    expect([inXml.status, inXml.body.toString()]).toEqual([
      500,
      expect.stringContaining("<Code>InternalError</Code>") as string,
    ]);
    expect(bugs).toEqual([bug, bug]);
  });

  it("whose members do not fit its own shape is a bug of ours, too", async () => {
    const { url, bugs } = await serve({ dynamodb: { PutItem: brokenMembers } });
    const answered = await sendHttp(url, json("dynamodb", "DynamoDB_20120810.PutItem", '{"TableName":"t","Item":{}}'));
    expect([answered.status, bugs.length]).toEqual([500, 1]);
  });
});
