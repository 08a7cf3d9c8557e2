/** A message in the forms that receivers know. Pure. */

import { showNumbers } from './message.js';
import type { Message } from './message.js';

/** Body of a webhook: type, time and data, as Standard Webhooks proposes. */
export function renderWebhook(message: Message, count: number): string {
  const { event, at, ...data } = message;
  return JSON.stringify({ type: event === 'test' ? 'test' : `run.${event}`, timestamp: at, data: { ...data, count } });
}

/** Slack shows a section up to 3,000 characters; a header 150. */
const HEADER_LENGTH_MAX = 150;

/**
 * Body for an incoming webhook of Slack. Who does not know `blocks` (Mattermost, Discord) shows `text`, so all is in both.
 */
export function renderSlack(message: Message): string {
  const text = escapeSlack(toLines(message, '*').join('\n'));
  const [, ...rest] = toLines(message, '*');
  return JSON.stringify({
    text,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: message.title.slice(0, HEADER_LENGTH_MAX) } },
      ...(rest.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: escapeSlack(rest.join('\n')) } }]),
    ],
  });
}

export function renderText(message: Message): string {
  return `${toLines(message, '').join('\n\n').replaceAll('`', '')}\n`;
}

export function renderHtml(message: Message): string {
  const [title = '', ...rest] = toLines(message, '');
  const lines = rest.map((line) => `<p>${escapeHtml(line).replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>`);
  return `<!doctype html><html><body style="font-family:sans-serif"><h3>${escapeHtml(title)}</h3>${lines.join('')}</body></html>`;
}

/** @param bold around the first line */
function toLines(message: Message, bold: string): readonly string[] {
  const { title, text, numbers, next, link, target } = message;
  const about = [showNumbers(numbers), target === null ? '' : `Target ${target}`].filter((part) => part !== '');
  return [`${bold}${title}${bold}`, text, about.join('. '), ...next, link ?? ''].filter((line) => line !== '');
}

/** Nobody is called by an `@` or a `<!channel>` that stands in the name of a file. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '@\u200B');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
