import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Client, Contact } from '../../src/plan/client.js';
import { decodeClient, encodeClient } from '../../src/run/client-code.js';
import { buildClient } from './build.js';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const contact: fc.Arbitrary<Contact> = fc.record({
  id: fc.string({ minLength: 1 }),
  first_name: text,
  last_name: text,
  email: text,
  phone: text,
  custom_value1: text,
  custom_value2: text,
  custom_value3: text,
  custom_value4: text,
  is_primary: fc.boolean(),
  send_email: fc.boolean(),
});

describe('a client as a short text', () => {
  it('comes back as it was, whatever its contacts hold and whichever of their fields are blank', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 4 }), (contacts) => {
        const client: Client = buildClient({ contacts, state: 'archived', balance: -0.5 });
        expect(decodeClient(encodeClient(client))).toEqual(client);
      }),
    );
  });

  it('keeps its documents', () => {
    const client = buildClient({ documents: [{ name: 'Übersicht.pdf', bytes: 12 }] });
    expect(decodeClient(encodeClient(client))).toEqual(client);
    expect(decodeClient(encodeClient(buildClient()))).not.toHaveProperty('documents');
  });

  it('is shorter than its JSON', () => {
    const client = buildClient();
    expect(encodeClient(client).length).toBeLessThan(JSON.stringify(client).length * 0.7);
  });
});
