/**
 * HTML tags removed as the server removes them from a client's name: PHP's `strip_tags` (FACTS.md [043]).
 *
 * It is a small state machine and no HTML parser: what stands between tags stays, the text of a `<script>` too; a `<`
 * before white space is text; a `<` that is never closed takes the rest of the text with it; quotes inside a tag hide
 * its `>`. The same quirks here keep a name from changing once more on the server.
 */

type Within = 'text' | 'tag' | 'instruction' | 'declaration' | 'comment';

const WHITE_SPACE = /[\t-\r ]/u;

/** `Foo <b>Bar</b>` is `Foo Bar`; `a < b` stays. Entities stay. */
export function stripTags(text: string): string {
  if (!text.includes('<')) return text;
  let kept = '';
  let within: Within = 'text';
  let depth = 0;
  let quote = '';
  let bracket = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (within === 'text') {
      if (char === '<' && !WHITE_SPACE.test(text.charAt(at + 1))) within = 'tag';
      else if (char === '>' && depth > 0) depth -= 1;
      else kept += char;
      continue;
    }
    if (within === 'comment') {
      if (char === '>' && quote === '' && text.endsWith('--', at)) within = 'text';
      continue;
    }
    if (char === '>') {
      if (depth > 0) depth -= 1;
      else if (quote === '' && closes(within, bracket, text, at)) within = 'text';
    } else if (char === '"' || char === "'") {
      if (within !== 'tag' && text.charAt(at - 1) === '\\') continue;
      if (quote === '') quote = char;
      else if (quote === char) quote = '';
    } else if (within === 'tag') {
      if (char === '<' && quote === '' && !WHITE_SPACE.test(text.charAt(at + 1))) depth += 1;
      else if (char === '!' && text.charAt(at - 1) === '<') within = 'declaration';
      else if (char === '?' && text.charAt(at - 1) === '<') within = 'instruction';
    } else if (within === 'instruction') {
      if (quote === '' && char === '(') bracket += 1;
      else if (quote === '' && char === ')') bracket -= 1;
      else if ((char === 'l' || char === 'L') && /<\?xm$/iu.test(text.slice(at - 4, at))) within = 'tag';
    } else if (char === '-' && text.endsWith('!-', at)) within = 'comment';
    else if ((char === 'e' || char === 'E') && /<!doctyp$/iu.test(text.slice(at - 8, at))) within = 'tag';
    if (within === 'text') bracket = 0;
  }
  return kept;
}

/** `<?php …` ends only at `?>` outside brackets; everything else at any `>`. */
function closes(within: Within, bracket: number, text: string, at: number): boolean {
  return within !== 'instruction' || (bracket === 0 && text.charAt(at - 1) === '?');
}
