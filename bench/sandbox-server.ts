/**
 * The sandbox in a process of its own: without a limit, or as the hosted service, with so many requests in a window whose
 * length is shortened. Asked by any message, it tells its parent of the requests that it had.
 *
 *     node sandbox-server.js [WINDOW_MS [LATENCY_MS]]
 */

import { startSandbox } from '../src/sandbox/server.js';

const [, , windowMs, latencyMs] = process.argv;
const limit = windowMs === undefined ? {} : ({ mode: 'hosted', windowMs: Number(windowMs) } as const);
const sandbox = await startSandbox({ token: 'bench', ...limit });
if (latencyMs !== undefined) sandbox.fault({ kind: 'latency', delayMs: Number(latencyMs) });
process.send?.({ port: Number(new URL(sandbox.url).port) });
process.on('message', () =>
  process.send?.({ requests: sandbox.requests.map(({ atMs, status }) => ({ atMs, status })) }),
);
process.on('disconnect', () => process.exit());
