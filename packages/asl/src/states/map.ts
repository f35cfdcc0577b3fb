import type { MapState } from "../definition/machine.ts";
import { runFallible } from "../execution/fallible.ts";
import { StateFailure, StatesError } from "../execution/failure.ts";
import { fanOut } from "../execution/fan-out.ts";
import type { Thread } from "../execution/thread.ts";
import type { Exit, Visit } from "../execution/visit.ts";
import { QueryError } from "../expression/field.ts";
import { Payload, type Json } from "../json.ts";
import { MAX_INLINE_CONCURRENCY } from "../limits.ts";
import type { RunBlock } from "./parallel.ts";

/** Runs its processor once for each item; the result is the list of the outputs, in the order of the items. */
export async function runMap(visit: Visit<MapState>, runBlock: RunBlock): Promise<Exit> {
  return runFallible(visit, () => attempt(visit, runBlock));
}

/** The items of a Map: its Items, or its input. @throws {QueryError} */
export async function mapItems(visit: Visit<MapState>): Promise<readonly Json[]> {
  const { items } = visit.state;
  const value = items === undefined ? visit.input.value : await visit.typed(items, "array");
  if (Array.isArray(value)) return value;
  throw new QueryError(`Map state input must be an array but was: ${visit.input.text}`);
}

/** The limits of a Map that may be expressions. @throws {QueryError} */
export async function mapLimits(visit: Visit<MapState>): Promise<MapLimits> {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = visit.state;
  const wholeNumbers = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return {
    maxConcurrency: maxConcurrency === undefined ? 0 : await visit.wholeNumber(maxConcurrency, wholeNumbers),
    toleratedFailureCount:
      toleratedFailureCount === undefined ? undefined : await visit.wholeNumber(toleratedFailureCount, wholeNumbers),
    toleratedFailurePercentage:
      toleratedFailurePercentage === undefined ? undefined : await visit.number(toleratedFailurePercentage),
  };
}

export interface MapLimits {
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
}

/** Whether so many failed iterations are more than the Map tolerates; a Map that names no tolerance has none. */
export function exceedsTolerance(limits: MapLimits, failures: number, items: number): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = limits;
  return (
    (count !== undefined && failures > count) || (percentage !== undefined && (100 * failures) / items > percentage)
  );
}

/** The failure of a Map with more failed iterations than it tolerates (cause as recorded on AWS). */
export function toleranceExceeded(): StateFailure {
  return new StateFailure({
    error: StatesError.exceedToleratedFailureThreshold,
    cause: "The specified tolerated failure threshold was exceeded",
  });
}

async function attempt(visit: Visit<MapState>, runBlock: RunBlock): Promise<Payload> {
  const { state, thread } = visit;
  const items = await mapItems(visit);
  const limits = await mapLimits(visit);
  thread.record("MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const outputs: (Payload | undefined)[] = [];
  let failures = 0;
  await fanOut({
    parent: thread,
    count: items.length,
    limit: limits.maxConcurrency === 0 ? MAX_INLINE_CONCURRENCY : limits.maxConcurrency,
    iteration: (index) => ({ stateName: state.name, index, value: items[index] ?? null }),
    run: async (index, iteration) => {
      const input = await itemInput(visit, items[index] ?? null, index);
      recordIteration("Started", visit, iteration, index);
      try {
        outputs[index] = await runBlock(state.processor, input, iteration);
      } catch (error) {
        const isTolerant =
          limits.toleratedFailureCount !== undefined || limits.toleratedFailurePercentage !== undefined;
        if (!(error instanceof StateFailure) || !isTolerant) throw error;
        failures++;
        if (exceedsTolerance(limits, failures, items.length)) throw toleranceExceeded();
        return recordIteration("Failed", visit, iteration, index);
      }
      return recordIteration("Succeeded", visit, iteration, index);
    },
    onFailure: (index, iteration) => {
      if (iteration.isIterationOpen) recordIteration("Failed", visit, iteration, index);
    },
  });
  // An iteration whose failure was tolerated leaves no output.
  const result = new Payload(outputs.filter((output) => output !== undefined).map((output) => output.value));
  visit.checkSize(result, state.name);
  thread.recordAside("MapStateSucceeded");
  return result;
}

/** The input of one iteration: its item, or what ItemSelector makes of it. */
async function itemInput(visit: Visit<MapState>, item: Json, index: number): Promise<Payload> {
  const selected = await selectItem(visit, item, index);
  const input = new Payload(selected);
  visit.checkSize(input, visit.state.name);
  return input;
}

/** Applies ItemSelector to one item; a fault in it is the Map's, not the iteration's. @throws {QueryError} */
export async function selectItem(visit: Visit<MapState>, item: Json, index: number): Promise<Json> {
  const { itemSelector } = visit.state;
  if (itemSelector === undefined) return item;
  const context = { ...visit.context, Map: { Item: { Index: index, Value: item } } };
  return itemSelector.evaluate(visit.bindings(undefined, context));
}

function recordIteration(
  what: "Failed" | "Started" | "Succeeded",
  visit: Visit<MapState>,
  iteration: Thread,
  index: number,
): number {
  iteration.isIterationOpen = what === "Started";
  const details = { [`mapIteration${what}EventDetails`]: { name: visit.state.name, index } };
  return what === "Started"
    ? iteration.record("MapIterationStarted", details)
    : iteration.recordAside(`MapIteration${what}`, details);
}
