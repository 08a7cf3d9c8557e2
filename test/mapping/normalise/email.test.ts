/** Addresses: what the server takes passes as it is written, what it would refuse is refused with the reason. */

import { describe, expect, it } from 'vitest';
import { normaliseEmail, splitEmails } from '../../../src/mapping/normalise/email.js';

describe('normaliseEmail', () => {
  it.each([
    ['max@example.com', 'max@example.com'],
    ['Max.Muster@Example.COM', 'Max.Muster@Example.COM'],
    ['a@b', 'a@b'],
    ["o'hara+invoices@x-y.co.uk", "o'hara+invoices@x-y.co.uk"],
    ['test@testmöbel.de', 'test@testmöbel.de'],
    ['jörg@example.de', 'jörg@example.de'],
    [' max@example.com\u00a0', 'max@example.com'],
    ['<max@example.com>', 'max@example.com'],
    ['mailto:max@example.com', 'max@example.com'],
    ['mailto:max@example.com?subject=Hi', 'max@example.com'],
    ['Max Muster <max@example.com>', 'max@example.com'],
    ["'max@example.com'", 'max@example.com'],
    ['="max@example.com"', 'max@example.com'],
    ['\u200bmax@example.com', 'max@example.com'],
    [`${'a'.repeat(88)}@example.com`, `${'a'.repeat(88)}@example.com`],
  ])('takes %s', (raw, clean) => {
    expect(normaliseEmail(raw)).toBe(clean);
  });

  it.each([
    '',
    ' ',
    'n/a',
    '-',
    'none',
    'none@none.com',
    'NoEmail@noemail.com',
    'no@email.com',
    'n/a@n/a',
    '/o=ExchangeLabs/ou=x/cn=y',
  ])('reads %j as blank', (raw) => {
    expect(normaliseEmail(raw)).toBe('');
  });

  it.each([
    ['not-an-email', 'no @'],
    ['a(at)x.de', 'no @'],
    ['max muster@example.com', 'blank'],
    ['max@@example.com', 'more than one @'],
    ['max@ex@ample.com', 'more than one @'],
    ['@example.com', 'before the @'],
    ['max@', 'after the @'],
    ['.max@example.com', 'dot'],
    ['max.@example.com', 'dot'],
    ['m..ax@example.com', 'two dots'],
    ['max@example..com', 'two dots'],
    ['max@example.com.', 'dot'],
    ['max@.example.com', 'dot'],
    ['a@-b.de', 'hyphen'],
    ['a@b-.de', 'hyphen'],
    ['a@b.de-', 'hyphen'],
    ['a@b_c.de', 'character _'],
    ['a@b/c.de', 'character /'],
    ['a:b@c.de', 'character :'],
    ['a😀@c.de', 'character 😀'],
    [`a@${'b'.repeat(64)}.de`, 'longer than 63'],
    ['a@x.de; b@x.de', 'several'],
  ])('refuses %s and says why', (raw, reason) => {
    const problem = normaliseEmail(raw);
    expect(problem).toMatchObject({ severity: 'reject', code: 'invalid-email', value: '' });
    expect(problem).toHaveProperty('hint', expect.stringContaining(reason));
  });

  it('refuses an address that the server would cut inside the domain', () => {
    const problem = normaliseEmail(`${'a'.repeat(89)}@example.com`);
    expect(problem).toMatchObject({ severity: 'reject', code: 'email-too-long' });
    expect(problem).toHaveProperty('hint', expect.stringMatching(/101 .* 100/u));
  });

  it('needs no long time for a long text', () => {
    expect(normaliseEmail(`a@${'b-'.repeat(50_000)}`)).toMatchObject({ code: 'invalid-email' });
    expect(normaliseEmail('<'.repeat(20_000))).toMatchObject({ code: 'invalid-email' });
  });
});

describe('splitEmails', () => {
  it.each([
    ['', []],
    ['a@x.de', ['a@x.de']],
    ['a@x.de; b@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de,b@x.de,', ['a@x.de', 'b@x.de']],
    ['a@x.de ::: b@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de\r\nb@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de|b@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de b@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de<br>b@x.de', ['a@x.de', 'b@x.de']],
    ['Max Muster <max@x.de>', ['max@x.de']],
    ['"Muster, Max" <max@x.de>; Eva <eva@x.de>', ['max@x.de', 'eva@x.de']],
    ['Muster, Max <max@x.de>', ['max@x.de']],
    ['\'max@x.de\'; "eva@x.de"', ['max@x.de', 'eva@x.de']],
    ['mailto:a@x.de; SMTP:b@x.de', ['a@x.de', 'b@x.de']],
    ['a@x.de (work)', ['a@x.de']],
    ['/o=ExchangeLabs/ou=Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=max; b@x.de', ['b@x.de']],
    ['none@none.com; b@x.de', ['b@x.de']],
    ['not-an-email; b@x.de', ['not-an-email', 'b@x.de']],
    ['max muster@x.de', ['max muster@x.de']],
    ['"a@x.de; b@x.de"', ['a@x.de', 'b@x.de']],
    ['A@X.de;a@x.de', ['A@X.de', 'a@x.de']],
  ])('takes %j apart', (raw, addresses) => {
    expect(splitEmails(raw)).toEqual(addresses);
  });
});
