/** Messages over real connections: a webhook, an incoming webhook as Slack has it, https, a mail server. */

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { parseChannels } from '../../src/notify/channels.js';
import type { Channel } from '../../src/notify/channels.js';
import { describeStillborn } from '../../src/notify/message.js';
import { checkChannel, send } from '../../src/notify/send.js';
import { signBody } from '../../src/notify/sign.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';
import { openMailbox, openReceiver } from './receivers.js';
import type { Mailbox, Receiver } from './receivers.js';
import { AT } from './builders.js';
import { loadVerify } from './verify.js';

const SECRET = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`;
const NOW = Date.parse(AT);
const SENDING = { id: 'msg_1', message: describeStillborn('crm', AT, 'No file came.', null), count: 1, now: NOW };

let receiver: Receiver;

beforeEach(async () => {
  receiver = await openReceiver();
  vi.stubEnv('OPS_URL', receiver.url);
  vi.stubEnv('ERP_SECRET', SECRET);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

function channel(settings: string): Channel {
  const [found] = parseChannels(`channels: { ops: ${settings} }`, '/srv/notify.yaml').all;
  if (found === undefined) throw new Error('there is a channel');
  return found;
}

async function refusalOf(settings: string, options?: Parameters<typeof send>[2]): Promise<string> {
  const error = await send(channel(settings), SENDING, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SyncError)) throw new Error('it was not refused', { cause: error });
  expect(error.code).toBe('notify-failed');
  expect(error.message).not.toContain('secret-path');
  expect(error.message).not.toContain('hunter2');
  return error.message;
}

describe('a webhook', () => {
  const signed = '{ webhook: { url: { env: OPS_URL }, sign-with: { env: ERP_SECRET }, internal: true } }';

  it('is signed, so that who has the secret knows who sent it and when', async () => {
    await send(channel(signed), SENDING);
    const [posted] = receiver.taken;
    if (posted === undefined) throw new Error('nothing came');
    expect(posted.headers).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' });
    expect(JSON.parse(posted.body)).toMatchObject({ type: 'run.failed', data: { job: 'crm', count: 1 } });
    const [verify, seconds] = [await loadVerify(), NOW / 1000];
    expect(verify(posted.headers, posted.body, SECRET, seconds)).toBe(true);
    // What somebody changed, or sends once more later, is not.
    expect(verify(posted.headers, `${posted.body} `, SECRET, seconds)).toBe(false);
    expect(verify({ ...posted.headers, 'webhook-timestamp': String(seconds + 9) }, posted.body, SECRET, seconds)).toBe(
      false,
    );
    expect(verify(posted.headers, posted.body, SECRET, seconds + 301)).toBe(false);
  });

  it('has the signature of the example of Standard Webhooks', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"test": 2432232314}';
    expect(signBody(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, body)['webhook-signature']).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is not sent with a secret that can be guessed', async () => {
    vi.stubEnv('ERP_SECRET', 'short');
    expect(await refusalOf(signed)).toContain('less than 16 bytes');
    expect(() => checkChannel(channel(signed))).toThrow('less than 16 bytes');
    expect(receiver.received).toEqual([]);
  });

  it.each([
    [500, {}, 'it answered 500'],
    [410, {}, 'wants no messages any more'],
    [302, { location: 'http://127.0.0.1:1/' }, 'it redirects (302)'],
  ])('that is answered with %d failed', async (status, headers, message) => {
    receiver.answer(status, headers);
    expect(await refusalOf(signed)).toContain(message);
    expect(receiver.received).toHaveLength(1);
  });

  it('whose receiver is silent fails in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    vi.stubEnv('OPS_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}/secret-path`);
    expect(await refusalOf(signed, { timeoutMs: 200 })).toContain('no answer within 0.2 s');
    silent.close();
  });

  it.each(['http://127.0.0.1:1/secret-path', 'https://127.0.0.1:1/secret-path', 'https://localhost:1/secret-path'])(
    'does not go to %s unless the own network is allowed',
    async (url) => {
      vi.stubEnv('OPS_URL', url);
      expect(await refusalOf('{ webhook: { url: { env: OPS_URL } } }')).toMatch(/own network|https address/);
    },
  );

  it('goes over https to who has a good certificate only', async () => {
    let came = 0;
    const server = await startHttps((_request, response) => {
      came += 1;
      response.end();
    });
    vi.stubEnv('OPS_URL', `https://localhost:${server.port}/secret-path`);
    expect(await refusalOf(signed)).toContain('certificate is not accepted');
    expect(came).toBe(0);
    await send(channel(signed), SENDING, { ca: CERTIFICATE });
    expect(came).toBe(1);
    await server.close();
  });

  it('needs its secrets, and says where they should be', async () => {
    vi.stubEnv('OPS_URL', undefined);
    expect(await refusalOf(signed)).toBe('OPS_URL is not set, nor is OPS_URL_FILE.');
    expect(await refusalOf('{ slack: { url: { file: /nowhere/url } } }')).toContain(
      'cannot read /nowhere/url (ENOENT)',
    );
  });
});

describe('a channel of Slack', () => {
  it('gets text and blocks', async () => {
    await send(channel('{ slack: { url: { env: OPS_URL }, internal: true } }'), { ...SENDING, count: 3 });
    const body = JSON.parse(receiver.taken[0]?.body ?? '') as { readonly text: string };
    expect(body).toMatchObject({ blocks: [{ type: 'header' }, { type: 'section' }] });
    expect(body.text).toContain('*crm: no run could begin (3 times)*');
  });
});

describe('an e-mail', () => {
  let mailbox: Mailbox;
  beforeEach(async () => {
    mailbox = await openMailbox();
    vi.stubEnv('SMTP_URL', `smtp://sync:hunter2@127.0.0.1:${mailbox.port}`);
  });
  afterEach(() => mailbox.close());

  const both = '{ email: { to: [anna@example.com, ben@example.com], from: sync@example.com } }';

  it('goes to all as text and as HTML, with an id that stays', async () => {
    await send(channel(both), SENDING);
    const [mail] = mailbox.mails;
    expect(mail?.to).toEqual(['anna@example.com', 'ben@example.com']);
    for (const part of [
      'Subject: crm: no run could begin',
      'Message-ID: <msg_1@ninja-sync.invalid>',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain',
      'Content-Type: text/html',
      'No file came.',
    ]) {
      expect(mail?.text).toContain(part);
    }
  });

  it('that one of several cannot get goes to the others', async () => {
    await send(channel('{ email: { to: [nobody@example.com, ben@example.com], from: a@example.com } }'), SENDING);
    expect(mailbox.mails.map(({ to }) => to)).toEqual([['ben@example.com']]);
  });

  it('that nobody can get failed', async () => {
    const message = await refusalOf('{ email: { to: nobody@example.com, from: a@example.com } }');
    expect(message).toContain('refuses sender or recipients (550)');
  });

  it('fails with a wrong password, and where nobody listens', async () => {
    vi.stubEnv('SMTP_URL', `smtp://sync:hunter3@127.0.0.1:${mailbox.port}`);
    expect(await refusalOf(both)).toContain('refuses user or password (535)');
    vi.stubEnv('SMTP_URL', 'smtp://sync:hunter2@127.0.0.1:1');
    expect(await refusalOf(both)).toBe('the mail server cannot be reached');
    vi.stubEnv('SMTP_URL', 'hunter2@nowhere');
    expect(await refusalOf(both)).toContain('write smtps://USER:PASSWORD@HOST:465');
  });
});
