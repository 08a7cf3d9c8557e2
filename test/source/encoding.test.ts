/** Files in encodings that they neither say nor show by a mark: which one is found, what is said, what is refused. */

import { decode, encode } from 'iconv-lite';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import { guessEncoding, GUESS_SCORE_MIN } from '../../src/source/encoding-guess.js';
import { CellSample } from '../../src/source/encoding-sample.js';
import { profileFile } from '../../src/source/probe.js';
import { writeRejectsFile } from '../../src/source/rejects-file.js';
import { cellsOf, inFolder, readAll, readPath, writeFile } from './write.js';

type Cells = readonly string[];

/** Lists as they are exported in a language: header, then rows. */
const LISTS = {
  german: [
    'Nachname;Straße;Ort',
    'Grönemeyer;Hüttenweg 3;Köpenick',
    'Käßmann;Mühlstraße 12;Plön',
    'Ueckermann;Am Markt;Ulm',
  ],
  french: ['Prénom;Société;Ville', 'Nadège Bérard;Crèmerie Générale;Sète', 'Benoît Hébrard;Forêt & Fils;Châlons'],
  spanish: ['Compañía;Teléfono;Población', 'Iñaki Zúñiga;91 555;Alcorcón', 'Panadería Peñafiel;93 555;Cáceres'],
  portuguese: ['Endereço;Município;Observações', 'Rua São Bento;Évora;Brandão', 'Avenida Conceição;Guimarães;Assunção'],
  danish: ['Navn;Vej;By', 'Rasmus Søgård;Kærvej 2;Nørresundby', 'Bjørg Æbelø;Åboulevarden;Rødovre'],
  swedish: ['Företag;Gata;Ort', 'Håkan Sjölund;Älvgatan 2;Örnsköldsvik', 'Åkerblom Måleri;Östra Ågatan;Växjö'],
  polish: ['Imię;Nazwisko;Miejscowość', 'Grażyna;Jagiełło;Świdnica', 'Łucja;Wąsowska;Kołobrzeg', 'Zdzisław;Pięta;Żory'],
  czech: [
    'Příjmení;Ulice;Město',
    'Přibyl;Dlouhá třída;Jindřichův Hradec',
    'Šťastná;Křižíkova;Říčany',
    'Žďárský;Úzká;Mělník',
  ],
  hungarian: [
    'Cégnév;Utca;Város',
    'Erdős Pál;Fő út;Kőszeg',
    'Szűcs Béla;Hősök tere;Fűzfő',
    'Kovács Bútor;Petőfi út;Győr',
  ],
  croatian: ['Tvrtka;Prezime;Županija', 'Lučić d.o.o.;Mandžukić;Međimurje', 'Škrlec obrt;Perišić;Đurđevac'],
  russian: ['Фамилия;Улица;Город', 'Чайковский;Пушкина;Тула', 'Щербакова;Лесная;Ярославль', 'Ёлкин;Южная;Мурманск'],
  ukrainian: ['Прізвище;Вулиця;Місто', 'Лисенко;Лесі Українки;Черкаси', 'Їжакевич;Європейська;Біла Церква'],
  bulgarian: ['Фамилия;Улица;Град', 'Стоичков;Витоша;Велико Търново', 'Въчева;Шипка;Ямбол'],
  greek: ['Επώνυμο;Οδός;Πόλη', 'Αλεξανδρόπουλος;Ερμού;Ρόδος', 'Χατζηδάκης;Λεωφόρος Συγγρού;Καλαμάτα'],
  turkish: [
    'Soyadı;Şehir;Açıklama',
    'Erdoğdu;Kütahya;Işıklı Sokağı',
    'Çakıroğlu;Iğdır;müşteri',
    'Güneş;Nevşehir;satış',
  ],
  lithuanian: ['Pavardė;Gatvė;Miestas', 'Marčiulionis;Žaliakalnio;Šakiai', 'Grybauskaitė;Ąžuolų;Ukmergė'],
  latvian: ['Uzvārds;Iela;Pilsēta', 'Dombrovskis;Brīvības;Kuldīga', 'Vīķe;Skolas;Kuldīga', 'Bērziņa;Mežģīņu;Rēzekne'],
  estonian: ['Nimi;Tänav;Küla', 'Tõnis Mägi;Põhja tee;Võsu', 'Käärik OÜ;Jõe;Räpina'],
  japanese: ['氏名;住所;会社名', '中島一郎;横須賀市本町3丁目;株式会社みらい', '鈴木花子;仙台市青葉区;ヤマダ電機'],
  chinese: ['姓名;地址;公司', '黄晓明;苏州市工业园区;联想集团有限公司', '张伟;深圳市南山区科技路;华夏贸易'],
  taiwanese: ['姓名;地址;公司', '蔡英文;臺中市西屯區文心路;統一企業股份有限公司', '陳怡君;高雄市前鎮區;大同公司'],
  korean: ['이름;주소;회사', '홍길동;경기도 성남시 분당구;삼성전자 주식회사', '김영희;부산광역시 해운대구;한국무역'],
  hebrew: ['שם משפחה;כתובת;עיר', 'רבינוביץ;רחוב הרצל;רמת גן', 'שטרן;שדרות רוטשילד;תל אביב'],
  arabic: ['الاسم;العنوان;المدينة', 'سعيد العتيبي;شارع الملك فهد;مكة المكرمة', 'ليلى منصور;حي الزهور;الإسكندرية'],
} as const satisfies Readonly<Record<string, Cells>>;

type List = keyof typeof LISTS;

const WESTERN: readonly List[] = ['german', 'french', 'spanish', 'portuguese', 'danish', 'swedish'];
const CENTRAL: readonly List[] = ['polish', 'czech', 'hungarian', 'croatian'];
const CASES: readonly (readonly [encoding: string, lists: readonly List[]])[] = [
  ['windows-1252', WESTERN],
  ['iso-8859-15', ['german', 'french', 'spanish']],
  ['macintosh', WESTERN],
  ['cp850', WESTERN],
  ['cp437', ['german', 'french', 'swedish']],
  ['windows-1250', CENTRAL],
  ['iso-8859-2', CENTRAL],
  ['cp852', CENTRAL],
  ['windows-1251', ['russian', 'ukrainian', 'bulgarian']],
  ['koi8-r', ['russian', 'bulgarian']],
  ['cp866', ['russian', 'bulgarian']],
  ['iso-8859-5', ['russian', 'bulgarian']],
  ['windows-1253', ['greek']],
  ['iso-8859-7', ['greek']],
  ['windows-1254', ['turkish']],
  ['windows-1257', ['lithuanian', 'latvian', 'estonian']],
  ['windows-1255', ['hebrew']],
  ['windows-1256', ['arabic']],
  ['shift_jis', ['japanese']],
  ['euc-jp', ['japanese']],
  ['gb18030', ['chinese']],
  ['big5', ['taiwanese']],
  ['euc-kr', ['korean']],
];

const rowsOf = (list: Cells): readonly Cells[] => list.map((line) => line.split(';'));

describe('a file without a mark', () => {
  it.each(CASES.flatMap(([encoding, lists]) => lists.map((list) => [encoding, list] as const)))(
    'in %s, %s, is read as it was written',
    async (encoding, list) => {
      const [header, ...rows] = rowsOf(LISTS[list]);
      const result = await readAll(encode(`${LISTS[list].join('\r\n')}\r\n`, encoding), {}, 64);
      expect(result.profile.columns).toEqual(header);
      expect(cellsOf(result)).toEqual(rows);
      const note = result.profile.notes.find(({ code }) => code === 'encoding-guessed');
      expect(note?.message).toContain(result.profile.encoding);
      expect(note?.message).toMatch(/score (?:0\.\d\d|1\.00)/);
    },
  );

  it.each([
    ['windows-1252', 'Grönemeyer'],
    ['cp850', 'Grönemeyer'],
    ['cp850', 'Käßmann'],
    ['macintosh', 'Müller'],
    ['windows-1250', 'Łódź'],
    ['windows-1251', 'Гагарин'],
    ['windows-1252', 'Café'],
    ['windows-1252', 'Søren'],
    ['windows-1252', 'Joe’s Diner'],
    ['windows-1252', '5 €'],
    ['windows-1252', 'CONCEIÇÃO'],
  ])('in %s is told by one cell in the last row of 300 KB: %s', async (encoding, name) => {
    const filler = 'Acme Ltd,London\n'.repeat(20_000);
    const result = await readAll(
      Buffer.concat([Buffer.from(`Name,City\n${filler}`), encode(`${name},Bonn`, encoding)]),
    );
    expect(result.rows.at(-1)?.cells).toEqual([name, 'Bonn']);
  });

  it('is judged by all of it: what the first part leaves open, cells behind it decide', async () => {
    const rows = 'Straße,Ulm\n'.repeat(40_000);
    const bytes = Buffer.concat([
      encode(`Name,City\n${rows}`, 'win1250'),
      encode('Dvořák,Plzeň\nPřibyl,Třebíč\n', 'win1250'),
    ]);
    const result = await readAll(bytes);
    expect(result.profile.encoding).toBe('windows-1250');
    expect(result.rows.at(-1)?.cells).toEqual(['Přibyl', 'Třebíč']);
  });

  it('that is Western with symbols only stays windows-1252', async () => {
    const result = await readAll(encode('Name,Note\nAcme®,§ 12 – “ok” 20 °C\nO’Hara,5 €\n', 'win1252'));
    expect(result.profile.encoding).toBe('windows-1252');
  });

  it('says nothing of a guess where it is UTF-8, marked or stated', async () => {
    const text = `${LISTS.german.join('\n')}\n`;
    const codes = async (bytes: Buffer, encoding?: string): Promise<Cells> =>
      (await profileFile(writeFile(bytes), encoding === undefined ? {} : { encoding })).notes.map(({ code }) => code);
    expect(await codes(Buffer.from(text))).toEqual([]);
    expect(await codes(encode(text, 'utf-16le', { addBOM: true }))).toEqual([]);
    expect(await codes(encode(text, 'cp850'), 'cp850')).toEqual([]);
    expect(await codes(encode(text, 'utf-16le', { addBOM: false }))).toEqual(['encoding-guessed']);
  });
});

describe('a file whose encoding cannot be told', () => {
  // Neither letters beside each other nor symbols that lists have, in any encoding.
  const bytes = encode('Id;Code\n1;aĽX)\n2;‹©Őż\n3;aŽ)ß\n4;7F\u00a0\n', 'windows-1250');

  it('is refused with cells as the best candidates read them', async () => {
    const error = await profileFile(writeFile(bytes)).then(
      () => expect.fail('the file was not refused'),
      (cause: unknown) => cause as SyncError,
    );
    expect(error.code).toBe('file-encoding');
    expect(error.message).toContain(`${GUESS_SCORE_MIN} is needed`);
    expect(error.hint).toContain('--encoding NAME');
    expect(error.hint).toContain('source.encoding');
    const { candidates } = error.details as { candidates: { encoding: string; score: number; cells: Cells }[] };
    expect(candidates.length).toBeGreaterThanOrEqual(2);
    expect(candidates.length).toBeLessThanOrEqual(3);
    for (const { encoding, score, cells } of candidates) {
      expect(error.hint).toContain(`${encoding}: `);
      expect(score).toBeLessThan(GUESS_SCORE_MIN);
      expect(cells.length).toBeLessThanOrEqual(5);
    }
  });

  it.each([
    ['windows-1250', 'Drăghici'],
    ['windows-1254', 'Uğur'],
  ])('is refused when all that speaks for windows-1252 is that most files are: %s, %s', async (encoding, name) => {
    const file = writeFile(encode(`Name,City\nAcme,London\n${name},York\n`, encoding));
    await expect(profileFile(file)).rejects.toMatchObject({
      code: 'file-encoding',
      message: expect.stringContaining('0.85 is needed') as string,
      hint: expect.stringContaining(name) as string,
    });
  });

  it('is read when the encoding is stated, under any of its names', async () => {
    for (const name of ['cp437', 'IBM437', 'windows-1251'])
      expect((await readAll(bytes, { encoding: name })).rows).toHaveLength(4);
  });

  it('is refused as what it is when it has switches in it', async () => {
    await expect(profileFile(writeFile('Name,City\n\u001b$B;3ED\u001b(B,Tokyo\n'))).rejects.toMatchObject({
      code: 'file-encoding',
      message: expect.stringContaining('ISO-2022') as string,
    });
  });
});

describe('a file of rejects', () => {
  it.each(['shift_jis', 'big5', 'utf-32le', 'utf-32be'])('in %s has its rows as they stand', async (encoding) => {
    // The last byte of ポ in Shift_JIS is that of a bar.
    const list =
      encoding === 'big5' ? LISTS.taiwanese : ['氏名|住所|会社名', '中島|横須賀市本町|ポ', '鈴木花子|仙台市|ポポ|'];
    const bar = list.map((line) => line.replaceAll(';', '|'));
    const source = await readAll(encode(`${bar.join('\r\n')}\r\n`, encoding), { encoding, delimiter: '|' });
    const out = inFolder(`rejects-${encoding}.csv`);
    const reasons = [{ column: null, code: 'x', value: 'v', hint: 'h' }];
    await writeRejectsFile(
      source.profile,
      source.rows.map(({ line, endLine }) => ({ line, endLine, reasons })),
      out,
    );
    const again = await readPath(out, { encoding, delimiter: '|' });
    expect(again.broken).toEqual([]);
    expect(again.rows.map(({ cells }) => cells.slice(0, 3))).toEqual(cellsOf(source));
  });
});

describe('guessing', () => {
  it('finds names of one language in each of its encodings, however they are put together', () => {
    const words = (lists: readonly List[]): readonly string[] =>
      lists.flatMap((list) => LISTS[list].flatMap((line) => line.split(';'))).filter((word) => /[^ -~]/.test(word));
    const kinds = [
      { encodings: ['windows-1252', 'macintosh', 'cp850'], words: words(['german', 'swedish']) },
      { encodings: ['windows-1250', 'cp852'], words: words(['czech']) },
      { encodings: ['windows-1251', 'koi8-r', 'cp866'], words: words(['russian']) },
      { encodings: ['shift_jis', 'euc-jp'], words: words(['japanese']) },
    ] as const;
    const choice = fc
      .constantFrom(...kinds)
      .chain((kind) =>
        fc.tuple(fc.constantFrom(...kind.encodings), fc.shuffledSubarray([...kind.words], { minLength: 4 })),
      );
    fc.assert(
      fc.property(choice, ([encoding, cells]) => {
        const [best] = guessEncoding(cells.map((cell) => encode(cell, encoding)));
        expect(best.cells).toEqual(cells);
        expect(best.score).toBeGreaterThanOrEqual(GUESS_SCORE_MIN);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the sample of cells', () => {
  it('holds whole cells, each of them once, whatever stands behind them', () => {
    for (let behind = 0; behind < 70; behind++) {
      const text = `番号;氏名\r\n1;田中太郎;株式会社山本製作所\r\n${'x'.repeat(behind)}\r\n`;
      for (const size of [1000, 20, 9]) {
        const sample = new CellSample();
        const bytes = encode(text, 'shift_jis');
        for (let at = 0; at < bytes.length; at += size) sample.push(bytes.subarray(at, at + size));
        const cells = sample.finish().map((cell) => decode(cell, 'shift_jis'));
        expect(cells).toEqual(['番号', '氏名', '田中太郎', '株式会社山本製作所']);
      }
    }
  });
});

describe('a file that was put together from two encodings', () => {
  const rows = (text: string, encoding: string): Buffer => encode(text, encoding);

  it.each([
    [
      'UTF-16 behind UTF-8',
      [
        rows('Name;Ort\r\nSchäfer;Bonn\r\n', 'utf-8'),
        Buffer.from([0xff, 0xfe]),
        rows('Name;Ort\r\nMüller;Köln\r\n', 'utf-16le'),
      ],
    ],
    [
      'UTF-8 behind windows-1251',
      [rows('Имя;Город\r\nИванов;Москва\r\nПетров;Казань\r\n', 'windows-1251'), rows('Сидоров;Самара\r\n', 'utf-8')],
    ],
  ])('is refused: %s', async (_, parts) => {
    const refused = profileFile(writeFile(Buffer.concat(parts)));
    await expect(refused).rejects.toMatchObject({
      code: 'file-encoding',
      message: expect.stringContaining('two encodings') as string,
    });
  });

  it.each([
    [
      'Latin among Cyrillic',
      'Имя;Город\r\nИванов;Москва\r\nПетров;Казань\r\n',
      'windows-1251',
      'Müller;Köln\r\n',
      'windows-1252',
      '"Mьller", "Kцln"',
    ],
    [
      'DOS behind Windows',
      `Name;Ort\r\n${'Schäfer;Bonn\r\nMüller;Köln\r\nÖhm;Fürth\r\n'.repeat(5)}`,
      'windows-1252',
      'Größe;Fürth\r\n',
      'cp850',
      '"Gr”áe", "F�rth"',
    ],
  ])('has its odd cells shown: %s', async (_, first, one, second, other, shown) => {
    const { profile } = await readAll(Buffer.concat([rows(first, one), rows(second, other)]));
    const said = profile.notes.filter(({ code }) => code === 'encoding-misfits').map(({ message }) => message);
    expect(said).toEqual([expect.stringContaining(`Read as ${one} ${shown} look wrong`)]);
  });

  it.each([
    ['windows-1252', 'Name;Ort\r\nO’Brien – “Zum € Löwen”;Köln\r\nL’Oréal « Été »;Nîmes\r\n'],
    ['windows-1251', 'Имя;Город\r\nООО «Ромашка» №5;Москва\r\nЗАО Iron-Групп;Тверь\r\n'],
    ['shift_jis', '氏名;市\r\n田中太郎;大阪市\r\n株式会社山本;横浜市\r\n鈴木一郎;東京都\r\n'],
  ])('is not suspected in sound %s', async (encoding, text) => {
    const { profile } = await readAll(rows(text, encoding));
    expect(profile.encoding).toBe(encoding);
    expect(profile.notes.map(({ code }) => code)).toEqual(['encoding-guessed']);
  });
});
