import type { PriceList } from "@muster/core";

/**
 * On-demand list prices, Linux, us-east-1, $/hour, of the types that products know. From AWS's price list
 * (https://aws.amazon.com/ec2/pricing/on-demand/) as of 2026-07-20, as Karpenter's generated table of that day holds it.
 */
const PER_FAMILY: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  c5: { "2xlarge": 0.34, "4xlarge": 0.68, "9xlarge": 1.53, "12xlarge": 2.04, "18xlarge": 3.06, "24xlarge": 4.08 },
  c5n: { "2xlarge": 0.432, "4xlarge": 0.864, "9xlarge": 1.944, "18xlarge": 3.888 },
  c6in: {
    "2xlarge": 0.4536,
    "4xlarge": 0.9072,
    "8xlarge": 1.8144,
    "12xlarge": 2.7216,
    "16xlarge": 3.6288,
    "24xlarge": 5.4432,
    "32xlarge": 7.2576,
  },
  c7i: {
    "2xlarge": 0.357,
    "4xlarge": 0.714,
    "8xlarge": 1.428,
    "12xlarge": 2.142,
    "16xlarge": 2.856,
    "24xlarge": 4.284,
    "48xlarge": 8.568,
  },
  g5: { xlarge: 1.006, "2xlarge": 1.212, "4xlarge": 1.624, "8xlarge": 2.448, "16xlarge": 4.096, "12xlarge": 5.672 },
  i3en: { xlarge: 0.452, "2xlarge": 0.904, "3xlarge": 1.356, "6xlarge": 2.712, "12xlarge": 5.424, "24xlarge": 10.848 },
  i8ge: {
    "2xlarge": 0.9492,
    "3xlarge": 1.4238,
    "6xlarge": 2.8476,
    "12xlarge": 5.6952,
    "18xlarge": 8.5428,
    "24xlarge": 11.3904,
    "48xlarge": 22.7808,
  },
  m5: {
    xlarge: 0.192,
    "2xlarge": 0.384,
    "4xlarge": 0.768,
    "8xlarge": 1.536,
    "12xlarge": 2.304,
    "16xlarge": 3.072,
    "24xlarge": 4.608,
  },
  m6i: {
    xlarge: 0.192,
    "2xlarge": 0.384,
    "4xlarge": 0.768,
    "8xlarge": 1.536,
    "12xlarge": 2.304,
    "16xlarge": 3.072,
    "24xlarge": 4.608,
    "32xlarge": 6.144,
  },
  m7i: {
    xlarge: 0.2016,
    "2xlarge": 0.4032,
    "4xlarge": 0.8064,
    "8xlarge": 1.6128,
    "12xlarge": 2.4192,
    "16xlarge": 3.2256,
    "24xlarge": 4.8384,
    "48xlarge": 9.6768,
  },
  p4d: { "24xlarge": 21.957642 },
  p4de: { "24xlarge": 27.44705 },
  p5: { "48xlarge": 55.04 },
  r5: {
    xlarge: 0.252,
    "2xlarge": 0.504,
    "4xlarge": 1.008,
    "8xlarge": 2.016,
    "12xlarge": 3.024,
    "16xlarge": 4.032,
    "24xlarge": 6.048,
  },
  r6i: {
    xlarge: 0.252,
    "2xlarge": 0.504,
    "4xlarge": 1.008,
    "8xlarge": 2.016,
    "12xlarge": 3.024,
    "16xlarge": 4.032,
    "24xlarge": 6.048,
    "32xlarge": 8.064,
  },
  z1d: { xlarge: 0.372, "2xlarge": 0.744, "3xlarge": 1.116, "6xlarge": 2.232, "12xlarge": 4.464 },
};

export const prices: PriceList = {
  instanceHour: Object.fromEntries(
    Object.entries(PER_FAMILY).flatMap(([family, sizes]) =>
      Object.entries(sizes).map(([size, price]) => [`${family}.${size}`, price]),
    ),
  ),
};
