/** The source of a job, by the scheme of its address. */

import { assert } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import { placesOf } from '../../job/source-address.js';
import { HttpsSource } from './https-source.js';
import { SftpSource } from './sftp-source.js';
import type { RemoteSource, SourceDeps } from './source.js';

/** @param job one with `source.from` */
export function openSource(deps: SourceDeps, job: Job): RemoteSource {
  const places = placesOf(job.source.from);
  const [first] = places;
  assert(first !== undefined, `${job.name} has a source to fetch from`);
  return first.url.startsWith('sftp://') ? new SftpSource(deps, job, first) : new HttpsSource(deps, job, places);
}
