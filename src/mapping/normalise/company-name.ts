/** How names of companies are compared where a person is to look: spelt otherwise they are alike, never the same. */

import type { ClientValues, ContactValues } from '../record.js';
import { foldWords } from './fold.js';

/** Words at the end of a folded name that say what kind of company it is. */
const LEGAL_FORMS: ReadonlySet<string> = new Set(
  (
    'gmbh mbh ggmbh ug haftungsbeschrankt ag se kg kgaa ohg gbr ek ev eg co cie company ltd limited llc llp lp plc inc ' +
    'incorporated corp corporation pty sa sas sasu sarl eurl sl slu spa srl sapa snc bv nv vof cv bvba ab as asa aps oy oyj ' +
    'zoo doo sro kft zrt ltda lda me eireli kk gk ооо оао зао пао'
  ).split(' '),
);
/** Legal forms of several words, which folding takes apart. */
const PARTED_FORM = / (?:sp z o o|sp z oo|s r o|a s|e k|e v|k k|b v|n v|d o o)$/;
const FORM_IN_FRONT = /^(?:株式会社|有限会社|合同会社|(?:ооо|оао|зао|пао|ао|ип) )/u;
const FORM_BEHIND = /(?:株式会社|有限会社|有限公司)$/u;
const JOINING: ReadonlySet<string> = new Set(['und', 'et', 'y', 'og', 'och', 'en']);
/** `Mueller` and `Müller`, which folding writes `muller`. */
const WRITTEN_UMLAUT = /(?<=[aou])e/g;

/**
 * What is left of a name without case, accents, punctuation, blanks, joining words and legal form: `Müller & Söhne GmbH`
 * and `MUELLER UND SOEHNE` fold to the same text. Blank for a name without any letter or digit.
 */
export function foldCompanyName(name: string): string {
  const folded = foldWords(name);
  const bare = folded.replace(FORM_IN_FRONT, '').replace(FORM_BEHIND, '').replace(PARTED_FORM, '').trim();
  const words = (bare === '' ? folded : bare).split(' ');
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) ?? '')) words.pop();
  const kept = words.filter((word) => !JOINING.has(word));
  return (kept.length === 0 ? words : kept).join('').replaceAll(WRITTEN_UMLAUT, '');
}

/** What a client is called in a list: its name, or that of its first contact. */
export function displayNameOf({
  client,
  contacts: [contact],
}: {
  readonly client: Pick<ClientValues, 'name'>;
  readonly contacts: readonly Pick<ContactValues, 'first_name' | 'last_name'>[];
}): { readonly name: string; readonly isPerson: boolean } {
  const person = [contact?.first_name, contact?.last_name].filter(Boolean).join(' ');
  const name = client.name ?? '';
  return name === '' ? { name: person, isPerson: true } : { name, isPerson: name === person };
}
