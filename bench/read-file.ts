/** `node read-file.js FILE ROWS`: looks at a file and reads all of its rows. */

import { profileFile } from '../src/source/probe.js';
import { readRows } from '../src/source/read.js';

const [file = '', wanted] = process.argv.slice(2);
let rows = 0;
for await (const batch of readRows(await profileFile(file))) rows += batch.rows.length;
if (rows !== Number(wanted)) throw new Error(`${rows} of ${wanted} rows were found.`);
