/** What a server answers about itself, cut to the fields that are used: lists of ids, who the token is, its health. */

import { z } from 'zod';
import { unexpected } from './errors.js';

const id = z.coerce.string();
const named = z.object({ id, name: z.string() });
const staticsSchema = z.object({
  countries: z.array(z.object({ id, iso_3166_2: z.string(), name: z.string() })).min(1),
  currencies: z.array(z.object({ id, code: z.string(), name: z.string() })).min(1),
  languages: z.array(z.object({ id, locale: z.string(), name: z.string() })).min(1),
  industries: z.array(named),
  sizes: z.array(named),
});

/** Lists that the server knows by id (FACTS.md "Statics"). */
export type Statics = Readonly<z.infer<typeof staticsSchema>>;

const pingSchema = z.object({ company_name: z.string().nullish(), user_name: z.string().nullish() });

const healthSchema = z.object({
  system_health: z.boolean(),
  queue: z.string().nullish(),
  api_version: z.string().nullish(),
});

/** @throws SyncError `target-answer-unexpected` */
export function readHealth(json: unknown): {
  readonly healthy: boolean;
  readonly queue: string | null;
  readonly version: string | null;
} {
  const health = parse(healthSchema, json);
  return { healthy: health.system_health, queue: health.queue ?? null, version: health.api_version ?? null };
}

/** @throws SyncError `target-answer-unexpected` */
export function readStatics(json: unknown): Statics {
  return parse(staticsSchema, json);
}

/** @throws SyncError `target-answer-unexpected` */
export function readPing(json: unknown): { readonly companyName: string; readonly userName: string } {
  const ping = parse(pingSchema, json);
  if (ping.company_name === undefined && ping.user_name === undefined) throw unexpected('"company_name" is missing');
  return { companyName: ping.company_name ?? '', userName: ping.user_name ?? '' };
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw unexpected(`"${first?.path.join('.') ?? ''}": ${first?.message ?? 'not understood'}`);
}
