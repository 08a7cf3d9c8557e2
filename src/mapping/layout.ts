/**
 * A layout: what is known about the export of one product. Adding one is a file in `layouts/data/` (or a part of one),
 * a line in its `index.ts`, and a sample with the records that it must give: no code.
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
  /**
   * How its columns are known: a `R`eal file, the exporter's `C`ode, the vendor's `D`ocumentation, a `T`hird party that
   * reads them, or `M`emory. What is only remembered is a hint: it is never taken unless a job names it.
   */
  readonly evidence: 'R' | 'C' | 'D' | 'T' | 'M';
  /** `clients`: a row is a client (with or without a contact in it). `contacts`: a row is a person of a client. */
  readonly role: 'clients' | 'contacts';
  /** How its files are usually written, for people; the file itself is looked at. */
  readonly file?: {
    readonly delimiter?: ',' | ';' | '\t';
    readonly encoding?: string;
    /** What stands above the header. */
    readonly before?: string;
    /** What stands below the last row. */
    readonly after?: string;
    /** What the product writes into cells that is not part of them. */
    readonly guards?: string;
  };
  readonly detect: {
    /** Each inner list is one column in its known spellings; all must be in the header. */
    readonly required: readonly (readonly string[])[];
    /** Columns which that export usually has: the share that is there is the confidence. */
    readonly typical: readonly string[];
    /** A header with one of these is another product's. */
    readonly forbidden?: readonly string[];
    /** The columns are common words: with any other column it is some other file. */
    readonly only?: boolean;
  };
  /** By language: what a column of this layout is called there. The layout itself is written in one language. */
  readonly languages?: Readonly<Record<string, ColumnNames>>;
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

/** Column → what it is called, in each known spelling. */
export type ColumnNames = Readonly<Record<string, string | readonly string[]>>;
