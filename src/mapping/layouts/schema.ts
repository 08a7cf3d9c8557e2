/** What a file in `data/` may hold: everything that is known about the exports of one product. */

import { z } from 'zod';
import { expressionSchema } from '../expression.js';
import { MATCH_KEYS } from '../fields.js';
import type { Layout } from '../layout.js';
import { clientColumnsSchema, contactColumnsSchema } from '../spec.js';

export interface ProductData {
  readonly product: string;
  /** For people: `HubSpot`. */
  readonly title: string;
  /** Where the facts about its exports come from. */
  readonly source: string;
  readonly layouts: readonly Omit<Layout, 'product' | 'source'>[];
}

const nameSchema = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const columnSchema = z.string().min(1);

const mappingSchema = z.strictObject({
  client: clientColumnsSchema,
  contacts: z.array(contactColumnsSchema),
  group: expressionSchema.optional(),
  parent: z
    .strictObject({ name: expressionSchema, client: clientColumnsSchema, contacts: z.array(contactColumnsSchema) })
    .optional(),
  conflicts: z.enum(['reject', 'first']).optional(),
  lifecycle: z
    .strictObject({
      from: expressionSchema,
      active: z.array(z.string()),
      inactive: z.array(z.string()),
      deleted: z.array(z.string()),
    })
    .optional(),
  skip: z
    .array(
      z
        .strictObject({
          column: columnSchema,
          from: expressionSchema.optional(),
          values: z.array(z.string()).optional(),
          pattern: z.string().optional(),
          code: z.enum(['deleted-in-source', 'not-a-customer']),
        })
        .refine((rule) => (rule.values === undefined) !== (rule.pattern === undefined), 'either values or a pattern'),
    )
    .optional(),
  unclear: z
    .array(
      z.strictObject({
        column: columnSchema,
        from: expressionSchema.optional(),
        pattern: z.string(),
        hint: z.string(),
      }),
    )
    .optional(),
  apostropheGuard: z.union([z.boolean(), z.literal('formulas')]).optional(),
});

const layoutSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)+$/),
    title: z.string().min(1),
    evidence: z.enum(['R', 'C', 'D', 'T', 'M']),
    role: z.enum(['clients', 'contacts']),
    file: z
      .strictObject({
        delimiter: z.enum([',', ';', '\t']).optional(),
        encoding: z.string().optional(),
        before: z.string().optional(),
        after: z.string().optional(),
        guards: z.string().optional(),
      })
      .optional(),
    detect: z.strictObject({
      required: z.array(z.array(columnSchema).min(1)).min(1),
      typical: z.array(columnSchema).min(1),
      forbidden: z.array(columnSchema).optional(),
      only: z.boolean().optional(),
    }),
    languages: z
      .record(z.string(), z.record(columnSchema, z.union([columnSchema, z.array(columnSchema).min(1)])))
      .optional(),
    mapping: mappingSchema,
    keys: z.array(expressionSchema).optional(),
    links: z.array(expressionSchema).optional(),
    person: clientColumnsSchema.optional(),
    match: z.array(z.enum(MATCH_KEYS)).optional(),
  })
  .refine((layout) => layout.role === 'clients' || layout.person !== undefined, 'persons need `person`');

export const productSchema = z.strictObject({
  product: nameSchema,
  title: z.string().min(1),
  source: z.string().min(11),
  layouts: z.array(layoutSchema).min(1),
});
