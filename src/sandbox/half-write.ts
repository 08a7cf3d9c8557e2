/** What a request leaves behind when the server breaks in the middle of it: it works without a transaction. */

import type { Call } from './respond.js';
import type { Input } from './value.js';
import { isObject } from './value.js';

/**
 * The same request, but one that breaks where contacts are saved: the client's fields are stored and contacts that it
 * does not name are gone, no other is touched [423-427]. A bulk call reaches the first half of its clients [417]. Anything
 * else stays whole.
 */
export function halve(call: Call): Call {
  const input = readInput(call.body);
  if (input === undefined) return call;
  const { contacts, ids } = input;
  if (Array.isArray(contacts)) return { ...call, body: write({ ...input, contacts: breakContacts(contacts) }) };
  if (Array.isArray(ids) && ids.length > 1) {
    return { ...call, body: write({ ...input, ids: ids.slice(0, Math.ceil(ids.length / 2)) }) };
  }
  return call;
}

/** An object as value of a custom field breaks the real server too [350]; whichever is saved first is the one to break. */
function breakContacts(contacts: readonly unknown[]): readonly unknown[] {
  return contacts.map((contact) => (isObject(contact) ? { ...contact, custom_value1: { broken: 1 } } : contact));
}

function readInput(body: Buffer): Input | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function write(input: Input): Buffer {
  return Buffer.from(JSON.stringify(input));
}
