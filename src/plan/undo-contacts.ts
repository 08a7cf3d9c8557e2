/**
 * The way back for a client's contacts: its list as it is now, with what a change did to it taken back.
 *
 * A contact that was removed is added again, with a new id: the server gives no removed one back (FACTS.md [113, 119]). A
 * contact that was added goes again only while it is as it was made. Who is primary is one value of the whole list.
 */

import { contactLabel } from './change.js';
import type { Change, ContactChange, Outcome } from './change.js';
import type { Client, Contact } from './client.js';
import { BLANK } from './contact-list.js';
import type { ListedContact } from './contact-list.js';
import { findNewer, lineContacts, pairSame, primaryOf, withField, withFields } from './contact-slots.js';
import { foldKey } from './fold.js';
import { findChanged } from './undo-create.js';
import { describeSince, storedInstead } from './undo-words.js';

export interface UndoneContacts {
  /** Empty when nothing about contacts goes back. */
  readonly contacts: readonly ContactChange[];
  readonly left: readonly string[];
}

export function undoContacts(change: Change, outcome: Outcome, fresh: Client): UndoneContacts {
  if (change.contacts.length === 0) return { contacts: [], left: [] };
  return new ContactUndo(change, outcome, fresh).run();
}

class ContactUndo {
  readonly #change: Change;
  readonly #outcome: Outcome;
  readonly #before: readonly Contact[];
  readonly #held: readonly Contact[];
  /** Contacts that came to the list and are whom a line speaks of. */
  readonly #twins: ReadonlyMap<ContactChange, Contact>;
  readonly #staying: Map<string, ListedContact>;
  readonly #added: ListedContact[] = [];
  readonly #left: string[] = [];

  constructor(change: Change, outcome: Outcome, fresh: Client) {
    this.#change = change;
    this.#outcome = outcome;
    this.#before = change.before?.contacts ?? [];
    this.#held = fresh.contacts;
    this.#twins = pairSame(findNewer(this.#held, this.#before), this.#findGone());
    this.#staying = new Map(this.#held.map((contact) => [contact.id, contact]));
  }

  run(): UndoneContacts {
    /** Contacts before the change by id, as the list shall have them. */
    const back = new Map<string, ListedContact>();
    let promoted: Contact | null = null;
    for (const line of this.#change.contacts) {
      const held = this.#find(line);
      if (isPromoted(line)) promoted = held ?? null;
      const result = this.#takeBack(line, held);
      if (line.id !== null && result !== undefined) back.set(line.id, result);
    }
    this.#keepOne();
    const contacts = lineContacts({
      held: this.#held,
      staying: this.#staying,
      added: this.#added,
      primary: this.#findLeader(back, promoted),
    });
    return { contacts, left: this.#left };
  }

  /** Everybody whom the list does not have by id, as the change left or found him. */
  #findGone(): ReadonlyMap<ContactChange, ListedContact> {
    const held = new Set(this.#held.map((contact) => contact.id));
    const gone = this.#change.contacts.filter(({ id }) => id === null || !held.has(id));
    return new Map(
      gone.map((line) => {
        const old = this.#before.find((contact) => contact.id === line.id);
        return [line, withFields(old ?? BLANK, line.fields)];
      }),
    );
  }

  /** The contact of a line as it is now: by id, else one that came since and is the same person. */
  #find(line: ContactChange): Contact | undefined {
    return this.#held.find((contact) => contact.id === line.id) ?? this.#twins.get(line);
  }

  /** Gives the contact as it shall be; `undefined` when it is not in the list. */
  #takeBack(line: ContactChange, held: Contact | undefined): ListedContact | undefined {
    if (line.kind === 'remove') return held ?? this.#addAgain(line);
    if (held === undefined) {
      if (line.kind === 'change' && line.fields.some(({ field }) => field !== 'is_primary'))
        this.#left.push(`The contact ${line.label} was removed since by somebody: it stays so.`);
      return undefined;
    }
    if (line.kind === 'add') return this.#removeAgain(line, held);
    const result = this.#changeBack(line, held);
    this.#staying.set(held.id, result);
    return result;
  }

  #changeBack(line: ContactChange, held: Contact): ListedContact {
    let result: ListedContact = held;
    for (const { field, before, after } of line.fields) {
      const stored = String(held[field]);
      if (field === 'is_primary' || stored === before) continue;
      if (stored === after || stored === storedInstead(this.#outcome, field, line.label))
        result = withField(result, field, before);
      else this.#left.push(describeSince(`${field} of ${line.label}`, field, { held: stored, before, after }));
    }
    return result;
  }

  #addAgain(line: ContactChange): ListedContact | undefined {
    const old = this.#before.find((contact) => contact.id === line.id);
    if (old === undefined) return undefined;
    const owner = this.#findNewOwner(old);
    if (owner !== undefined) {
      this.#left.push(
        `The contact ${line.label} is not added again: ${contactLabel(owner)} has its e-mail address now.`,
      );
      return undefined;
    }
    this.#left.push(`The contact ${line.label} comes back with a new id: links in mails sent to it stay dead.`);
    const contact = { ...old, id: null, is_primary: false };
    this.#added.push(contact);
    return contact;
  }

  /** Somebody of the list who got the address since. */
  #findNewOwner({ email }: Contact): ListedContact | undefined {
    if (foldKey(email) === '') return undefined;
    return [...this.#staying.values()].find((contact) => {
      const earlier = this.#before.find((one) => one.id === contact.id);
      return foldKey(contact.email) === foldKey(email) && foldKey(earlier?.email ?? '') !== foldKey(email);
    });
  }

  #removeAgain(line: ContactChange, held: Contact): undefined {
    const changed = findChanged(held, line, this.#outcome);
    if (changed.length === 0) this.#staying.delete(held.id);
    else this.#left.push(`The contact ${line.label} was changed since by somebody (${changed.join(', ')}): it stays.`);
  }

  /** The primary contact of before, unless somebody chose another one than the run did. */
  #findLeader(back: ReadonlyMap<string, ListedContact>, promoted: Contact | null): ListedContact | undefined {
    const earlier = primaryOf(this.#before);
    if (earlier === undefined || !this.#change.contacts.some(isPromoted)) return undefined;
    const leader = primaryOf(this.#held);
    const contact = back.get(earlier.id);
    if (leader === undefined || leader.id === promoted?.id) return contact;
    if (leader.id !== contact?.id)
      this.#left.push(`Another primary contact was chosen since by somebody: it stays ${contactLabel(leader)}.`);
    return undefined;
  }

  /** An empty list would make the server add a blank contact (FACTS.md [125]). */
  #keepOne(): void {
    if (this.#staying.size + this.#added.length > 0) return;
    for (const contact of this.#held) {
      this.#staying.set(contact.id, contact);
      this.#left.push(`The contact ${contactLabel(contact)} stays: nobody else is left.`);
    }
  }
}

function isPromoted({ fields }: ContactChange): boolean {
  return fields.some(({ field, after }) => field === 'is_primary' && after === 'true');
}
