/**
 * The sandbox as the hosted service, in a process of its own: so many requests in a window, whose length is shortened.
 *
 *     node limited-server.js WINDOW_MS
 */

import { startSandbox } from '../src/sandbox/server.js';

const sandbox = await startSandbox({ mode: 'hosted', windowMs: Number(process.argv[2]), token: 'bench' });
process.send?.({ port: Number(new URL(sandbox.url).port) });
process.on('disconnect', () => process.exit());
