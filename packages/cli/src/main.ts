#!/usr/bin/env node
import { runCli } from "./run-cli.ts";

const isTerminal = process.stderr.isTTY && process.stdout.isTTY;

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: isTerminal && process.env["NO_COLOR"] === undefined && process.env["TERM"] !== "dumb",
    columns: process.stdout.columns ?? 80,
  },
  process.env,
);
