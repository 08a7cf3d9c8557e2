/** The lists behind the ids, and what a token may do. */

import { describe, expect, it } from 'vitest';

import { LACKS_ROLES, target } from './target.js';

describe('GET /statics and POST /refresh', () => {
  describe('statics', () => {
    it('[017] has these lists', async () => {
      const body = (await target.ask('/api/v1/statics')).body as Record<string, readonly Record<string, unknown>[]>;
      expect(Object.keys(body)).toEqual([
        'industries',
        'countries',
        'payment_types',
        'languages',
        'currencies',
        'sizes',
        'datetime_formats',
        'gateways',
        'timezones',
        'date_formats',
        'templates',
        'bulk_updates',
      ]);
      const counts = ['industries', 'countries', 'languages', 'currencies', 'sizes'].map((name) => body[name]?.length);
      expect(counts).toEqual([33, 249, 41, 123, 6]);
      expect(body['countries']).toContainEqual(
        expect.objectContaining({ id: '4', iso_3166_2: 'AF', iso_3166_3: 'AFG', name: 'Afghanistan' }),
      );
      expect(body['currencies']).toContainEqual(
        expect.objectContaining({ id: '3', code: 'EUR', precision: 2, exchange_rate: 1 }),
      );
      expect(body['currencies']).toContainEqual(expect.objectContaining({ code: 'JPY', precision: 0 }));
      expect(body['languages']).toContainEqual({ id: '3', name: 'German', locale: 'de' });
      expect(body['industries']?.[0]).toEqual({ id: '1', name: 'Accounting & Legal' });
      expect(body['sizes']?.[0]).toEqual({ id: '1', name: '1 - 3' });
    });
  });

  describe.skipIf(LACKS_ROLES)('refresh', () => {
    it.each([
      ['admin', { permissions: '', is_admin: true, is_owner: true }],
      ['view_only', { permissions: 'view_client', is_admin: false, is_owner: false }],
      ['none', { permissions: '', is_admin: false, is_owner: false }],
    ] as const)('[344] shows what the %s token may do', async (name, rights) => {
      const reply = await target.ask('/api/v1/refresh?updated_at=1795340419', {
        method: 'POST',
        token: target.tokens[name],
      });
      expect(reply.body).toMatchObject({
        data: [{ ...rights, is_locked: false, company: { settings: { country_id: '840', currency_id: '1' } } }],
        meta: { pagination: { total: 1 } },
      });
    });
  });
});
