/**
 * The planned contacts of a client put onto those that it has now: every contact of the fresh list, with its id, and on
 * it what is still to be done.
 *
 * The rules are those of fields (`rebase.ts`), and three more. A contact that the change adds may be there already, by our
 * own half-done request or by somebody's hand. Who is primary is one value of the whole list: somebody who chose another
 * one meanwhile is not overruled. A contact that is gone was removed by a person, also right after our own request: the
 * server takes away only whom a request does not name (FACTS.md [104, 426, 427]), and ours names everyone who stays. Only
 * a list without anybody comes of no hand: then they are added again from what they were.
 */

import type { ContactField } from '../mapping/fields.js';
import { contactLabel } from './change.js';
import type { Change, ContactChange, ContactFieldChange } from './change.js';
import type { Client, Contact } from './client.js';
import { BLANK } from './contact-list.js';
import type { ListedContact } from './contact-list.js';
import {
  findNewer,
  isAlike,
  isSame,
  lineContacts,
  pairSame,
  OWN_FIELDS,
  primaryOf,
  withField,
  withFields,
} from './contact-slots.js';
import { foldKey } from './fold.js';

/**
 * `moved`: somebody else touched the client after the plan read it; his work stays. `in-doubt`: our own request may have
 * acted, wholly or in part; what it left half done is completed.
 */
export type RebaseCause = 'moved' | 'in-doubt';

export interface RebasedContacts {
  /** Empty when nothing about contacts is left to do. */
  readonly contacts: readonly ContactChange[];
  readonly notes: readonly string[];
}

/** @param what a field of the client, or `phone of Ada` */
export function describeLeft(what: string, cause: RebaseCause): string {
  return cause === 'moved'
    ? `${what} was changed in Invoice Ninja after the plan was made and is left alone.`
    : `${what} is neither as it was nor as it was sent, and is left alone.`;
}

export function rebaseContacts(
  change: Change & { readonly before: Client },
  fresh: Client,
  cause: RebaseCause,
): RebasedContacts {
  if (change.contacts.length === 0) return { contacts: [], notes: [] };
  return new ContactRebase(change, fresh, cause).run();
}

class ContactRebase {
  readonly #lines: readonly ContactChange[];
  readonly #before: readonly Contact[];
  readonly #held: readonly Contact[];
  readonly #cause: RebaseCause;
  /** A request that broke left nobody behind. */
  readonly #areAllLost: boolean;
  /** Contacts that came to the list since and are whom a line wants there. */
  readonly #twins: ReadonlyMap<ContactChange, Contact>;
  readonly #staying: Map<string, ListedContact>;
  readonly #added: ListedContact[] = [];
  readonly #notes: string[] = [];

  constructor(change: Change & { readonly before: Client }, fresh: Client, cause: RebaseCause) {
    this.#lines = change.contacts;
    this.#before = change.before.contacts;
    this.#held = fresh.contacts;
    this.#cause = cause;
    this.#areAllLost = cause === 'in-doubt' && fresh.contacts.length === 0;
    this.#twins = pairSame(findNewer(this.#held, this.#before), this.#findWanted());
    this.#staying = new Map(this.#held.map((contact) => [contact.id, contact]));
  }

  /** Everybody who is new, and who is gone: our request makes one again whom a person removed right before it ([113]). */
  #findWanted(): ReadonlyMap<ContactChange, ListedContact> {
    const held = new Set(this.#held.map((contact) => contact.id));
    return new Map(
      this.#lines.flatMap((line) => {
        if (line.kind === 'add') return [[line, withFields(BLANK, line.fields)]];
        const old = this.#before.find((contact) => contact.id === line.id);
        const isGone = this.#cause === 'in-doubt' && line.kind !== 'remove' && !held.has(line.id ?? '');
        return old === undefined || !isGone ? [] : [[line, withFields(old, line.fields)]];
      }),
    );
  }

  run(): RebasedContacts {
    let primary: ListedContact | undefined;
    for (const line of this.#lines) {
      const result = this.#put(line);
      if (line.fields.some(({ field, after }) => field === 'is_primary' && after === 'true')) primary = result;
    }
    this.#keepOne();
    const contacts = lineContacts({
      held: this.#held,
      staying: this.#staying,
      added: this.#added,
      primary: primary !== undefined && this.#mayLead(primary) ? primary : undefined,
      planned: this.#lines,
    });
    return { contacts, notes: this.#notes };
  }

  /** Gives what became of the contact; `undefined` when it is not in the list. */
  #put(line: ContactChange): ListedContact | undefined {
    if (line.kind === 'add') return this.#add(withFields(BLANK, line.fields), line);
    const old = this.#before.find((contact) => contact.id === line.id);
    const held = this.#held.find((contact) => contact.id === line.id);
    if (line.kind === 'remove') return this.#remove(line, old, held);
    if (held !== undefined) return this.#stay(held, this.#edit(held, line));
    if (old !== undefined && this.#areAllLost) {
      this.#notes.push(`${line.label} was lost when the request broke off and is added again with a new id.`);
      return this.#add({ ...withFields(old, line.fields), id: null }, line);
    }
    const again = this.#twins.get(line);
    if (old !== undefined && again !== undefined && isAlike(again, withFields(old, line.fields))) return again;
    if (line.fields.some(({ field }) => field !== 'is_primary'))
      this.#notes.push(`${line.label} was removed in Invoice Ninja after the plan was made and is not changed.`);
    return undefined;
  }

  #edit(held: Contact, line: ContactChange): ListedContact {
    let result: ListedContact = held;
    for (const change of line.fields) {
      const stored = String(held[change.field]);
      if (change.field === 'is_primary' || stored === change.after) continue;
      const owner = change.field === 'email' ? this.#newOwner(change, held.id) : undefined;
      if (owner !== undefined)
        this.#notes.push(`email of ${line.label} is left alone: ${contactLabel(owner)} has the new address by now.`);
      else if (stored === change.before) result = withField(result, change.field, change.after);
      else this.#notes.push(describeLeft(`${change.field} of ${line.label}`, this.#cause));
    }
    return result;
  }

  #add(wanted: ListedContact, line: ContactChange): ListedContact | undefined {
    const twin = this.#twins.get(line);
    if (twin !== undefined) return this.#complete(twin, wanted, line);
    const owner = this.#newOwner({ before: '', after: wanted.email }, null);
    if (owner !== undefined) {
      this.#notes.push(`${line.label} is not added: another contact has the e-mail address by now.`);
      return undefined;
    }
    const contact = { ...wanted, is_primary: false };
    this.#added.push(contact);
    return contact;
  }

  /** Our own request left the contact without some of it; what it has otherwise is somebody's. */
  #complete(twin: Contact, wanted: ListedContact, line: ContactChange): ListedContact {
    const other = OWN_FIELDS.filter((field) => isOther(twin, wanted, field));
    const missing = other.filter((field) => twin[field] === '' || field === 'send_email');
    const completed = this.#cause === 'in-doubt' ? missing : [];
    if (other.length > completed.length)
      this.#notes.push(`${line.label} was added in Invoice Ninja after the plan was made and is left as it is.`);
    const result = completed.reduce<ListedContact>((one, field) => withField(one, field, String(wanted[field])), twin);
    return this.#stay(twin, result);
  }

  #remove(line: ContactChange, old: Contact | undefined, held: Contact | undefined): undefined {
    if (held === undefined) return;
    if (old !== undefined && isSame(old, held)) this.#staying.delete(held.id);
    else this.#notes.push(`${line.label} was changed in Invoice Ninja after the plan was made and is not removed.`);
  }

  #stay(held: Contact, result: ListedContact): ListedContact {
    this.#staying.set(held.id, result);
    return result;
  }

  /** Somebody gave the address that is wanted to another contact. */
  #newOwner({ before, after }: Pick<ContactFieldChange, 'before' | 'after'>, id: string | null): Contact | undefined {
    const email = foldKey(after);
    if (email === '' || email === foldKey(before)) return undefined;
    return this.#held.find((contact) => {
      const earlier = this.#before.find((one) => one.id === contact.id);
      return contact.id !== id && foldKey(contact.email) === email && foldKey(earlier?.email ?? '') !== email;
    });
  }

  /** Unless somebody chose another primary contact. */
  #mayLead(primary: ListedContact): boolean {
    const leaders = this.#held.filter((contact) => contact.is_primary);
    const [leader] = leaders;
    if (leader === undefined) return true;
    if (leaders.every((contact) => contact.id === primary.id)) return false;
    if (leaders.some((contact) => contact.id === primary.id)) return true;
    if (leader.id === primaryOf(this.#before)?.id) return true;
    this.#notes.push(
      `${contactLabel(primary)} does not become the primary contact: somebody chose ${contactLabel(leader)}.`,
    );
    return false;
  }

  /** An empty list would make the server add a blank contact (FACTS.md [125]). */
  #keepOne(): void {
    if (this.#staying.size + this.#added.length > 0) return;
    for (const contact of this.#held) {
      this.#staying.set(contact.id, contact);
      this.#notes.push(`${contactLabel(contact)} is not removed: nobody else is left.`);
    }
  }
}

/** Whether a contact is not as it is wanted. Nothing is wanted of a blank. */
function isOther(contact: Contact, wanted: ListedContact, field: ContactField): boolean {
  if (field === 'email') return foldKey(wanted.email) !== '' && foldKey(wanted.email) !== foldKey(contact.email);
  return wanted[field] !== '' && wanted[field] !== contact[field];
}
