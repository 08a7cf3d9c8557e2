/** JSON and JSON lines as tables: real files, read as any other. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../../../src/errors.js';
import { cellsOf, inFolder, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

let count = 0;

async function read(content: string | Buffer, ending = 'json'): Promise<ReadResult> {
  return readPath(writeFile(content, `records-${++count}.${ending}`));
}

async function refusalOf(content: string | Buffer, ending = 'json'): Promise<SyncError> {
  try {
    await read(content, ending);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('the file was not refused');
}

/** Column → cell, of the filled ones. */
function objectsOf(result: ReadResult): readonly Readonly<Record<string, string>>[] {
  return cellsOf(result).map((cells) =>
    Object.fromEntries(cells.flatMap((cell, at) => (cell === '' ? [] : [[result.profile.columns[at]!, cell]]))),
  );
}

describe('.json', () => {
  it('is a table of its objects, whatever fields each of them has', async () => {
    const result = await read('[{"name":"Acme","city":"Köln"},{"name":"Bolt","phone":"1"}]');
    expect(result.profile).toMatchObject({ format: 'json', unit: 'element', headerLine: 0 });
    expect(result.profile.columns).toEqual(['name', 'city', 'phone']);
    expect(result.rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'Acme', 'Köln', ''],
      [2, 'Bolt', '', '1'],
    ]);
  });

  it.each([
    ['{"contacts":[{"a":"1"}]}', 'contacts'],
    ['{"meta":{"count":1},"data":[{"a":"1"}],"errors":[]}', 'data'],
    ['{"response":{"tags":["x"],"items":[{"a":"1"}]}}', 'response.items'],
  ])('finds the one list in %s', async (content, name) => {
    const result = await read(content);
    expect(objectsOf(result)).toEqual([{ a: '1' }]);
    expect(result.profile.notes).toEqual([
      { code: 'list-chosen', message: expect.stringContaining(`"${name}"`) as string },
    ]);
  });

  it('keeps every digit, and numbers as they are written', async () => {
    const result = await read('[{"id":12345678901234567890,"small":1e3,"half":0.50,"minus":-7}]');
    expect(objectsOf(result)).toEqual([{ id: '12345678901234567890', small: '1e3', half: '0.50', minus: '-7' }]);
  });

  it('writes nested values into columns named by their path', async () => {
    const result = await read(
      '[{"address":{"city":"Köln","geo":{"lat":50.9}},"tags":["a","b"],"contacts":[{"email":"p@x.example"},{"email":"q@x.example"}],"ok":true,"gone":null,"none":[]}]',
    );
    expect(result.profile.columns).toEqual([
      'address.city',
      'address.geo.lat',
      'tags',
      'contacts.1.email',
      'contacts.2.email',
      'ok',
      'gone',
      'none',
    ]);
    expect(cellsOf(result)).toEqual([['Köln', '50.9', 'a; b', 'p@x.example', 'q@x.example', 'true', '', '']]);
  });

  it('leaves the wrapper out that holds all fields of a record, and only that', async () => {
    const wrapped = await read('{"results":[{"id":"1","properties":{"email":"a@x.example"},"archived":false}]}');
    expect(wrapped.profile.columns).toEqual(['id', 'email', 'archived']);
    const beside = await read('[{"Id":"1","Name":"Acme","attributes":{"url":"/services/1"}}]');
    expect(beside.profile.columns).toEqual(['Id', 'Name', 'attributes.url']);
  });

  it('is known by its content, in UTF-16 and with a byte order mark as well', async () => {
    const text = '[{"name":"Köln"}]';
    for (const content of [`\ufeff${text}`, Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      const result = await read(content, 'csv');
      expect(objectsOf(result)).toEqual([{ name: 'Köln' }]);
    }
  });

  it('counts elements also where some of them are null', async () => {
    const result = await read('[{"a":"1","b":"x"},null,{"a":"3"}]');
    expect(result.rows.map(({ line }) => line)).toEqual([1, 3]);
  });

  it.each([
    ['{"compilerOptions":{"strict":true},"include":["src"]}', 'a JSON object with "compilerOptions", "include"'],
    ['{}', 'an empty JSON object'],
    ['["a","b"]', 'a JSON list, but not of objects'],
    ['[[1,2],[3,4]]', 'a JSON list, but not of objects'],
    ['{"contacts":[{"a":1}],"companies":[{"b":2},{"b":3}]}', '"contacts" (1), "companies" (2)'],
    ['[{"a":1},7]', 'element 2 is not an object'],
    ['[{"a":1},\n{"a":2},\n{"a":', 'cut off: the JSON text ends on line 3'],
    ['[{"a":1},\n{"a":2}', 'cut off'],
    ['[\n{"a":1},\n{"a":NaN}]', '"N" cannot stand there (line 3)'],
    ['[{"a":1}\n{"a":2}]', 'cannot stand there (line 2)'],
    ['[{"a":1}]\n[{"a":2}]', 'more than one JSON value'],
    ['[{"a":1,"a":2}]', 'element 1 has "a" twice, with "1" and "2"'],
    ['[{"b.c":1,"b":{"c":2}}]', 'element 1 has "b.c" twice'],
    [`[{"a":${'['.repeat(40)}1${']'.repeat(40)}}]`, 'nested more than 20 deep'],
    [
      JSON.stringify([Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`id${at}`, at]))]),
      '10000 different',
    ],
  ])('%s is refused', async (content, message) => {
    const error = await refusalOf(content);
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain(message);
    expect(error.hint).toBeTruthy();
  });

  it('takes a name that stands twice with the same value', async () => {
    expect(objectsOf(await read('[{"a":1,"a":1}]'))).toEqual([{ a: '1' }]);
  });

  it('is refused when it has no record', async () => {
    expect((await refusalOf('[]')).code).toBe('file-empty');
    expect((await refusalOf('{"contacts":[]}')).message).toContain('"contacts" is empty');
  });

  it('is refused when it is not UTF-8, until somebody says what it is', async () => {
    const content = Buffer.from('[{"name":"K\u00f6ln"}]', 'latin1');
    expect((await refusalOf(content)).code).toBe('file-encoding');
    const stated = await readPath(inFolder(`records-${count}.json`), { encoding: 'windows-1252' });
    expect(objectsOf(stated)).toEqual([{ name: 'Köln' }]);
  });

  it('is the same over blocks of the file', async () => {
    const records = Array.from({ length: 20_000 }, (_, at) => ({ id: at, name: `Größe ${at} "q" \\ \u{1F600}` }));
    const result = await read(JSON.stringify(records));
    expect(result.rows.length).toBe(records.length);
    expect(result.rows.at(-1)).toMatchObject({ line: 20_000, cells: ['19999', records.at(-1)!.name] });
  });
});

describe('.jsonl', () => {
  it('has a row a line, blank lines counted and left out', async () => {
    const result = await read('{"name":"Acme","n":12345678901234567890}\n\n{"name":"Bolt","a":{"b":"c"}}\n', 'jsonl');
    expect(result.profile).toMatchObject({ format: 'jsonl', unit: 'line', endsWithLineEnd: true });
    expect(result.rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'Acme', '12345678901234567890', ''],
      [3, 'Bolt', '', 'c'],
    ]);
  });

  it('is told from one JSON object by its second line, else by its name', async () => {
    expect((await read('{"a":1}\r\n{"a":2}', 'txt')).profile.format).toBe('jsonl');
    expect((await read('{"a":1}\n', 'ndjson')).profile.format).toBe('jsonl');
    expect((await read('{\n"data":[{"a":1}]}\n')).profile.format).toBe('json');
  });

  it('tells a file that may be cut off behind a line', async () => {
    expect((await read('{"a":1}\n{"a":2}', 'jsonl')).profile.endsWithLineEnd).toBe(false);
  });

  it.each([
    ['{"a":1}\n{"a":2}\n{"a":', 'cut off: the JSON text ends on line 3'],
    ['{"a":1}\n{"a":2,}\n{"a":3}\n', 'cannot stand there (line 2)'],
    ['{"a":1}\n{"a":2}\n[1]\n', 'line 3 is no JSON object'],
    ['{"a":1}\n{"a":1,"a":2}\n', 'line 2 has "a" twice'],
    ['{"a":1}\n{"a":2} {"a":3}\n', 'more than one JSON value'],
  ])('%j is refused', async (content, message) => {
    const error = await refusalOf(content, 'jsonl');
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain(message);
  });
});

describe('what is written as JSON', () => {
  // Line breaks in cells are LF, and a lone half of a surrogate pair is no character of any file.
  const text = fc
    .string({ unit: 'grapheme' })
    .map((value) => value.replaceAll(/\r\n?/g, '\n'))
    .filter((value) => value.isWellFormed());
  const record = fc.record({ name: text, city: text, n: fc.bigInt() }, { requiredKeys: ['name'] });

  it('is read back, in a list and in lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        const texts = records.map(({ n, ...others }) => `{"n":${String(n ?? null)},${JSON.stringify(others).slice(1)}`);
        const expected = records.map(({ name, city = '', n }) => [n === undefined ? '' : String(n), name, city]);
        for (const [content, ending] of [
          [`[${texts.join(',')}]`, 'json'],
          [texts.join('\n'), 'jsonl'],
        ] as const) {
          const result = await read(content, ending);
          const at = ['n', 'name', 'city'].map((column) => result.profile.columns.indexOf(column));
          expect(cellsOf(result).map((cells) => at.map((index) => cells[index] ?? ''))).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  });
});
