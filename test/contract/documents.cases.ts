/** Documents of a client. */

import { describe, expect, it } from 'vitest';

import { clientOf, errorsOf, LACKS_PASSWORD, target } from './target.js';

describe('POST /clients/{id}/upload', () => {
  /** One pixel. */
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  function formOf(
    files: readonly (readonly [field: string, name: string])[],
    fields: Record<string, string> = { _method: 'PUT' },
  ): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    for (const [field, name] of files) form.append(field, new Blob([PNG]), name);
    return form;
  }

  describe('upload', () => {
    it('[164, 165, 167, 176-178, 376] adds each file, the same one twice too, and moves nothing else', async () => {
      const before = await target.create({ name: 'Documents' });
      const path = `/api/v1/clients/${before.id}/upload`;
      await target.ask(path, { raw: formOf([['documents[]', 'a.png']]) });
      await target.ask(path, {
        raw: formOf([
          ['documents[]', 'a.png'],
          ['documents[]', 'c.pdf'],
        ]),
      });
      const { documents, ...after } = await target.read(before.id);
      expect(documents.map(({ name, type }) => [name, type])).toEqual([
        ['a.png', 'png'],
        ['a.png', 'png'],
        ['c.pdf', 'pdf'],
      ]);
      const [document] = documents;
      expect(document).toMatchObject({
        url: `${target.url}/api/v1/documents/${String(document?.['id'])}/download`,
        disk: 'public',
        size: PNG.length,
        width: 1,
        height: 1,
        is_public: true,
        link: `/clients/${before.id}`,
      });
      expect({ ...after, documents: [] }).toEqual({ ...before, documents: [] });
      const file = await fetch(String(document?.['url']), { headers: { 'X-API-TOKEN': target.tokens.admin } });
      expect(file.headers.get('content-type')).toContain('text/html');
      expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
    });

    it('[168] honours is_public', async () => {
      const { id } = await target.create({ name: 'Private' });
      const raw = formOf([['documents[]', 'priv.png']], { _method: 'PUT', is_public: 'false' });
      expect(clientOf(await target.ask(`/api/v1/clients/${id}/upload`, { raw })).documents).toMatchObject([
        { is_public: false },
      ]);
    });

    it.each([
      ['[166] one field without brackets', [['documents', 'a.png']], 'POST'],
      ['[173] another field', [['file', 'a.png']], 'POST'],
      ['[172] no file', [], 'POST'],
      ['[170] a real PUT', [['documents[]', 'a.png']], 'PUT'],
    ] as const)('%s is 200 and stores nothing', async (_, files, method) => {
      const { id } = await target.create({ name: 'Nothing' });
      const reply = await target.ask(`/api/v1/clients/${id}/upload`, { method, raw: formOf(files) });
      expect([reply.status, clientOf(reply).documents]).toEqual([200, []]);
    });

    it('[169] needs _method', async () => {
      const { id } = await target.create({ name: 'Method' });
      const reply = await target.ask(`/api/v1/clients/${id}/upload`, { raw: formOf([['documents[]', 'a.png']], {}) });
      expect([reply.status, reply.body]).toEqual([404, { message: 'Method not supported for this route' }]);
    });

    it('[171] refuses types', async () => {
      const { id } = await target.create({ name: 'Types' });
      const reply = await target.ask(`/api/v1/clients/${id}/upload`, { raw: formOf([['documents[]', 'x.exe']]) });
      expect(reply.status).toBe(422);
      expect(errorsOf(reply)).toEqual({
        'documents.0': [
          'The documents.0 must be a file of type: png, ai, jpeg, tiff, pdf, gif, psd, txt, doc, xls, ppt, xlsx, docx, pptx, webp, xml, zip, csv, ods, odt, odp.',
        ],
      });
    });

    it('[174] with a PUT stores the document and ignores the fields', async () => {
      const { id } = await target.create({ name: 'Kept' });
      const raw = formOf([['documents[]', 'via.png']], { _method: 'PUT', name: 'should this stick' });
      expect(clientOf(await target.ask(`/api/v1/clients/${id}`, { raw }))).toMatchObject({
        name: 'Kept',
        documents: [{ name: 'via.png' }],
      });
    });

    it('[175] with a POST breaks the server', async () => {
      const raw = formOf([['documents[]', 'new.png']], { name: 'mp create' });
      expect((await target.ask('/api/v1/clients', { raw })).status).toBe(500);
    });

    it('[345] lists the documents of a client', async () => {
      const { id } = await target.create({ name: 'Listed' });
      const list = async (): Promise<unknown> =>
        (await target.ask(`/api/v1/clients/${id}/documents`, { json: {} })).body;
      expect(await list()).toMatchObject({ data: [], meta: { pagination: { total: 0 } } });
      await target.ask(`/api/v1/clients/${id}/upload`, { raw: formOf([['documents[]', 'a.png']]) });
      expect(await list()).toMatchObject({ data: [{ name: 'a.png' }], meta: { pagination: { total: 1 } } });
    });

    it('[180] knows no unknown client', async () => {
      expect((await target.ask('/api/v1/clients/zzzzzzzzzz/upload', { raw: formOf([]) })).status).toBe(400);
    });

    it.skipIf(LACKS_PASSWORD)('[179] deletes a document only with the password', async () => {
      const { id } = await target.create({ name: 'Delete' });
      const { documents } = clientOf(
        await target.ask(`/api/v1/clients/${id}/upload`, { raw: formOf([['documents[]', 'a.png']]) }),
      );
      const path = `/api/v1/documents/${String(documents[0]?.['id'])}`;
      const refused = await target.ask(path, { method: 'DELETE' });
      expect([refused.status, refused.body]).toEqual([412, { message: 'Invalid Password', errors: {} }]);
      expect((await target.read(id)).documents).toHaveLength(1);
      await target.ask(path, { method: 'DELETE', headers: { 'X-API-PASSWORD': target.password } });
      expect((await target.read(id)).documents).toEqual([]);
    });
  });
});
