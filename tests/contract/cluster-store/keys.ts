import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { keyOf } from "../../../packages/aws/src/dynamodb/keys.ts";
import type { Story } from "./story.ts";

/** What is remembered for a while. */
export const keyStories: readonly Story[] = [
  {
    title: "an idempotency key stands for the first request, until it expires",
    needs: "the item of a failed condition",
    tell: async ({ world, store, run }) => {
      const key = "key-1";
      const claim = (request: string, operationId: string, expiresAt = world.now() + 60_000) => ({
        key,
        request,
        operationId,
        expiresAt,
      });
      const first = claim("digest-1", "demo.1");
      expect(await run(store.claimKey(first))).toEqual(first);
      expect(await run(store.claimKey(claim("digest-1", "demo.2")))).toEqual(first);
      expect(await run(store.claimKey(claim("digest-2", "demo.3")))).toEqual(first);
      await world.advance(first.expiresAt - world.now());
      expect(await run(store.claimKey(claim("digest-2", "demo.4")))).toEqual(first);
      await world.advance(1);
      const next = claim("digest-2", "demo.5", world.now() + 1_500);
      expect(await run(store.claimKey(next))).toEqual(next);
    },
  },
  {
    title: "something seen twice is known since the first time, until it is forgotten",
    needs: "the item of a failed condition",
    tell: async ({ world, store, run }) => {
      const [a, b] = ["i-seen", "eni-seen"];
      const first = world.now();
      expect(await run(store.sight([a], first, first + 60_000))).toEqual(new Map([[a, first]]));
      await world.advance(10_000);
      const second = world.now();
      expect(await run(store.sight([a, b], second, second + 60_000))).toEqual(
        new Map([
          [a, first],
          [b, second],
        ]),
      );
      await world.advance(first + 60_001 - world.now());
      const third = world.now();
      expect(await run(store.sight([a], third, third + 60_000))).toEqual(new Map([[a, third]]));
      expect(await run(store.sight([], third, third))).toEqual(new Map());
    },
  },
  {
    title: "what is remembered for a while says so to DynamoDB, in seconds, and never too early",
    tell: async ({ world, store, run }) => {
      const expiresAt = world.now() + 61_500;
      await run(store.claimKey({ key: "key-ttl", request: "r", operationId: "demo.op", expiresAt }));
      await run(store.sight(["i-ttl"], world.now(), expiresAt));
      for (const { pk, sk } of [keyOf.idempotencyKey("key-ttl"), keyOf.sighting("i-ttl")]) {
        const Key = { pk: { S: pk }, sk: { S: sk } };
        const { Item } = await run(world.client.send(new GetItemCommand({ TableName: world.table, Key })));
        expect(Item?.[world.ttlAttribute]).toEqual({ N: String(Math.ceil(expiresAt / 1000)) });
      }
    },
  },
];
