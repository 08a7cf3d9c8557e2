/**
 * Which encoding a file has that is no Unicode and does not say: candidates are weighed by the cells that tell them apart.
 *
 * Each candidate decodes the sample; what comes out is scored as text of the languages that are written in it
 * (`encoding-model.ts`), times how usual the encoding is, times what chardet thinks. Candidates that decode the sample to
 * the same text are one answer. The score of an answer is its share of the whole likelihood, times the share of its
 * characters that are at home where they stand: an answer that is merely the best of bad ones has a low score.
 */

import { analyse } from 'chardet';
import { decode } from 'iconv-lite';
import { CANDIDATES } from './encoding-candidates.js';
import type { Candidate } from './encoding-candidates.js';
import { scoreAsianText } from './encoding-model-asian.js';
import { partText, scoreText } from './encoding-model.js';
import type { TextScore } from './encoding-model.js';
import type { Encoding } from './profile.js';

interface RankedEncoding {
  readonly encoding: Encoding;
  /** 0 to 1. */
  readonly score: number;
  /** From this score on it is used when it is the best. */
  readonly scoreMin: number;
  /** The cells of the sample, decoded. */
  readonly cells: readonly string[];
}

/** Best first; never empty. */
export type EncodingGuess = readonly [RankedEncoding, ...RankedEncoding[]];

/**
 * From this score on a guess is used. Below it, all other answers together are more than half as likely as the best one, or a
 * third of its characters stand where no language has them: then every umlaut of the file may become something else, and
 * a person can tell at a glance.
 */
export const GUESS_SCORE_MIN = 0.66;

/**
 * The share of the likelihood that is asked of an encoding which most files have: it begins with so much that one or two
 * letters, such as those of `Uğur` read as `Uður`, hardly weigh against it. Western names rarely fall below this share even
 * when they are alone in a file.
 */
const USUAL_SHARE_MIN = 0.85;
const USUAL_PRIOR_MIN = 0.5;

/** Neighbouring letters are no independent witnesses: their likelihoods count with this exponent. */
const EVIDENCE_WEIGHT = 0.7;
/** What the certainty of chardet (0 to 1) is worth. */
const CHARDET_WEIGHT = 2;

/** @param sample cells with bytes that are no ASCII, as they stand in the file */
export function guessEncoding(sample: readonly Buffer[]): EncodingGuess {
  const witness = askChardet(sample);
  const answers = new Map<
    string,
    { encoding: Encoding; prior: number; weight: number; fit: number; cells: readonly string[] }
  >();
  for (const candidate of CANDIDATES) {
    const cells = sample.map((cell) => decode(cell, candidate.encoding));
    const { logLikelihood, fit } = scoreBest(candidate, cells);
    const weight =
      Math.log(candidate.prior) +
      EVIDENCE_WEIGHT * logLikelihood +
      CHARDET_WEIGHT * (witness.get(candidate.encoding) ?? 0);
    const key = cells.join('\n');
    const same = answers.get(key);
    if (same === undefined)
      answers.set(key, { encoding: candidate.encoding, prior: candidate.prior, weight, fit, cells });
    else {
      same.weight = addLogarithms(same.weight, weight);
      same.fit = Math.max(same.fit, fit);
    }
  }
  const ranked = [...answers.values()].sort((a, b) => b.weight - a.weight);
  const total = ranked.map(({ weight }) => weight).reduce(addLogarithms);
  return ranked.map(({ encoding, prior, weight, fit, cells }) => ({
    encoding,
    score: Math.exp(weight - total) * fit,
    scoreMin: prior < USUAL_PRIOR_MIN ? GUESS_SCORE_MIN : Math.max(GUESS_SCORE_MIN, USUAL_SHARE_MIN * fit),
    cells,
  })) as unknown as EncodingGuess;
}

function scoreBest({ texts }: Candidate, cells: readonly string[]): TextScore {
  if (typeof texts === 'string') return scoreAsianText(cells, texts);
  const parts = partText(cells);
  return texts
    .map((languages) => scoreText(parts, languages))
    .reduce((best, score) => (score.logLikelihood > best.logLikelihood ? score : best));
}

/** The certainty of chardet by encoding, 0 to 1. */
function askChardet(sample: readonly Buffer[]): ReadonlyMap<Encoding, number> {
  const lines = sample.flatMap((cell) => [cell, Buffer.from('\n')]);
  const found = analyse(Buffer.concat(lines));
  return new Map(found.map(({ name, confidence }) => [name.toLowerCase(), confidence / 100]));
}

/** log(e^a + e^b) */
function addLogarithms(a: number, b: number): number {
  const high = Math.max(a, b);
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
