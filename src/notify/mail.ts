/** One e-mail over SMTP. Invariant: a password goes over a line that is encrypted; the address of the server, which may hold one, is in no error. */

import { createTransport } from 'nodemailer';
import { SyncError } from '../errors.js';
import { renderHtml, renderText } from './render.js';
import type { Message } from './message.js';

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  /** `smtps://user:password@host:465` or `smtp://host:587`; the certificate is checked. */
  readonly smtp: string;
  readonly message: Message;
  /** For each step: connecting, greeting, silence. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 15_000;

/**
 * Resolves when the server took it for one recipient at least.
 *
 * @throws SyncError `notify-failed`
 */
export async function sendMail({ id, from, to, smtp, message, timeoutMs = TIMEOUT_MS }: Mail): Promise<void> {
  const server = parseServer(smtp);
  const transport = createTransport({
    ...server,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      // The same at each attempt: a mailbox that has it already can tell.
      messageId: `<${id}@ninja-sync.invalid>`,
      from: { name: 'ninja-sync', address: from },
      to: [...to],
      subject: message.title,
      text: renderText(message),
      html: renderHtml(message),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    });
  } catch (error) {
    throw failure(explain(error));
  } finally {
    transport.close();
  }
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS?: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function parseServer(smtp: string): Server {
  const url = URL.canParse(smtp) ? new URL(smtp) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw failure('the address of the mail server is none: write smtps://USER:PASSWORD@HOST:465 or smtp://HOST:587');
  const secure = url.protocol === 'smtps:';
  const base = {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
  };
  if (url.username === '') return base;
  const auth = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  return { ...base, requireTLS: !secure && !LOOPBACK.test(url.hostname), auth };
}

function explain(error: unknown): string {
  const { code = '', responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  const answer = responseCode === undefined ? '' : ` (${responseCode})`;
  switch (code) {
    case 'EAUTH':
      return `the mail server refuses user or password${answer}`;
    case 'EENVELOPE':
      return `the mail server refuses sender or recipients${answer}`;
    case 'ETLS':
      return 'the mail server offers no encryption, or its certificate is not accepted';
    case 'ETIMEDOUT':
      return 'the mail server did not answer in time';
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
      return 'the mail server cannot be reached';
    default:
      return `the mail server did not take it${answer}`;
  }
}

function failure(message: string): SyncError {
  return new SyncError('notify-failed', message, { retry: 'later' });
}
