import { chance, fork, pick, randomBetween, randomInt, seededRandom, type Random, type Range } from "@muster/core";
import type { CapacityPool } from "@muster/local-cloud";
import { exampleSpec, type WorldOptions } from "@muster/testing/world";

/** A bad day, drawn from a seed: a spec, the dials of the cloud, and what people and hardware do meanwhile. */
export interface Scenario {
  readonly seed: number;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly world: WorldOptions;
  readonly happenings: readonly Happening[];
  /** Everything that was drawn, for a person. */
  readonly description: string;
}

/** Something that happens some time after the deployment was asked for. */
export type Happening =
  | { readonly kind: "deploy-again" | "cancel" | "destroy" | "abort-in-console"; readonly afterMs: number }
  | {
      readonly kind: "hardware-fails";
      readonly afterMs: number;
      readonly how: "silent" | "terminated";
      readonly which: number;
    }
  | { readonly kind: "repeat-request" | "deploy-in-console" | "destroy-in-console"; readonly afterMs: number };

const MINUTE = 60_000;

export function drawScenario(seed: number): Scenario {
  const random = seededRandom(seed);
  const spec = drawSpec(fork(random));
  const dials = drawDials(fork(random));
  const happenings = drawHappenings(fork(random));
  return {
    seed,
    spec,
    world: { seed, ...dials.world },
    happenings,
    description: [
      `backends ${spec.tiers["backend"]?.count}, clients ${spec.tiers["client"]?.count ?? 0}`,
      ...dials.notes,
      ...happenings.map((h) => `${h.kind} after ${Math.round(h.afterMs / 1000)} s`),
    ].join("; "),
  };
}

function drawSpec(random: Random) {
  const spec = exampleSpec();
  const instanceTypes = chance(random, 0.3) ? ["i3en.2xlarge", "i3en.3xlarge"] : ["i3en.2xlarge"];
  const tiers = {
    backend: { count: randomInt(random, 6, 9), instanceTypes },
    client: {
      count: randomInt(random, 0, 3),
      instanceTypes: ["c5.2xlarge"],
      purchase: chance(random, 0.3) ? "spot" : "on-demand",
    },
  };
  return { ...spec, tiers };
}

/** Most days have a few troubles, not all: swarm testing, so that one trouble does not always hide another. */
function drawDials(random: Random): { world: WorldOptions; notes: string[] } {
  const notes: string[] = [];
  const dial = <T>(name: string, probability: number, draw: () => T): T | undefined => {
    const isOn = chance(random, probability);
    const value = draw();
    if (!isOn) return undefined;
    notes.push(`${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
    return value;
  };
  const upTo = (max: number) => () => Math.round(randomBetween(random, { min: 0, max }) * 1000) / 1000;
  const throttle = dial("throttle", 0.4, upTo(0.2)) ?? 0;
  const loseAnswer = dial("lose-answer", 0.4, upTo(0.04)) ?? 0;
  const events = dial("events", 0.5, () => ({ lost: upTo(1)(), doubledNewId: upTo(1)(), reordered: upTo(1)() }));
  const describeLagMs = dial("describe-lag", 0.3, (): Range => ({ min: 0, max: randomInt(random, 10, 200) * 1000 }));
  const launchFailure = dial("launch-failure", 0.3, upTo(0.15)) ?? 0;
  const dry = dial("dry-pools", 0.3, () => ["us-east-1a", "us-east-1b"].filter(() => chance(random, 0.5)));
  const late = dial("late-agents", 0.3, () => ({ share: upTo(0.5)(), delayMs: { min: 200_000, max: 1_000_000 } }));
  const killer = dial("kills", 0.5, upTo(0.06)) ?? 0;
  const kills = fork(random);
  const hookFault = dial("hook-faults", 0.3, upTo(0.02)) ?? 0;
  const faults = fork(random);
  return {
    notes,
    world: {
      cloud: {
        faults: { throttle, loseAnswer },
        ...(events === undefined ? {} : { events }),
        ec2: {
          launchFailure,
          ...(describeLagMs === undefined ? {} : { describeLagMs }),
          ...(dry === undefined
            ? {}
            : { capacity: (pool: CapacityPool) => (dry.includes(pool.zone) ? 3 : Number.POSITIVE_INFINITY) }),
        },
        ...(late === undefined
          ? {}
          : { ssm: { online: [{ share: 1 - late.share, delayMs: { min: 30_000, max: 120_000 } }, late] } }),
        lambda: { killAfterCalls: () => (chance(kills, killer) ? randomInt(kills, 0, 8) : undefined) },
      },
      weka: {
        fault: ({ argv }) =>
          chance(faults, hookFault) ? { exitCode: 1, stderr: `${argv[0]}: something went wrong\n` } : undefined,
      },
    },
  };
}

function drawHappenings(random: Random): Happening[] {
  const at = (): number => randomInt(random, 0, 15 * MINUTE);
  const draws: [number, () => Happening][] = [
    [0.25, () => ({ kind: "cancel", afterMs: at() })],
    [0.25, () => ({ kind: "deploy-again", afterMs: at() })],
    [0.2, () => ({ kind: "destroy", afterMs: at() })],
    [0.15, () => ({ kind: "abort-in-console", afterMs: at() })],
    [
      0.3,
      () => ({
        kind: "hardware-fails",
        afterMs: at(),
        how: pick(random, ["silent", "terminated"] as const),
        which: randomInt(random, 0, 11),
      }),
    ],
    [0.2, () => ({ kind: "repeat-request", afterMs: at() })],
    [0.15, () => ({ kind: "deploy-in-console", afterMs: at() })],
    [0.15, () => ({ kind: "destroy-in-console", afterMs: at() })],
  ];
  // Each is drawn whether it comes or not: a day's other troubles stay when one is taken away.
  return draws.flatMap(([probability, draw]) => {
    const isOn = chance(random, probability);
    const happening = draw();
    return isOn ? [happening] : [];
  });
}
