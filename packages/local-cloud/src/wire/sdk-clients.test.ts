import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../kernel/aws-error.ts";
import { plain } from "./testing/plain.ts";
import { ACCOUNT, clientConfig, REGION, serveWireCloud, type Script } from "./testing/wire-cloud.ts";

const running: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.close();
});

async function start(script: Script) {
  const cloud = await serveWireCloud(script);
  running.push(cloud);
  return cloud;
}

describe("real SDK clients over HTTP", () => {
  it("EC2 (query): nested requests, pages, and errors with their codes", async () => {
    const seen: unknown[] = [];
    const instances = Array.from({ length: 5 }, (_, index) => ({ InstanceId: `i-${index}` }));
    const cloud = await start({
      ec2: {
        RunInstances: (input: unknown) => {
          seen.push(input);
          return { Instances: [{ InstanceId: "i-0", LaunchTime: new Date("2026-01-01T00:00:00.123Z"), Tags: [] }] };
        },
        DescribeInstances: ({ NextToken = "0", MaxResults = 2 }: ec2.DescribeInstancesRequest) => {
          const end = Number(NextToken) + MaxResults;
          const page = [{ Instances: instances.slice(Number(NextToken), end) }];
          return { Reservations: page, ...(end < instances.length && { NextToken: String(end) }) };
        },
        TerminateInstances: () => {
          throw new AwsError("InvalidInstanceID.NotFound", "The instance ID 'i-9' does not exist");
        },
      },
    });
    const client = new ec2.EC2Client(clientConfig(cloud.url));
    const request = {
      MinCount: 1,
      MaxCount: 2,
      DryRun: false,
      UserData: "IyEvYmluL3No",
      TagSpecifications: [{ ResourceType: "instance" as const, Tags: [{ Key: "muster:cluster", Value: "ä & b" }] }],
      NetworkInterfaces: [{ DeviceIndex: 0, Groups: ["sg-1", "sg-2"] }, { DeviceIndex: 1 }],
      ClientToken: "token",
    };
    const launched = await client.send(new ec2.RunInstancesCommand(request));
    expect(seen).toEqual([request]);
    expect(launched.Instances).toEqual([
      { InstanceId: "i-0", LaunchTime: new Date("2026-01-01T00:00:00.123Z"), Tags: [] },
    ]);
    const found: unknown[] = [];
    for await (const page of ec2.paginateDescribeInstances({ client, pageSize: 2 }, {})) {
      found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    }
    expect(found).toEqual(instances);
    const terminate = client.send(new ec2.TerminateInstancesCommand({ InstanceIds: ["i-9"] }));
    await expect(terminate).rejects.toMatchObject({
      name: "InvalidInstanceID.NotFound",
      message: "The instance ID 'i-9' does not exist",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("IAM and STS (query): exceptions keep their classes, and a session acts as its role", async () => {
    const cloud = await start({});
    const client = new iam.IAMClient(clientConfig(cloud.url));
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }],
    });
    const { Role } = await client.send(new iam.CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
    const Statement = [{ Effect: "Allow", Action: "iam:GetRole", Resource: Role?.Arn }];
    const policy = { RoleName: "reader", PolicyName: "read", PolicyDocument: JSON.stringify({ Statement }) };
    await client.send(new iam.PutRolePolicyCommand(policy));
    const missing = await client.send(new iam.GetRoleCommand({ RoleName: "x" })).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(iam.NoSuchEntityException);
    expect(missing).toMatchObject({ name: "NoSuchEntityException", message: "The role with name x cannot be found." });

    const { Credentials } = await new sts.STSClient(clientConfig(cloud.url)).send(
      new sts.AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "ann" }),
    );
    const asReader = clientConfig(cloud.url, Credentials?.AccessKeyId);
    const identity = await new sts.STSClient(asReader).send(new sts.GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/ann`);
    const reader = new iam.IAMClient(asReader);
    expect((await reader.send(new iam.GetRoleCommand({ RoleName: "reader" }))).Role?.RoleId).toBe(Role?.RoleId);
    await expect(reader.send(new iam.DeleteRoleCommand({ RoleName: "reader" }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining(
        "assumed-role/reader/ann is not authorized to perform: iam:DeleteRole",
      ) as string,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("DynamoDB (JSON 1.0): every kind of value, and exceptions with their members", async () => {
    const items = new Map<string, unknown>();
    const cloud = await start({
      dynamodb: {
        PutItem: ({ Item }: dynamodb.PutItemCommandInput) => void items.set(Item?.["id"]?.S ?? "", Item),
        GetItem: ({ Key }: dynamodb.GetItemCommandInput) => ({ Item: items.get(Key?.["id"]?.S ?? "") }),
        DeleteItem: () => {
          const Item = { id: { S: "a" }, bytes: { B: Uint8Array.of(0, 255) } };
          throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", {
            members: { Item },
          });
        },
        TransactWriteItems: () => {
          const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Message: "no" }];
          throw new AwsError("TransactionCanceledException", "cancelled", { members: { CancellationReasons } });
        },
      },
    });
    const client = new dynamodb.DynamoDBClient(clientConfig(cloud.url));
    const Item = {
      id: { S: "a" },
      number: { N: "12345678901234567890.123" },
      bytes: { B: Uint8Array.of(0, 255) },
      set: { SS: ["x", "y"] },
      nested: { M: { list: { L: [{ BOOL: true }, { NULL: true }] } } },
    };
    await client.send(new dynamodb.PutItemCommand({ TableName: "t", Item }));
    const Key = { id: { S: "a" } };
    expect(plain((await client.send(new dynamodb.GetItemCommand({ TableName: "t", Key }))).Item)).toEqual(Item);
    const remove = await client
      .send(new dynamodb.DeleteItemCommand({ TableName: "t", Key }))
      .catch((error: unknown) => error);
    expect(remove).toBeInstanceOf(dynamodb.ConditionalCheckFailedException);
    expect(plain((remove as dynamodb.ConditionalCheckFailedException).Item?.["bytes"])).toEqual({
      B: Uint8Array.of(0, 255),
    });
    const write = client.send(new dynamodb.TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(write).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed", Message: "no" }],
    });
  });

  it("SSM (JSON 1.1): a refusal by IAM has AWS's code and words", async () => {
    const cloud = await start({
      ssm: { SendCommand: () => ({ Command: { CommandId: "c", RequestedDateTime: new Date(0) } }) },
    });
    const asUser = new ssm.SSMClient(clientConfig(cloud.url));
    const command = new ssm.SendCommandCommand({ DocumentName: "muster-weka-join", Parameters: { name: ["a", "b"] } });
    expect((await asUser.send(command)).Command).toEqual({ CommandId: "c", RequestedDateTime: new Date(0) });
    const arn = `arn:aws:iam::${ACCOUNT}:role/muster-join`;
    cloud.iam.putRole({ name: "muster-join", arn, trustedServices: [], trustedPrincipals: ["*"], statements: [] });
    const { Credentials } = await new sts.STSClient(clientConfig(cloud.url)).send(
      new sts.AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "join-nodes" }),
    );
    const asRole = new ssm.SSMClient(clientConfig(cloud.url, Credentials?.AccessKeyId));
    await expect(asRole.send(command)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/muster-join/join-nodes is not authorized to perform: ssm:SendCommand on resource: * because no identity-based policy allows the ssm:SendCommand action`,
    });
  });

  it("Lambda and Scheduler (REST): payloads, headers, status codes, labels and dates", async () => {
    const seen: unknown[] = [];
    const cloud = await start({
      lambda: {
        Invoke: (input: lambda.InvokeCommandInput) => {
          seen.push(input);
          return { StatusCode: 200, FunctionError: "Unhandled", Payload: input.Payload, ExecutedVersion: "$LATEST" };
        },
        GetFunction: () => {
          throw new AwsError("ResourceNotFoundException", "Function not found", {
            status: 404,
            members: { Type: "User" },
          });
        },
        DeleteFunction: () => ({ StatusCode: 204 }),
      },
      scheduler: { CreateSchedule: (input: unknown) => (seen.push(input), { ScheduleArn: "arn" }) },
    });
    const client = new lambda.LambdaClient(clientConfig(cloud.url));
    const FunctionName = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:muster-local-admit`;
    const Payload = new TextEncoder().encode('{"é":1}');
    const invoked = await client.send(
      new lambda.InvokeCommand({ FunctionName, Payload, InvocationType: "RequestResponse" }),
    );
    expect(invoked).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled", ExecutedVersion: "$LATEST" });
    expect(invoked.Payload?.transformToString()).toBe('{"é":1}');
    const missing = await client
      .send(new lambda.GetFunctionCommand({ FunctionName: "x" }))
      .catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(lambda.ResourceNotFoundException);
    expect(missing).toMatchObject({ message: "Function not found", Type: "User", $metadata: { httpStatusCode: 404 } });
    const deleted = await client.send(new lambda.DeleteFunctionCommand({ FunctionName: "x" }));
    expect(deleted.StatusCode).toBe(204);
    const schedule = {
      Name: "wake",
      ScheduleExpression: "rate(1 minute)",
      StartDate: new Date("2026-01-01T00:00:00Z"),
      FlexibleTimeWindow: { Mode: "OFF" as const },
      Target: { Arn: "arn:aws:lambda:x", RoleArn: "arn:aws:iam::x" },
      ClientToken: "token",
    };
    await new scheduler.SchedulerClient(clientConfig(cloud.url)).send(new scheduler.CreateScheduleCommand(schedule));
    expect(plain(seen)).toEqual([{ FunctionName, Payload, InvocationType: "RequestResponse" }, schedule]);
  });

  it.each([
    ["JSON", {}],
    // This SDK would announce the length that a CBOR body had before it was compressed, and wait for ever.
    ["RPC v2 CBOR", { protocol: AwsSmithyRpcV2CborProtocol, disableRequestCompression: true }],
    ["the query protocol", { protocol: AwsQueryProtocol }],
  ])("CloudWatch in %s: numbers, dates, compression, and exceptions", async (_title, protocol) => {
    const seen: unknown[] = [];
    const cloud = await start({
      monitoring: {
        PutMetricData: (input: unknown) => void seen.push(input),
        GetMetricData: () => ({
          MetricDataResults: [{ Id: "m", Timestamps: [new Date("2026-01-01T00:00:00Z")], Values: [0.1, 1e-300, 5] }],
        }),
        DeleteAlarms: () => {
          throw new AwsError("ResourceNotFound", "no such alarm", { status: 404 });
        },
      },
    });
    const client = new cloudwatch.CloudWatchClient({ ...clientConfig(cloud.url), ...protocol });
    // Enough that the SDK compresses it.
    const MetricData = Array.from({ length: 200 }, (_, index) => ({
      MetricName: `UsedCapacityOfTheCluster${index}`,
      Dimensions: [{ Name: "Cluster", Value: "weka" }],
      Timestamp: new Date(Date.UTC(2026, 0, 1)),
      Value: index / 7,
    }));
    await client.send(new cloudwatch.PutMetricDataCommand({ Namespace: "Muster", MetricData }));
    expect(seen).toEqual([{ Namespace: "Muster", MetricData }]);
    const range = { StartTime: new Date(0), EndTime: new Date(1000) };
    const { MetricDataResults } = await client.send(
      new cloudwatch.GetMetricDataCommand({ MetricDataQueries: [], ...range }),
    );
    expect(MetricDataResults).toEqual([
      { Id: "m", Timestamps: [new Date("2026-01-01T00:00:00Z")], Values: [0.1, 1e-300, 5] },
    ]);
    const error = await client
      .send(new cloudwatch.DeleteAlarmsCommand({ AlarmNames: ["x"] }))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(cloudwatch.ResourceNotFound);
    expect(error).toMatchObject({ message: "no such alarm" });
  });
});
