import type { Kernel } from "@muster/local-cloud";

/** Request units that DynamoDB took. */
export interface Capacity {
  read: number;
  write: number;
}

/**
 * Has every DynamoDB call tell what it consumed, as DynamoDB does when asked, and sums it up from here on. Read units of
 * a transaction's checks count as written, as AWS counts them.
 */
export function meterCapacity(kernel: Kernel): Capacity {
  const sum: Capacity = { read: 0, write: 0 };
  const call = kernel.call.bind(kernel);
  kernel.call = async (service, operation, input, ...rest) => {
    if (service !== "dynamodb") return call(service, operation, input, ...rest);
    const asked = { ...(input as object), ReturnConsumedCapacity: "TOTAL" };
    const output = await call(service, operation, asked, ...rest);
    const consumed = (output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity ?? [];
    const kind = READS.has(operation) ? "read" : "write";
    for (const { CapacityUnits = 0 } of [consumed].flat()) sum[kind] += CapacityUnits;
    return output;
  };
  return sum;
}

interface Consumed {
  readonly CapacityUnits?: number;
}

const READS: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"]);
