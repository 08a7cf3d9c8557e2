/**
 * A layout: what is known about the export of one product. Adding one is a file in `layouts/`, a line in
 * `layouts/index.ts`, and a sample with its expected plan.
 */

import type { Expression } from './expression.js';
import type { MatchKey } from './fields.js';
import type { ClientColumns, MappingSpec } from './spec.js';

export interface Layout {
  /** As jobs name it: `hubspot-companies`. */
  readonly name: string;
  /** For people: `HubSpot companies`. */
  readonly title: string;
  /** Files of one product belong together: contacts find their company among the companies of the same product. */
  readonly product: string;
  /** `clients`: a row is a client (with or without a contact in it). `contacts`: a row is a person of a client. */
  readonly role: 'clients' | 'contacts';
  readonly detect: {
    /** Each inner list is one column in its known spellings; all must be in the header. */
    readonly required: readonly (readonly string[])[];
    /** Columns which that export usually has: the share that is there is the confidence. */
    readonly typical: readonly string[];
    /** A header with one of these is another product's. */
    readonly forbidden?: readonly string[];
  };
  readonly mapping: MappingSpec;
  /** Role `clients`: the values under which the contacts of the same product may name this client, best first. */
  readonly keys?: readonly Expression[];
  /** Role `contacts`: the value that names the client, in the order of the other file's `keys`. */
  readonly links?: readonly Expression[];
  /** Role `contacts`: the client's fields when a person has no company: the person is the client. */
  readonly person?: ClientColumns;
  /** How records of this export find their client when the job does not say. */
  readonly match?: readonly MatchKey[];
  /** Where the facts about this export come from. */
  readonly source: string;
}
