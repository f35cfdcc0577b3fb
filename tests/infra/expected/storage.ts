import { byInput, each, JsonText, type Expectation } from "./expectation.ts";

/** Encrypted with DynamoDB's own key, which is what a table without an input for it is. */
const tables: Expectation = {
  type: "aws:dynamodb/table:Table",
  expected: ({ table }) => ({
    [table.name]: {
      name: table.name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: table.partitionKey,
      rangeKey: table.sortKey,
      attributes: [
        ...new Set([
          table.partitionKey,
          table.sortKey,
          ...table.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
        ]),
      ]
        .filter((name) => name !== undefined)
        .map((name) => ({ name, type: "S" })),
      globalSecondaryIndexes: table.indexes.map(({ name, partitionKey, sortKey }) => ({
        name,
        hashKey: partitionKey,
        rangeKey: sortKey,
        projectionType: "ALL",
      })),
      ttl: { enabled: true, attributeName: table.ttlAttribute },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: table.isProtected,
    },
  }),
};

const queues: Expectation = {
  type: "aws:sqs/queue:Queue",
  expected: ({ queues }) =>
    each(
      queues,
      ({ name }) => name,
      ({ name, retentionSeconds }) => ({
        name,
        messageRetentionSeconds: retentionSeconds,
        sqsManagedSseEnabled: true,
      }),
    ),
};

const queuePolicies: Expectation = {
  type: "aws:sqs/queuePolicy:QueuePolicy",
  keyOf: byInput("queueUrl"),
  expected: ({ queues, rules }) =>
    each(
      queues,
      ({ url }) => url,
      ({ url, arn }) => ({
        queueUrl: url,
        policy: new JsonText({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "UndeliveredEvents",
              Effect: "Allow",
              Action: "sqs:SendMessage",
              Principal: { Service: "events.amazonaws.com" },
              Resource: arn,
              Condition: {
                ArnEquals: {
                  "aws:SourceArn": rules.filter((rule) => rule.deadLetterQueueArn === arn).map((rule) => rule.arn),
                },
              },
            },
          ],
        }),
      }),
    ),
};

const logGroups: Expectation = {
  type: "aws:cloudwatch/logGroup:LogGroup",
  expected: ({ functions, machines, api }) =>
    each(
      [...functions, ...machines, api].map(({ logGroup }) => logGroup),
      ({ name }) => name,
      ({ name, retentionDays }) => ({ name, retentionInDays: retentionDays }),
    ),
};

const documents: Expectation = {
  type: "aws:ssm/document:Document",
  expected: ({ documents }) =>
    each(
      documents,
      ({ name }) => name,
      ({ name, content }) => ({
        name,
        documentType: "Command",
        documentFormat: "JSON",
        targetType: "/AWS::EC2::Instance",
        content: new JsonText(content),
      }),
    ),
};

export const storage: readonly Expectation[] = [tables, queues, queuePolicies, logGroups, documents];
