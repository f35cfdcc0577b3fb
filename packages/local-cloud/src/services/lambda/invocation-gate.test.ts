import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { sleep } from "@muster/core";
import { describe, expect, it } from "vitest";
import { clientSettings, testCloud } from "../../testing/test-cloud.ts";
import { createSqs } from "../sqs/create-sqs.ts";
import { calmLambda, killOne, type LambdaDials } from "./dials.ts";
import type { FunctionHost } from "./function-host.ts";
import { guardClient, guardClock } from "./invocation-gate.ts";
import { createLambda } from "./create-lambda.ts";

type Handler = (tools: {
  /** Makes a queue, so that what took effect can be asked of SQS. */
  queue: (name: string) => Promise<void>;
  log: string[];
  /** Sleeps on the guarded clock, as handlers should. */
  pause: (ms: number) => Promise<void>;
  /** Sleeps on a clock that nobody guards. */
  oversleep: (ms: number) => Promise<void>;
}) => Promise<unknown>;

/** A function whose handler makes queues: what took effect can be asked of SQS afterwards. */
function withHandler(handler: Handler, dials: Partial<LambdaDials> = {}, timeoutMs = 60_000) {
  const cloud = testCloud();
  const log: string[] = [];
  const sqs = guardClient(cloud.connect(new SQSClient(clientSettings)));
  const clock = guardClock(cloud.clock);
  const host: FunctionHost = {
    name: "worker",
    roleArn: "arn:aws:iam::123456789012:role/worker",
    timeoutMs,
    invoke: () =>
      handler({
        log,
        pause: (ms) => sleep(clock, ms),
        oversleep: (ms) => sleep(cloud.clock, ms),
        queue: async (QueueName) => {
          await sqs.send(new CreateQueueCommand({ QueueName }));
          log.push(`made ${QueueName}`);
        },
      }),
  };
  const call = cloud.kernel.call.bind(cloud.kernel);
  const lambda = createLambda(cloud.context, { hosts: [host], call, dials: { ...calmLambda, ...dials } });
  cloud.register(lambda);
  cloud.register(createSqs(cloud.context));
  const client = cloud.connect(new LambdaClient(clientSettings));
  const invoke = () => client.send(new InvokeCommand({ FunctionName: "worker" }));
  const answer = async () => {
    const { FunctionError, Payload } = await cloud.run(invoke());
    return { FunctionError, json: JSON.parse(new TextDecoder().decode(Payload)) as Record<string, string> };
  };
  const outside = cloud.connect(new SQSClient(clientSettings));
  const queues = async () => {
    await cloud.clock.advance(120_000);
    const { QueueUrls = [] } = await cloud.run(outside.send(new ListQueuesCommand({})));
    return QueueUrls.map((url) => url.split("/").at(-1));
  };
  return { cloud, log, invoke, answer, queues, lambda };
}

const three: Handler = async ({ queue }) => {
  for (const name of ["a", "b", "c"]) await queue(name);
  return "done";
};

describe("an invocation that is killed", () => {
  it.each([
    [0, [], []],
    [1, ["a"], []],
    [2, ["a", "b"], ["made a"]],
    [3, ["a", "b", "c"], ["made a", "made b"]],
  ])("after %i calls has done just these, and its handler never hears of the last", async (afterCalls, done, heard) => {
    const { answer, queues, log } = withHandler(three, {
      killAfterCalls: killOne({ functionName: "worker", runNumber: 1, afterCalls }),
    });
    const killed = await answer();
    expect(killed.FunctionError).toBe("Unhandled");
    expect(killed.json).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(
        /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
      ),
    });
    expect(await queues()).toEqual(done);
    expect(log).toEqual(heard);
  });

  it("is that run only: the next one lives, in a new environment", async () => {
    const { answer, queues, lambda } = withHandler(three, {
      killAfterCalls: killOne({ functionName: "worker", runNumber: 1, afterCalls: 1 }),
    });
    await answer();
    expect((await answer()).json).toBe("done");
    expect(await queues()).toEqual(["a", "b", "c"]);
    expect(lambda.usage().get("worker")).toMatchObject({ runs: 2, errors: 1, coldStarts: 2 });
  });

  it("starts nothing more from a branch that slept, nor from a finally", async () => {
    const { answer, queues, log } = withHandler(
      async ({ queue, pause, log }) => {
        try {
          await Promise.all([queue("now"), pause(10_000).then(() => queue("later"))]);
        } finally {
          log.push("finally");
        }
      },
      { killAfterCalls: killOne({ functionName: "worker", runNumber: 1, afterCalls: 1 }) },
    );
    await answer();
    expect(await queues()).toEqual(["now"]);
    expect(log).toEqual([]);
  });

  it("cannot call even if something woke it, and its own clock does not", async () => {
    const { answer, queues, log } = withHandler(
      ({ queue, pause, oversleep, log }) =>
        Promise.all([
          queue("now"),
          oversleep(10_000).then(() => queue("woken")),
          pause(10_000).then(() => log.push("on time")),
        ]),
      { killAfterCalls: killOne({ functionName: "worker", runNumber: 1, afterCalls: 1 }) },
    );
    await answer();
    expect(await queues()).toEqual(["now"]);
    expect(log).toEqual([]);
  });

  it("does not hear of a refusal either, when that was its last answer", async () => {
    const { answer, queues, log } = withHandler(
      ({ queue, log }) => queue("no such name!").catch(() => log.push("refused").toString()),
      { killAfterCalls: killOne({ functionName: "worker", runNumber: 1, afterCalls: 1 }) },
    );
    expect((await answer()).json).toMatchObject({ errorType: "Runtime.ExitError" });
    await queues();
    expect(log).toEqual([]);
  });

  it("counts the calls of concurrent runs apart, though they share their clients", async () => {
    const { cloud, invoke, queues } = withHandler(three, {
      killAfterCalls: (_, runNumber) => (runNumber === 2 ? 1 : undefined),
    });
    const settled = await cloud.run(Promise.all([invoke(), invoke(), invoke()]));
    expect(settled.filter(({ FunctionError }) => FunctionError !== undefined)).toHaveLength(1);
    expect(await queues()).toEqual(["a", "b", "c"]);
  });
});

it("stops what a timed-out handler still wanted to do", async () => {
  const { answer, queues } = withHandler(
    async ({ queue, pause }) => {
      await queue("in-time");
      await pause(5_000);
      await queue("too-late");
    },
    {},
    2_000,
  );
  expect((await answer()).json).toMatchObject({ errorType: "Sandbox.Timedout" });
  expect(await queues()).toEqual(["in-time"]);
});

it("freezes what a handler left behind when it answered", async () => {
  const { answer, queues } = withHandler(async ({ queue, pause }) => {
    void pause(1_000).then(() => queue("left-behind"));
    await queue("awaited");
    return "answered";
  });
  expect((await answer()).json).toBe("answered");
  expect(await queues()).toEqual(["awaited"]);
});
