import * as aws from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { definition, keySchema, refusal } from "../store.ts";
import type { Chapter } from "./story.ts";

export const tables: Chapter = {
  subject: "a table",
  stories: [
    {
      title: "is what it was created as",
      tell: async (store) => {
        const TableName = await store.createTable();
        expect(await store.describe(TableName)).toMatchObject({
          TableName,
          TableStatus: "ACTIVE",
          ItemCount: 0,
          BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
          KeySchema: keySchema("pk", "sk"),
          GlobalSecondaryIndexes: [{ IndexName: "by-who", IndexStatus: "ACTIVE" }],
        });
        expect((await store.send(new aws.ListTablesCommand({}))).TableNames).toContain(TableName);
      },
    },
    {
      title: "has its name to itself",
      tell: async (store) => {
        const again = store.send(new aws.CreateTableCommand(definition(store.table)));
        expect((await refusal(again)).name).toBe("ResourceInUseException");
      },
    },
    {
      title: "is not found once it was deleted",
      tell: async (store) => {
        const TableName = await store.createTable();
        await store.send(new aws.DeleteTableCommand({ TableName }));
        await store.target.advance(60_000);
        expect(await refusal(store.send(new aws.ScanCommand({ TableName })))).toEqual({
          name: "ResourceNotFoundException",
          message: "Requested resource not found",
        });
      },
    },
    {
      title: "is not deleted while it is protected",
      tell: async (store) => {
        const TableName = await store.createTable({ DeletionProtectionEnabled: true });
        const { name } = await refusal(store.send(new aws.DeleteTableCommand({ TableName })));
        expect(name).toBe("ValidationException");
        expect(await store.describe(TableName)).toMatchObject({
          TableStatus: "ACTIVE",
          DeletionProtectionEnabled: true,
        });
      },
    },
    {
      title: "keeps tags until they are taken off",
      tell: async (store) => {
        const { TableArn: ResourceArn } = await store.describe();
        const Tags = ["team", "stage"].map((Key) => ({ Key, Value: "blue" }));
        await store.send(new aws.TagResourceCommand({ ResourceArn, Tags }));
        await store.send(new aws.UntagResourceCommand({ ResourceArn, TagKeys: ["stage"] }));
        expect((await store.send(new aws.ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([Tags[0]]);
      },
    },
    {
      title: "remembers that it can be recovered to a point in time",
      tell: async (store) => {
        const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
        const enable = { TableName: store.table, PointInTimeRecoverySpecification };
        expect(await store.send(new aws.UpdateContinuousBackupsCommand(enable))).toMatchObject({
          ContinuousBackupsDescription: {
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 35 },
          },
        });
      },
    },
    {
      title: "is found by its ARN too",
      tell: async (store) => {
        const { TableArn = "" } = await store.describe();
        expect(await store.describe(TableArn)).toMatchObject({ TableName: store.table });
      },
    },
    {
      title: "loses items some time after their expiry",
      tell: async (store) => {
        const TableName = await store.createTable();
        const TimeToLiveSpecification = { Enabled: true, AttributeName: "until" };
        await store.send(new aws.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
        const soon = Math.floor(store.target.now() / 1000) + 30;
        await store.putAll(
          [soon, soon + 3600, "soon"].map((until) => ({ ...store.key(), until })),
          TableName,
        );
        const left = async () => (await store.send(new aws.ScanCommand({ TableName }))).Count;
        await store.target.advance(60_000);
        expect(await left()).toBe(3);
        await store.target.advance(60_000);
        expect(await left()).toBe(2);
      },
    },
  ],
};
