/** A message in the forms that receivers know. Pure. */

import { showNumbers } from './message.js';
import type { Message } from './message.js';

/** Body of a webhook: type, time and data, as Standard Webhooks proposes. */
export function renderWebhook(message: Message, count: number): string {
  const { event, at, ...data } = message;
  return JSON.stringify({ type: event === 'test' ? 'test' : `run.${event}`, timestamp: at, data: { ...data, count } });
}

/** Slack refuses a header of more than 150 characters and a section of more than 3,000, Discord a text of more than 2,000. */
const [HEADER_LENGTH_MAX, SECTION_LENGTH_MAX, TEXT_LENGTH_MAX] = [150, 3000, 2000];

/**
 * Body for an incoming webhook of Slack. Who does not know `blocks` (Mattermost, Discord) shows `text`, so all is in both.
 */
export function renderSlack(message: Message): string {
  const lines = toLines(message, '*');
  const text = escapeSlack(lines.join('\n')).slice(0, TEXT_LENGTH_MAX);
  const section = escapeSlack(lines.slice(1).join('\n')).slice(0, SECTION_LENGTH_MAX);
  return JSON.stringify({
    text,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: message.title.slice(0, HEADER_LENGTH_MAX) } },
      ...(section === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: section } }]),
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

/**
 * Nobody is called by an `@` or a `<!channel>` that stands in the name of a file, nor led elsewhere by a `[text](address)`,
 * which Mattermost and Discord make a link of.
 */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200B')
    .replaceAll('](', ']\u200B(');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
