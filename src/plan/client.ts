/** A client as the target holds it, in canonical form: text as the server stores it, ids of statics as codes. */

import type { ClientField } from '../mapping/fields.js';

export type ClientState = 'active' | 'archived' | 'deleted';

export interface Contact {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly custom_value1: string;
  readonly custom_value2: string;
  readonly custom_value3: string;
  readonly custom_value4: string;
  readonly is_primary: boolean;
  readonly send_email: boolean;
}

export interface Client {
  /** The API's hashed id. */
  readonly id: string;
  readonly state: ClientState;
  /** Unix seconds; moves with every effective change except a document upload (FACTS.md "PUT / PATCH update"). */
  readonly updatedAt: number;
  readonly createdAt: number;
  readonly balance: number;
  /** Blank fields are absent. Booleans are `true` or absent. */
  readonly fields: Readonly<Partial<Record<ClientField, string>>>;
  /** The settings object exactly as read: an update must send all of it back (FACTS.md [099, 101, 139-141]). */
  readonly settings: Readonly<Record<string, unknown>>;
  /** In the target's order: the primary one first. */
  readonly contacts: readonly Contact[];
  /** Told apart by name and size: the server's hash is random (FACTS.md [164, 167]). Absent when there are none. */
  readonly documents?: readonly HeldDocument[];
}

export interface HeldDocument {
  readonly name: string;
  readonly bytes: number;
}
