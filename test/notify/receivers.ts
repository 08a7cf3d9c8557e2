/** Those who are told: a webhook receiver over http that answers as it is asked to, and a mail server. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  /** What was posted and answered with 2xx. */
  readonly taken: readonly Posted[];
  /** Whatever came. */
  readonly received: readonly Posted[];
  /** From now on it answers so. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const [taken, received]: [Posted[], Posted[]] = [[], []];
  let status = 200;
  let answered: Readonly<Record<string, string>> = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const posted = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(posted);
      if (status < 300) taken.push(posted);
      response.writeHead(status, answered).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/T0/secret-path`,
    taken,
    received,
    answer: (wanted, headers = {}) => {
      status = wanted;
      answered = headers;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Mailbox {
  readonly port: number;
  readonly mails: readonly { readonly to: readonly string[]; readonly text: string }[];
  close(): Promise<void>;
}

/** It knows one user, `sync` with the password `hunter2`, and refuses who writes to `nobody@…`. */
export async function openMailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: { to: readonly string[]; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    ...options,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === 'sync' && password === 'hunter2') callback(null, { user: username });
      else callback(new Error('no such user'));
    },
    onRcptTo: ({ address }, _session, callback) =>
      callback(address.startsWith('nobody@') ? new Error('no such mailbox') : null),
    onData: (stream, { envelope }, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
