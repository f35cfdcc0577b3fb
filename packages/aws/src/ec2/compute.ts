import type { Compute } from "@muster/core";
import type { AwsRuntime } from "../runtime.ts";
import { instanceEnder } from "./instance-ender.ts";
import { instanceLauncher } from "./instance-launcher.ts";
import { instanceReader } from "./instance-reader.ts";
import { leftoverRemover } from "./leftovers.ts";

/** EC2 instances, their interfaces and volumes: all of it. A function takes the parts that it uses. */
export function compute(runtime: AwsRuntime): Compute {
  return {
    ...instanceReader(runtime),
    ...instanceLauncher(runtime),
    ...instanceEnder(runtime),
    ...leftoverRemover(runtime),
  };
}
