import type { PriceList } from "@muster/core";

/** On-demand list prices, Linux, us-east-1, $/hour. https://aws.amazon.com/ec2/pricing/on-demand/ */
export const prices: PriceList = {
  instanceHour: {
    "c5.2xlarge": 0.34,
    "i3en.2xlarge": 0.904,
    "i3en.3xlarge": 1.356,
    "i3en.6xlarge": 2.712,
    "i3en.12xlarge": 5.424,
    "i3en.24xlarge": 10.848,
  },
};
