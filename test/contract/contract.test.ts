/**
 * The clients API as it was measured on Invoice Ninja 5.10.17, case by case: each names the recordings in FACTS.md that it rests on. It runs
 * against the sandbox, which must not differ, and against a real server where NINJA_URL and NINJA_TOKEN are set: self-hosted, a company
 * in US dollars and the United States, without clients. See docs/sandbox.md.
 */

// oxlint-disable import/no-unassigned-import -- each of the imports below registers its cases
import { afterAll, beforeAll } from 'vitest';

import { closeTarget, openTarget } from './target.js';

import './any-request.cases.js';
import './get-clients.cases.js';
import './post-clients.cases.js';
import './post-clients-stored.cases.js';
import './post-clients-refused.cases.js';
import './get-client.cases.js';
import './put-client.cases.js';
import './put-client-refused.cases.js';
import './updated-at.cases.js';
import './parallel.cases.js';
import './delete-and-bulk.cases.js';
import './documents.cases.js';
import './statics-and-refresh.cases.js';

beforeAll(openTarget);

afterAll(closeTarget, 300_000);
