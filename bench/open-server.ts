/**
 * The sandbox without a limit, in a process of its own.
 *
 *     node open-server.js
 */

import { startSandbox } from '../src/sandbox/server.js';

const sandbox = await startSandbox({ token: 'bench' });
process.send?.({ port: Number(new URL(sandbox.url).port) });
process.on('disconnect', () => process.exit());
