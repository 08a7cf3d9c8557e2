/** What a job says of where its exports are fetched. */

import { placesOf } from './source-address.js';
import type { Job } from './schema.js';

/** Is what the job reads fetched from elsewhere? */
export function isFetched(job: Job): boolean {
  return job.source.from !== undefined;
}

/** Does each new export of the job make an older one of no use? Files in a folder are each a run of their own. */
export function isSnapshot(job: Job): boolean {
  return placesOf(job.source.from).every(({ url }) => url.startsWith('https://'));
}
