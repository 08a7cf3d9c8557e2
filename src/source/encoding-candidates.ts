/** The encodings that are weighed when a file neither says nor shows which it has, with the languages written in them. */

import type { Encoding } from './profile.js';
import type { COMMON_CHARACTERS, Language } from './encoding-words.js';

export type AsianLanguage = keyof typeof COMMON_CHARACTERS;

export interface Candidate {
  readonly encoding: Encoding;
  /** How usual it is among exports that are no Unicode, before anything is read. Estimated; only the order of magnitude matters. */
  readonly prior: number;
  /** Each list is one kind of text: a language, or languages that stand side by side in the lists of one firm. */
  readonly texts: readonly (readonly Language[])[] | AsianLanguage;
}

const WESTERN = ['german', 'french', 'spanish', 'portuguese', 'italian', 'northern', 'dutch', 'english'] as const;
const CENTRAL = ['polish', 'czech', 'slovak', 'hungarian', 'southslavic', 'romanian', 'german'] as const;

const alone = (languages: readonly Language[]): readonly (readonly Language[])[] => languages.map((name) => [name]);

const western = [WESTERN, ...alone(WESTERN)];
const central = [CENTRAL, ...alone(CENTRAL.slice(0, -1))];
const cyrillic = [...alone(['russian', 'ukrainian', 'bulgarian']), ['russian', 'german'] as const];
const greek = [['greek'], ['greek', 'german', 'french']] as const;
const turkish = [['turkish'], ['turkish', 'german']] as const;
const baltic = [['baltic'], ['baltic', 'german', 'polish']] as const;

const row = (encoding: Encoding, prior: number, texts: Candidate['texts']): Candidate => ({ encoding, prior, texts });

export const CANDIDATES: readonly Candidate[] = [
  row('windows-1252', 0.7, western),
  row('iso-8859-15', 0.01, western),
  row('macintosh', 0.03, western),
  row('cp850', 0.03, western),
  row('cp437', 0.01, western),
  row('windows-1250', 0.05, central),
  row('iso-8859-2', 0.01, central),
  row('cp852', 0.01, central),
  row('maccenteuro', 0.004, central),
  row('windows-1251', 0.04, cyrillic),
  row('koi8-r', 0.01, cyrillic),
  row('koi8-u', 0.003, cyrillic),
  row('cp866', 0.008, cyrillic),
  row('iso-8859-5', 0.004, cyrillic),
  row('maccyrillic', 0.003, cyrillic),
  row('windows-1253', 0.01, greek),
  row('iso-8859-7', 0.005, greek),
  row('cp737', 0.002, greek),
  row('windows-1254', 0.01, turkish),
  row('cp857', 0.002, turkish),
  row('windows-1257', 0.01, baltic),
  row('iso-8859-13', 0.002, baltic),
  row('cp775', 0.002, baltic),
  row('windows-1255', 0.004, [['hebrew']]),
  row('windows-1256', 0.004, [['arabic']]),
  row('windows-874', 0.004, [['thai']]),
  row('shift_jis', 0.02, 'japanese'),
  row('euc-jp', 0.006, 'japanese'),
  row('gb18030', 0.015, 'simplified'),
  row('big5', 0.008, 'traditional'),
  row('euc-kr', 0.008, 'korean'),
];
