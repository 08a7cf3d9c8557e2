/**
 * What to do with the rows of one file: the part that a job and a layout say in the same words.
 */

import { z } from 'zod';
import { expressionSchema } from './expression.js';
import type { Expression } from './expression.js';
import { CLIENT_FIELD_NAMES, CONTACT_FIELD_NAMES } from './fields.js';
import type { ClientField, ContactField } from './fields.js';

export type ClientColumns = Readonly<Partial<Record<ClientField, Expression>>>;
export type ContactColumns = Readonly<Partial<Record<ContactField, Expression>>>;

interface LifecycleSpec {
  readonly from: Expression;
  /** Words of the export, compared without case and accents. A word in none of the lists is a reject. */
  readonly active: readonly string[];
  readonly inactive: readonly string[];
  readonly deleted: readonly string[];
}

interface SkipSpec {
  /** Whose cell is shown as the reason, and read where `from` says nothing else. */
  readonly column: string;
  readonly from?: Expression | undefined;
  /** Rows whose cell is one of these (compared without case) are left out. */
  readonly values?: readonly string[] | undefined;
  /** Rows whose cell matches this regular expression (without case) are left out. */
  readonly pattern?: string | undefined;
  readonly code: 'deleted-in-source' | 'not-a-customer';
}

interface UnclearSpec {
  readonly column: string;
  readonly from?: Expression | undefined;
  /** Regular expression (without case) of the cells that are meant. */
  readonly pattern: string;
  /** What it may be, and what to do. */
  readonly hint: string;
}

export interface MappingSpec {
  readonly client: ClientColumns;
  /** One entry for each contact that a row can hold; an entry whose cells are all blank makes no contact. */
  readonly contacts: readonly ContactColumns[];
  /** Rows with an equal value become one client; where it is blank, or absent here, `id_number` groups. */
  readonly group?: Expression | undefined;
  /**
   * Companies and their people in one table: a row in which `name` is filled is a person of the client with that
   * `group` value; it says nothing of the client but `client`, and its contacts are these.
   */
  readonly parent?:
    | { readonly name: Expression; readonly client: ClientColumns; readonly contacts: readonly ContactColumns[] }
    | undefined;
  /** Rows of one client that disagree: `reject` all of them (default), or keep what the `first` one says, with no order promise. */
  readonly conflicts?: 'reject' | 'first' | undefined;
  readonly lifecycle?: LifecycleSpec | undefined;
  readonly skip?: readonly SkipSpec[] | undefined;
  /** Names of the product's own making that are taken as they are, and said: a sub-customer, a currency behind a name. */
  readonly unclear?: readonly UnclearSpec[] | undefined;
  /** Names documents of the client; the rows of its contacts may name some as well. */
  readonly documents?: Expression | undefined;
  /**
   * The product writes an apostrophe before ids, phones and postal codes (`true`), or before what a spreadsheet would
   * take for a formula (`formulas`): one is removed.
   */
  readonly apostropheGuard?: boolean | 'formulas' | undefined;
}

const columnsOf = <Name extends string>(names: readonly Name[]) =>
  z.partialRecord(z.enum(names as [Name, ...Name[]]), expressionSchema);

export const clientColumnsSchema = columnsOf(CLIENT_FIELD_NAMES);
export const contactColumnsSchema = columnsOf(CONTACT_FIELD_NAMES);

export const lifecycleSchema = z.strictObject({
  from: expressionSchema,
  active: z
    .array(z.string())
    .default(['active', 'aktiv', 'actif', 'activo', 'attivo', 'open', '1', 'true', 'yes', 'ja']),
  inactive: z
    .array(z.string())
    .default([
      'inactive',
      'inaktiv',
      'inactif',
      'inactivo',
      'inattivo',
      'archived',
      'closed',
      '0',
      'false',
      'no',
      'nein',
    ]),
  deleted: z.array(z.string()).default(['deleted', 'gelöscht', 'supprimé', 'eliminado', 'eliminato']),
});
