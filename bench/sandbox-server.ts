/**
 * The sandbox in a process of its own: without a limit, or as the hosted service, with so many requests in a window whose
 * length is shortened.
 *
 *     node sandbox-server.js [WINDOW_MS]
 */

import { startSandbox } from '../src/sandbox/server.js';

const [, , windowMs] = process.argv;
const limit = windowMs === undefined ? {} : ({ mode: 'hosted', windowMs: Number(windowMs) } as const);
const sandbox = await startSandbox({ token: 'bench', ...limit });
process.send?.({ port: Number(new URL(sandbox.url).port) });
process.on('disconnect', () => process.exit());
