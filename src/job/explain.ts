/**
 * What the zod schema finds, in words for the person who wrote the file: the path, what was found, what is allowed, and
 * the nearest valid word. Invariant: each issue of the schema leads to at least one finding, and no finding repeats text
 * that could be a secret.
 */

import type { z } from 'zod';
import type { JobDocument, Finding, Path } from './document.js';
import { JOB_JSON_SCHEMA } from './json-schema.js';
import type { SchemaNode } from './json-schema.js';
import { nearestWord } from './nearest.js';

type Issue = z.core.$ZodIssue;

/** Issues of one value: where it stands, the value itself and the part of the schema that it must fit. */
interface Place {
  readonly path: Path;
  readonly value: unknown;
  readonly node: SchemaNode;
}

const EXPRESSIONS = JOB_JSON_SCHEMA.$defs?.['expression']?.anyOf ?? [];
/** The first key of each kind of expression names it. The first kind is a plain text: a column name. */
const OPERATORS = EXPRESSIONS.flatMap((kind) => Object.keys(kind.properties ?? {}).slice(0, 1));
const EXPECTED_EXPRESSION = `expected a column name or one of ${OPERATORS.join(', ')}`;

/** The keys that only one group of the job file has, with the group: for keys that stand in the wrong place. */
const HOMES = new Map(
  Object.entries(JOB_JSON_SCHEMA.properties ?? {})
    .filter(([group]) => group !== 'columns' && group !== 'guards')
    .flatMap(([group, node]) => Object.keys(groupOf(node).properties ?? {}).map((key) => [key, group] as const)),
);
const CLIENT_FIELDS = Object.keys(JOB_JSON_SCHEMA.properties?.['columns']?.properties ?? {});
const CONTACT_FIELDS = Object.keys(JOB_JSON_SCHEMA.properties?.['contacts']?.items?.properties ?? {});

/** Findings for the issues of a whole job file, or of another file that has a schema. */
export function explainIssues(
  issues: readonly Issue[],
  document: JobDocument,
  schema: SchemaNode = JOB_JSON_SCHEMA,
): readonly Finding[] {
  return explain(issues, { path: [], value: document.value, node: schema }, document);
}

function explain(issues: readonly Issue[], place: Place, document: JobDocument): readonly Finding[] {
  return issues.flatMap((issue) => {
    const inner = descend(place, issue.path as Path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => at(document, [...inner.path, key], 'key', explainUnknownKey(key, inner)));
    }
    if (issue.code === 'invalid_union') {
      return inner.node.$ref === undefined
        ? explainUnion(issue, inner, document)
        : explainExpression(issue, inner, document);
    }
    return [at(document, inner.path, 'value', `${named(inner.path)}${explainValue(issue, inner)}`)];
  });
}

const at = (document: JobDocument, path: Path, part: 'key' | 'value', message: string): Finding => ({
  path,
  offset: document.locate(path, part),
  message,
});

/** `source.files[0]: ` */
const named = (path: Path): string => `${showKeys(path)}: `;

/** `source.files[0]` */
export function showKeys(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return `${index === 0 ? '' : '.'}${looksSecret(part) ? '…' : part}`;
    })
    .join('');
}

function descend(place: Place, path: Path): Place {
  return path.reduce<Place>(
    (from, segment) => ({
      path: [...from.path, segment],
      value:
        isGroup(from.value) || Array.isArray(from.value) ? (from.value as Record<string, unknown>)[segment] : undefined,
      node: childOf(from.node, segment),
    }),
    place,
  );
}

function childOf(node: SchemaNode, segment: string | number): SchemaNode {
  const kinds = node.$ref === undefined ? (node.anyOf ?? [node]) : EXPRESSIONS;
  for (const kind of kinds) {
    const child = typeof segment === 'number' ? kind.items : kind.properties?.[segment];
    if (child !== undefined) return child;
    if (typeof kind.additionalProperties === 'object') return kind.additionalProperties;
  }
  return {};
}

function explainUnknownKey(key: string, { path, value, node }: Place): string {
  const kind = node.$ref === undefined ? node : EXPRESSIONS[findKind(Object.keys(value ?? {}))];
  const allowed = (kind?.anyOf ?? [kind]).flatMap((one) => Object.keys(one?.properties ?? {}));
  const where = path.length === 0 ? '' : ` in \`${showKeys(path)}\``;
  const unknown = `unknown key ${describeFound(key)}${where}`;
  const nearest = nearestWord(key, allowed);
  if (nearest !== undefined) return `${unknown}: did you mean \`${nearest}\`?`;
  const dotted = allowed.find((name) => name.startsWith(`${key}.`));
  if (dotted !== undefined) return `${unknown}: write the name in one, such as \`${dotted}: …\``;
  if (path[0] === 'columns') {
    const field = nearestWord(key, CONTACT_FIELDS);
    if (field !== undefined)
      return `${unknown}: did you mean \`${field}\`? It is a field of a contact: it belongs under \`contacts:\``;
  }
  if (path[0] === 'contacts') {
    const field = nearestWord(key, CLIENT_FIELDS);
    if (field !== undefined)
      return `${unknown}: did you mean \`${field}\`? It is a field of the client: it belongs under \`columns:\``;
  }
  const [group] = path;
  if (group !== undefined && Object.hasOwn(JOB_JSON_SCHEMA.properties ?? {}, key))
    return `${unknown}: it belongs beside \`${group}:\`, not under it`;
  const home = node === JOB_JSON_SCHEMA ? HOMES.get(key) : undefined;
  if (home !== undefined) return `${unknown}: it belongs under \`${home}:\``;
  return `${unknown}: allowed are ${listWords(allowed)}`;
}

/** Of what may be a text or a group: the group. */
function groupOf(node: SchemaNode): SchemaNode {
  return node.anyOf?.find((kind) => kind.properties !== undefined) ?? node;
}

function explainValue(issue: Issue, { path, value, node }: Place): string {
  if (value === undefined) return `missing: expected ${describeType(node)}`;
  const found = `found ${describeFound(value)}`;
  switch (issue.code) {
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const nearest = typeof value === 'string' ? nearestWord(value, allowed) : undefined;
      if (nearest !== undefined && allowed.length > 12) return `${found}: did you mean \`${nearest}\`?`;
      const options = `${found}, allowed ${allowed.length === 1 ? 'is' : 'are'} ${listWords(allowed)}`;
      return nearest === undefined ? options : `${options}: did you mean \`${nearest}\`?`;
    }
    case 'invalid_type':
      return `${found}, expected ${describeType(node)}${adviseType(issue.expected, value)}`;
    case 'too_small':
      if (value === '') return `the text is blank: expected ${describeType(node)}`;
      return Array.isArray(value)
        ? 'the list is empty: expected at least one entry'
        : `${found}, at least ${issue.minimum}`;
    case 'too_big':
      return `${found}, at most ${issue.maximum}${path.at(-1) === 'ratio' ? ' (a share: 0.05 is 5 %)' : ''}`;
    case 'invalid_format':
      return issue.format === 'url'
        ? `${found}, expected an http or https address, such as https://invoicing.example.com`
        : `${found}, expected ${issue.message}`;
    default:
      return `${found}: ${issue.message}`;
  }
}

/** A union that is no expression: the kind that fits the form of the value says what is wrong inside. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, place: Place, document: JobDocument): readonly Finding[] {
  const kinds = place.node.anyOf ?? [];
  const fitting = issue.errors.findIndex((errors) => errors.every((inner) => inner.path.length > 0));
  if (fitting >= 0) return explain(issue.errors[fitting]!, { ...place, node: kinds[fitting] ?? {} }, document);
  const word = typeof place.value === 'string' ? kinds.findIndex((kind) => kind.enum !== undefined) : -1;
  if (word >= 0) return explain(issue.errors[word] ?? [], { ...place, node: kinds[word] ?? {} }, document);
  const expected = kinds.map(describeType).join(' or ');
  const message = `${named(place.path)}found ${describeFound(place.value)}, expected ${expected}`;
  return [at(document, place.path, 'value', `${message}${adviseType('string', place.value)}`)];
}

function explainExpression(
  issue: z.core.$ZodIssueInvalidUnion,
  place: Place,
  document: JobDocument,
): readonly Finding[] {
  const { path, value } = place;
  const here = (message: string, inner = path, part: 'key' | 'value' = 'value') => [
    at(document, inner, part, `${named(path)}${message}`),
  ];
  if (value === undefined) return here(`missing: ${EXPECTED_EXPRESSION}`);
  if (!isGroup(value)) {
    const list = Array.isArray(value) ? ': a list stands under first-of or join' : '';
    return here(`found ${describeFound(value)}, ${EXPECTED_EXPRESSION}${list}${adviseType('string', value)}`);
  }
  const keys = Object.keys(value);
  const operators = OPERATORS.filter((operator) => keys.includes(operator));
  if (operators.length > 1) {
    return here(`${listWords(operators)} stand side by side: put one inside the other`);
  }
  const [operator] = operators;
  if (operator === undefined) {
    const slips = keys.map((key) => [key, nearestWord(key, OPERATORS)] as const);
    const slip = slips.find(([, nearest]) => nearest !== undefined);
    if (slip !== undefined)
      return here(`unknown key \`${slip[0]}\`: did you mean \`${slip[1]}\`?`, [...path, slip[0]], 'key');
    return here(
      keys.length === 0
        ? `found nothing in braces, ${EXPECTED_EXPRESSION}`
        : `found ${listWords(keys)}, ${EXPECTED_EXPRESSION}`,
    );
  }
  const kind = findKind([operator]);
  return explain(issue.errors[kind] ?? [], { ...place, node: EXPRESSIONS[kind] ?? {} }, document);
}

/** The kind of expression that one of the keys names, as a position; -1 when none does. */
function findKind(keys: readonly string[]): number {
  return EXPRESSIONS.findIndex((kind) => keys.includes(Object.keys(kind.properties ?? {})[0] ?? ''));
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the schema expects at a place. */
function describeType(node: SchemaNode): string {
  if (node.$ref !== undefined) return EXPECTED_EXPRESSION.slice('expected '.length);
  if (node.enum !== undefined) return `one of ${listWords(node.enum)}`;
  switch (node.type) {
    case 'string':
      return 'a text';
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'array':
      return node.items?.type === 'string' && node.items.enum === undefined ? 'a list of texts' : 'a list';
    default:
      return node.properties === undefined
        ? 'keys with values'
        : `keys with values (${listWords(Object.keys(node.properties), 8)})`;
  }
}

function adviseType(expected: string, value: unknown): string {
  if (value === null) return ': remove the key, or give it a value';
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `: put it in quotes, "${value}"`;
  if (expected === 'array') return ': write it as a list, with square brackets or a dash in front';
  if (expected === 'boolean' && typeof value === 'string') return ': without quotes';
  return '';
}

/** The value as a message may show it: short, and never something that could be a token or hold a password. */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'keys with values';
  if (typeof value !== 'string') return `the ${typeof value === 'number' ? 'number' : 'word'} ${JSON.stringify(value)}`;
  if (looksSecret(value)) return `a text of ${value.length} characters`;
  const oneLine = value.replaceAll(/\s+/g, ' ');
  return oneLine.length > 40 ? `\`${oneLine.slice(0, 40)}…\`` : `\`${oneLine}\``;
}

/** A long run of letters and digits, or an address with a user in it. */
const looksSecret = (text: string): boolean => /[\w+/=-]{32,}/.test(text) || /:\/\/[^/]*@/.test(text);

/** `a`, `b` and `c`; a long list ends in a count. */
export function listWords(words: readonly string[], shownMax = 26): string {
  const quoted = words.slice(0, shownMax).map((word) => `\`${word === '\t' ? '\\t' : word}\``);
  if (words.length > shownMax) return `${quoted.join(', ')} and ${words.length - shownMax} more (see docs/job-file.md)`;
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
