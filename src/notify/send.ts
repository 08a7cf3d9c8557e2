/** A message through its channel, whichever that is. */

import type { SecretPlace } from '../secret.js';
import type { Channel } from './channels.js';
import { readChannelSecret } from './channels.js';
import { addRepeats } from './message.js';
import type { Message } from './message.js';
import { post } from './post.js';
import { renderSlack, renderWebhook } from './render.js';
import { signBody } from './sign.js';

export interface Sending {
  /** The same at each attempt. */
  readonly id: string;
  readonly message: Message;
  /** How often it happened. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SendOptions {
  readonly timeoutMs?: number | undefined;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string | undefined;
}

/** @throws SyncError `notify-failed`, without the address */
export async function send(channel: Channel, sending: Sending, options: SendOptions = {}): Promise<void> {
  const { slack, webhook, email } = channel;
  const { id, now, count } = sending;
  const message = addRepeats(sending.message, count);
  const limits = { ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }), ca: options.ca };
  if (slack !== undefined) {
    const url = readAddress(channel, slack.url);
    await post({ url, headers: {}, body: renderSlack(message), internal: slack.internal, ...limits });
  }
  if (webhook !== undefined) {
    const url = readAddress(channel, webhook.url);
    const body = renderWebhook(message, count);
    const secret = webhook['sign-with'] === undefined ? undefined : readChannelSecret(channel, webhook['sign-with']);
    const headers = secret === undefined ? { 'webhook-id': id } : signBody(secret, id, now, body);
    await post({ url, headers, body, internal: webhook.internal, ...limits });
  }
  if (email !== undefined) {
    const smtp = readChannelSecret(channel, email.smtp);
    // Loaded when it is needed: most have no use for it.
    const { sendMail } = await import('./mail.js');
    await sendMail({ id, smtp, from: email.from, to: [email.to].flat(), message, timeoutMs: options.timeoutMs });
  }
}

/**
 * Is there everything that the channel needs, without telling anybody?
 *
 * @throws SyncError `notify-failed`
 */
export function checkChannel(channel: Channel): void {
  const { slack, webhook, email } = channel;
  const address = slack?.url ?? webhook?.url;
  if (address !== undefined) readAddress(channel, address);
  const secret = webhook?.['sign-with'];
  if (secret !== undefined) signBody(readChannelSecret(channel, secret), '', 0, '');
  if (email !== undefined) readChannelSecret(channel, email.smtp);
}

function readAddress(channel: Channel, address: string | SecretPlace): string {
  return typeof address === 'string' ? address : readChannelSecret(channel, address);
}
