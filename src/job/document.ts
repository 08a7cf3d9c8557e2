/**
 * A job file as YAML: its value, where everything in it stands, and what is wrong with it before its meaning is looked
 * at. Invariant: no message repeats text that could be a secret, and input of any shape leads to findings, not to a
 * crash.
 */

import { LineCounter, Parser, Scalar, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Alias, CST, Node, Pair, YAMLError, YAMLMap } from 'yaml';

export type Path = readonly (string | number)[];

/** Something wrong, at an offset in the text. */
export interface Finding {
  readonly path: Path;
  readonly offset: number;
  readonly message: string;
}

export interface JobDocument {
  /** Undefined when the findings leave nothing to look at. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly findings: readonly Finding[];
  /** Offset of the key or the value at a path; of the nearest thing around it when it is not in the file. */
  locate(path: Path, part: 'key' | 'value'): number;
  /** Line and column, 1-based. */
  position(offset: number): { readonly line: number; readonly column: number };
}

/** Job files are written by hand; more than this is another file. */
export const JOB_BYTES_MAX = 256 * 1024;
/** Deeper nesting is no job; the YAML composer is recursive and must not meet it. */
const DEPTH_MAX = 64;

const SECRET_KEY = /token|passw(?:or)?d|passphrase|secret|apikey|credential|authorization|bearer/;

/** What messages call the file. */
export interface DocumentWords {
  /** `job` in "one file holds one job". */
  readonly one: string;
  /** What it needs at least. */
  readonly needs: string;
  /** Keys at the top, as an example. */
  readonly example: string;
  /** Where secrets belong instead; `null`: keys like `token` may stand in it, and their values are checked elsewhere. */
  readonly secrets: string | null;
}

const JOB_WORDS: DocumentWords = {
  one: 'job',
  needs: 'a job needs at least `columns`, or a `source.layout`',
  example: '`columns:`',
  secrets: 'tokens never stand in job files: use NINJA_TOKEN or NINJA_TOKEN_FILE',
};

/** Reads the text of one job file, or of another one of this kind. Never throws for what stands in it. */
export function readDocument(text: string, words: DocumentWords = JOB_WORDS): JobDocument {
  const lines = new LineCounter();
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const unreadable = (findings: readonly Finding[]): JobDocument => ({
    value: undefined,
    findings,
    locate: () => 0,
    position,
  });

  if (measureDepth(text, lines) > DEPTH_MAX) {
    return unreadable([finding(0, `nested deeper than ${DEPTH_MAX} levels: this is no job file`)]);
  }
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  const errors = [...document.errors, ...document.warnings];
  const syntax = errors.map((error) => finding(error.pos[0], explainSyntax(error, text, words)));
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return unreadable(syntax);

  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    return unreadable([finding(0, `the file is empty: ${words.needs}`)]);
  }
  if (!isMap(root)) {
    const found = isSeq(root) ? 'a list' : 'a text';
    return unreadable([
      ...syntax,
      finding(
        startOf(root),
        `found ${found}, expected keys with values at the top, such as ${words.example}, one ${words.one} a file`,
      ),
    ]);
  }
  const findings = [...syntax];
  inspect(root, [], findings, words);
  return {
    value: document.toJS() as Record<string, unknown>,
    findings,
    locate: (path, part) => locate(root, path, part),
    position,
  };
}

const finding = (offset: number, message: string, path: Path = []): Finding => ({ path, offset, message });
const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/** Levels of nesting, without recursion. Fills the line counter on the way. */
function measureDepth(text: string, lines: LineCounter): number {
  let deepest = 0;
  for (const document of new Parser(lines.addNewLine).parse(text)) {
    const open: { readonly token: CST.Token; readonly depth: number }[] = [{ token: document, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { token, depth } = next;
      deepest = Math.max(deepest, depth);
      const inner = 'items' in token ? token.items.flatMap((item) => [item.key, item.value]) : [];
      if (token.type === 'document') inner.push(token.value);
      for (const child of inner)
        if (child !== undefined && child !== null) open.push({ token: child, depth: depth + 1 });
    }
  }
  return deepest;
}

function explainSyntax(error: YAMLError, text: string, { one }: DocumentWords): string {
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n,}]*)/.exec(text.slice(error.pos[0]))?.[0].trim() ?? '';
      return `key \`${key.slice(0, 60)}\` stands twice in the same place: keep one of them`;
    }
    case 'TAB_AS_INDENT':
      return 'a tab at the beginning of the line: YAML is indented with blanks only';
    case 'MULTIPLE_DOCS':
      return `a second document begins here (\`---\`): one file holds one ${one}`;
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a key inside a value: a text that holds `: ` needs quotes, and keys of one group need the same indent';
    case 'BAD_SCALAR_START':
      return 'a text cannot begin with this character: put the text in quotes';
    case 'MISSING_CHAR':
      return error.message.includes('quote')
        ? 'a quote is opened and nowhere closed before this place'
        : `not valid YAML: ${error.message}`;
    case 'NON_STRING_KEY':
      return 'a list or a reference where a key should be: keys are plain words';
    case 'TAG_RESOLVE_FAILED':
      return 'a tag (`!…`) has no meaning in a job file: put the text in quotes if it begins with `!`';
    case 'BAD_INDENT':
      return error.message.startsWith('Flow')
        ? 'a `[` or `{` before this place is opened and not closed'
        : 'the indent fits no key above: keys of one group begin in the same column';
    default:
      return `not valid YAML: ${error.message}`;
  }
}

/**
 * Looks at each key and each value for what YAML allows and a job does not. References become the text that was most
 * likely meant, so that the rest of the file can be checked too.
 */
function inspect(node: unknown, path: Path, findings: Finding[], words: DocumentWords): void {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const inner = [...path, index];
      if (isAlias(item)) node.items[index] = refuseAlias(item, inner, findings);
      else inspect(item, inner, findings, words);
    }
  } else if (isMap(node)) {
    for (const pair of node.items) {
      const key = keyOf(pair);
      const inner = [...path, key];
      if (words.secrets !== null && isSecretKey(key, path) && !(isOfSource(path) && namesSecret(pair.value))) {
        const remedy = isOfSource(path)
          ? 'tokens never stand in job files: write the variable that holds it, `{ env: NAME }`, or its file, `{ file: PATH }`'
          : words.secrets;
        const message = `\`${key.slice(0, 60)}\`: ${remedy}`;
        findings.push(finding(startOf(pair.key), message, inner));
      }
      if (isAlias(pair.value)) pair.value = refuseAlias(pair.value, inner, findings);
      else inspect(pair.value, inner, findings, words);
    }
  } else if (isScalar(node) && node.type === 'PLAIN' && /^\d+\s*$/.test(node.comment ?? '')) {
    // `Phone #2` without quotes is the text `Phone` and a comment: the wrong column, without a sound.
    const number = `#${node.comment?.trim()}`;
    const column = `"${String(node.source).slice(0, 60)}${number}"`;
    const message = `YAML takes \`${number}\` for a comment: write \`${column}\` for the column, or a blank after # for a comment`;
    findings.push(finding(startOf(node), message, path));
  }
}

function refuseAlias(alias: Alias, path: Path, findings: Finding[]): Scalar {
  const text = `*${alias.source}`;
  const message = `\`${text.slice(0, 60)}\` is a reference in YAML: put a text that begins with \`*\` in quotes`;
  findings.push(finding(startOf(alias), message, path));
  const meant = new Scalar(text);
  meant.range = alias.range ?? null;
  return meant;
}

/** The values of `map` are the export's own words, and `clear-token` is no secret. */
function isSecretKey(key: string, parent: Path): boolean {
  const folded = key.toLowerCase().replaceAll(/[^a-z]/g, '');
  return folded !== 'cleartoken' && parent.at(-1) !== 'values' && SECRET_KEY.test(folded);
}

/** Under `source.from` a secret may be named. */
const isOfSource = (parent: Path): boolean => parent[0] === 'source' && parent[1] === 'from';

/** `{ env: NAME }`, `{ file: PATH }`, or a text that holds `${NAME}`. */
function namesSecret(value: unknown): boolean {
  if (isMap(value)) return value.items.length === 1 && ['env', 'file'].includes(keyOf(value.items[0]!));
  return isScalar(value) && typeof value.value === 'string' && /\$\{\w+\}/.test(value.value);
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

function locate(root: Node, path: Path, part: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [index, segment] of path.entries()) {
    if (isMap(node)) {
      const pair = findPair(node, String(segment));
      if (pair === undefined) return offset;
      // A value of nothing has no place of its own: its key has.
      const blank = pair.value === null || (isScalar(pair.value) && pair.value.value === null);
      offset = index < path.length - 1 || part === 'key' || blank ? startOf(pair.key) : startOf(pair.value);
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(segment)];
      if (item === undefined) return offset;
      offset = startOf(item);
      node = item;
    } else return offset;
  }
  return offset;
}

/** The last of its name, as in the value. */
const findPair = (map: YAMLMap, key: string): Pair | undefined => map.items.findLast((pair) => keyOf(pair) === key);
