/**
 * A layout in the language of a header. A layout names its columns in one language and knows what they are called in
 * others; for a file in another language it is rewritten once, so that nothing behind it knows of languages.
 *
 * Invariant: one language a file. `Nom` is a company in one language and a surname in another: words of two languages
 * are never mixed. Where one language calls two columns the same, they are told by their position, and only when the
 * header has all of them.
 */

import type { Expression } from './expression.js';
import { renameColumns } from './expression.js';
import { readHeader } from './header.js';
import type { Header } from './header.js';
import type { ColumnNames, Layout } from './layout.js';

/** What a column of the layout is called in the header, or `undefined` when the header lacks it. */
export type Naming = (column: string) => string | undefined;

/** The namings under which a header may be read, the layout's own language first. */
export function namingsOf(layout: Layout, columns: readonly string[]): readonly Naming[] {
  const header = readHeader(columns);
  const own: Naming = (column) => (header.find(column) === undefined ? undefined : column);
  return [own, ...Object.values(layout.languages ?? {}).map((names) => namingIn(names, header))];
}

function namingIn(names: ColumnNames, header: Header): Naming {
  const namesakes = new Map<string, number>();
  for (const name of Object.values(names).flat()) {
    const [text, nth] = splitNth(name);
    namesakes.set(text, Math.max(nth, namesakes.get(text) ?? 0));
  }
  const isThere = (name: string): boolean => {
    const [text, nth] = splitNth(name);
    const total = namesakes.get(text) ?? 0;
    const unmistakable =
      nth === 0 || (header.find(`${text}#${total}`) !== undefined && header.find(`${text}#${total + 1}`) === undefined);
    return unmistakable && header.find(name) !== undefined;
  };
  return (column) => {
    const known = names[column];
    // What is not translated there is called the same everywhere.
    if (known === undefined) return isThere(column) ? column : undefined;
    return [known].flat().find(isThere);
  };
}

/** `Nom#2` → `Nom`, 2; without a number 0. */
function splitNth(name: string): readonly [string, number] {
  const parts = /^(.+)#(\d+)$/.exec(name);
  return parts === null ? [name, 0] : [parts[1] ?? name, Number(parts[2])];
}

/** The layout with each column called as the header calls it. What the header lacks keeps a name that it lacks too. */
export function localise(layout: Layout, naming: Naming): Layout {
  const rename = (expression: Expression): Expression =>
    renameColumns(expression, (column) => naming(column) ?? `${column} (missing)`);
  const renameAll = <Columns extends Readonly<Partial<Record<string, Expression>>>>(columns: Columns): Columns =>
    Object.fromEntries(
      Object.entries(columns).flatMap(([field, expression]) =>
        expression === undefined ? [] : [[field, rename(expression)]],
      ),
    ) as unknown as Columns;
  const renameRule = <Rule extends { readonly column: string; readonly from?: Expression | undefined }>(
    rule: Rule,
  ): Rule => ({
    ...rule,
    column: naming(rule.column) ?? rule.column,
    ...(rule.from === undefined ? {} : { from: rename(rule.from) }),
  });
  const { mapping, keys, links, person } = layout;
  return {
    ...layout,
    ...(keys === undefined ? {} : { keys: keys.map(rename) }),
    ...(links === undefined ? {} : { links: links.map(rename) }),
    ...(person === undefined ? {} : { person: renameAll(person) }),
    mapping: {
      ...mapping,
      client: renameAll(mapping.client),
      contacts: mapping.contacts.map(renameAll),
      ...(mapping.group === undefined ? {} : { group: rename(mapping.group) }),
      ...(mapping.parent === undefined
        ? {}
        : {
            parent: {
              name: rename(mapping.parent.name),
              client: renameAll(mapping.parent.client),
              contacts: mapping.parent.contacts.map(renameAll),
            },
          }),
      ...(mapping.lifecycle === undefined
        ? {}
        : { lifecycle: { ...mapping.lifecycle, from: rename(mapping.lifecycle.from) } }),
      ...(mapping.skip === undefined ? {} : { skip: mapping.skip.map(renameRule) }),
      ...(mapping.unclear === undefined ? {} : { unclear: mapping.unclear.map(renameRule) }),
    },
  };
}
