import type { Product } from "@muster/core";
import { weka } from "./weka/weka.ts";

/** Every product that Muster knows, whole: for those who read specs. */
export const products: readonly Product[] = [weka];
