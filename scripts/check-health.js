/** Does the worker of this machine or container answer? For health checks: exit code 0 or 1. */

import process from 'node:process';

const { HEALTH_PORT = '', HEALTH_HOST = '' } = process.env;
const isEverywhere = ['', '0.0.0.0', '::'].includes(HEALTH_HOST.trim());
const host = isEverywhere ? '127.0.0.1' : HEALTH_HOST.trim();
const url = `http://${host.includes(':') ? `[${host}]` : host}:${HEALTH_PORT.trim() || 9464}/healthz`;

// Nobody was asked to answer.
if (HEALTH_PORT.trim() === '0') process.exit(0);

try {
  const { ok } = await fetch(url, { signal: AbortSignal.timeout(4000) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.stderr.write(`${url} does not answer.\n`);
  process.exitCode = 1;
}
