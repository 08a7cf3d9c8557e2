/**
 * HTML that cannot be injected into: what a template puts in is escaped unless it is `Markup` itself.
 */

/** HTML that is safe to send as it is. Only `html` and `trust` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | null | readonly Part[];

/** Template tag: strings and numbers are escaped, lists are joined, `null` is nothing. Indentation is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = outdent(strings);
  let text = pieces[0] ?? '';
  for (const [index, part] of parts.entries()) text += render(part) + (pieces[index + 1] ?? '');
  return new Markup(text);
}

const OUTDENTED = new WeakMap<TemplateStringsArray, readonly string[]>();

function outdent(strings: TemplateStringsArray): readonly string[] {
  const known = OUTDENTED.get(strings);
  if (known !== undefined) return known;
  const pieces = strings.map((piece) => piece.replace(/\s*\n\s*/g, '\n'));
  OUTDENTED.set(strings, pieces);
  return pieces;
}

/** For our own constants (style, script), never for what a file or a server said. */
export function trust(text: string): Markup {
  return new Markup(text);
}

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeText(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters become their pictures (␀, ␛…): they are not allowed in HTML, and a person should see them. */
function escapeText(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f]/g, (character) => String.fromCodePoint(0x24_00 + character.charCodeAt(0)))
  );
}

/** Characters of one value on the page; `report.json` has all of it. */
const VALUE_LENGTH_MAX = 600;

/** A value of the file or the target, on its own: blank is said, its direction of writing stays inside. */
export function showValue(value: string): Markup {
  if (value === '') return html`<span class="blank">blank</span>`;
  if (value.trim() === '') return html`<span class="blank">${value.length} blank characters</span>`;
  if (value.length <= VALUE_LENGTH_MAX) return html`<bdi class="value">${value}</bdi>`;
  const rest = value.length - VALUE_LENGTH_MAX;
  return html`<bdi class="value">${value.slice(0, VALUE_LENGTH_MAX)}…</bdi>
    <span class="muted">(${formatNumber(rest)} more characters)</span>`;
}

/** Text with commands in back-ticks. */
export function showSentence(sentence: string): Markup {
  return html`${sentence.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

/** `2025-03-04 05:06:07 UTC`, from ISO 8601 UTC. */
export function showTime(iso: string): Markup {
  const text = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(iso)
    ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
    : iso;
  return html`<time datetime="${iso}">${text}</time>`;
}

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function formatNumber(value: number): string {
  return NUMBERS.format(value);
}

/** `1 row`, `2,000 rows`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `512 B`, `5.1 kB`, `2.3 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${formatNumber(Math.round(bytes / 100) / 10)} kB`;
  return `${formatNumber(Math.round(bytes / 100_000) / 10)} MB`;
}

/** A list on the page: some in sight, more behind a click, the rest counted. */
export function showList<Item>(
  items: readonly Item[],
  limits: { readonly openMax: number; readonly shownMax: number },
  texts: { readonly more: (count: number) => string; readonly leftOut: (count: number) => string },
  show: (items: readonly Item[]) => Markup,
): Markup {
  const open = items.slice(0, limits.openMax);
  const folded = items.slice(limits.openMax, limits.shownMax);
  const leftOut = items.length - open.length - folded.length;
  return html`${open.length === 0 ? null : show(open)}
  ${
    folded.length === 0
      ? null
      : html`<details class="more">
          <summary>${texts.more(folded.length)}</summary>
          ${show(folded)}
        </details>`
  }
  ${leftOut === 0 ? null : html`<p class="note">${showSentence(texts.leftOut(leftOut))}</p>`}`;
}

/** A table that scrolls by itself when the page is narrow, also with the keyboard. */
export function showTable(table: {
  readonly caption: string;
  /** `#` before the text: a column of numbers. */
  readonly columns: readonly string[];
  readonly body: Part;
  readonly foot?: Part;
  readonly className?: string;
}): Markup {
  const heads = table.columns.map((column) =>
    column.startsWith('#')
      ? html`<th scope="col" class="number">${column.slice(1)}</th>`
      : html`<th scope="col">${column}</th>`,
  );
  return html`<div class="scroll" role="region" aria-label="${table.caption}" tabindex="0">
    <table class="${table.className ?? 'wide'}">
      <caption>
        ${table.caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${table.body}
      </tbody>
      ${
        table.foot === undefined
          ? null
          : html`<tfoot>
              ${table.foot}
            </tfoot>`
      }
    </table>
  </div>`;
}
