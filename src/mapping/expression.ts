/**
 * The small language in which a job or a layout says where a field comes from. A plain string is a column name.
 *
 * Column names are compared without case and with blanks collapsed. A name that occurs several times in a header is
 * addressed by its position: `Phone` or `Phone#1` is the first, `Phone#2` the second.
 */

import { z } from 'zod';

export type Expression =
  | string
  | { readonly 'first-of': readonly Expression[] }
  | { readonly join: readonly Expression[]; readonly with?: string | undefined }
  | { readonly split: Expression; readonly by: string; readonly part: number; readonly rest?: boolean | undefined }
  | { readonly 'salesforce-id': Expression }
  | {
      readonly map: Expression;
      readonly values: Readonly<Record<string, string>>;
      readonly otherwise?: string | undefined;
    }
  | { readonly 'first-name': Expression }
  | { readonly 'last-name': Expression }
  | { readonly constant: string }
  | { readonly lower: Expression }
  | { readonly upper: Expression }
  | { readonly 'strip-prefix': string; readonly 'from': Expression }
  | { readonly 'add-prefix': string; readonly 'from': Expression }
  | { readonly 'pad-start': number; readonly 'from': Expression }
  | { readonly 'strip-zeros': Expression }
  | { readonly remove: string; readonly from: Expression }
  | { readonly e164: Expression; readonly country?: Expression | undefined };

export const expressionSchema: z.ZodType<Expression> = z.lazy(() =>
  z.union([
    z.string().min(1).describe('the name of a column'),
    z.strictObject({ 'first-of': z.array(expressionSchema).min(1) }).describe('the first that is not blank'),
    z
      .strictObject({ join: z.array(expressionSchema).min(1), with: z.string().optional() })
      .describe('all that are not blank, joined'),
    z
      .strictObject({
        split: expressionSchema,
        by: z.string().min(1),
        part: z.int().min(1),
        rest: z.boolean().optional(),
      })
      .describe('the n-th part, counted from 1; with `rest` everything from there on'),
    z
      .strictObject({
        map: expressionSchema,
        values: z.record(z.string(), z.string()),
        otherwise: z.string().optional(),
      })
      .describe('another value for each value; without `otherwise` an unlisted value stays'),
    z.strictObject({ 'first-name': expressionSchema }).describe('of a whole name in one cell: the first name'),
    z.strictObject({ 'last-name': expressionSchema }).describe('of a whole name in one cell: the last name'),
    z.strictObject({ constant: z.string() }).describe('always this text'),
    z.strictObject({ 'salesforce-id': expressionSchema }).describe('an id of 15 characters as its 18-character form'),
    z.strictObject({ lower: expressionSchema }),
    z.strictObject({ upper: expressionSchema }),
    z.strictObject({ 'strip-prefix': z.string().min(1), 'from': expressionSchema }),
    z.strictObject({ 'add-prefix': z.string().min(1), 'from': expressionSchema }),
    z
      .strictObject({ 'pad-start': z.int().min(2).max(40), 'from': expressionSchema })
      .describe('whole numbers with zeros in front, up to so many digits'),
    z.strictObject({ 'strip-zeros': expressionSchema }).describe('whole numbers without zeros in front'),
    z.strictObject({ remove: z.string().min(1), from: expressionSchema }).describe('without any of these characters'),
    z
      .strictObject({ e164: expressionSchema, country: expressionSchema.optional() })
      .describe('a phone number as +493012345; one without a country code is one of `country`'),
  ]),
);

/** The same expression with each column called otherwise. */
export function renameColumns(expression: Expression, rename: (column: string) => string): Expression {
  const inner = (one: Expression): Expression => renameColumns(one, rename);
  if (typeof expression === 'string') return rename(expression);
  if ('constant' in expression) return expression;
  if ('first-of' in expression) return { 'first-of': expression['first-of'].map(inner) };
  if ('join' in expression) return { ...expression, join: expression.join.map(inner) };
  if ('split' in expression) return { ...expression, split: inner(expression.split) };
  if ('map' in expression) return { ...expression, map: inner(expression.map) };
  if ('first-name' in expression) return { 'first-name': inner(expression['first-name']) };
  if ('last-name' in expression) return { 'last-name': inner(expression['last-name']) };
  if ('salesforce-id' in expression) return { 'salesforce-id': inner(expression['salesforce-id']) };
  if ('lower' in expression) return { lower: inner(expression.lower) };
  if ('upper' in expression) return { upper: inner(expression.upper) };
  if ('strip-zeros' in expression) return { 'strip-zeros': inner(expression['strip-zeros']) };
  if ('e164' in expression) {
    const { e164, country } = expression;
    return { e164: inner(e164), ...(country === undefined ? {} : { country: inner(country) }) };
  }
  return { ...expression, from: inner(expression.from) };
}
