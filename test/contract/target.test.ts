/** The suite's manners towards a real server: it keeps away from companies in use and leaves nothing behind. */

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Sandbox } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { openReal } from './target.js';

let sandbox: Sandbox;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  sandbox = await startSandbox();
  environment = { NINJA_URL: `${sandbox.url}/`, NINJA_TOKEN: sandbox.tokens.admin, NINJA_PASSWORD: 'sandbox-password' };
});

afterEach(() => sandbox.close());

it('refuses a company with clients, and says in one line why and what to do', async () => {
  sandbox.seed([{ name: 'In use' }, { name: 'Archived', archived: true }]);
  await expect(openReal(environment)).rejects.toThrow(
    /^.*the company holds clients \(2\) that this suite did not create, and it creates, changes and purges clients: use an empty company, or set NINJA_CONTRACT_FORCE=1\.$/,
  );
  expect(sandbox.requests.map(({ method }) => method)).toEqual(['GET']);
});

it('takes an empty company, deleted clients aside, and one with clients when it is forced to', async () => {
  sandbox.seed([{ name: 'Left over', deleted: true }]);
  expect((await openReal(environment)).url).toBe(sandbox.url);
  sandbox.seed([{ name: 'In use' }]);
  await expect(openReal(environment)).rejects.toThrow('holds clients (1)');
  expect((await openReal({ ...environment, NINJA_CONTRACT_FORCE: '1' })).url).toBe(sandbox.url);
});

it('purges what it created and nothing else', async () => {
  sandbox.seed([{ name: 'In use' }]);
  const before = sandbox.clients();
  const real = await openReal({ ...environment, NINJA_CONTRACT_FORCE: '1' });
  await real.create({ name: 'One' });
  const { id } = await real.create({ name: 'Two' });
  await real.bulk('delete', [id]);
  expect(sandbox.clients()).toHaveLength(3);
  await real.close();
  expect(sandbox.clients()).toEqual(before);
});

it('deletes what it created where there is no password', async () => {
  const real = await openReal({ ...environment, NINJA_PASSWORD: undefined });
  await real.create({ name: 'One' });
  await real.close();
  expect(sandbox.clients()).toMatchObject([{ name: 'One', is_deleted: true }]);
});
