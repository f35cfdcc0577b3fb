import type { Check } from "./check.ts";

/** The app says whose everything is, and in production does not let itself be removed. */
export const checkApp: Check = ({ app, stage }) => {
  const wanted = JSON.stringify({ tags: { app: app.name, stage } });
  return [
    ...(JSON.stringify(app.providers["aws"]?.["defaultTags"]) === wanted
      ? []
      : ["resources have no tags of app and stage"]),
    ...(typeof app.providers["aws"]?.["region"] === "string" ? [] : ["the app names no region"]),
    ...(stage === "production" && (app.removal !== "retain" || !app.protect)
      ? ["the production app can be removed"]
      : []),
  ];
};
