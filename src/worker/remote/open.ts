/** The source of a job, by the scheme of its address. */

import { assert } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import { placesOf } from '../../job/source-address.js';
import type { RemoteSource, SourceDeps } from './source.js';

/**
 * Each kind of source is loaded when it is needed: its library is large.
 *
 * @param job one with `source.from`
 */
export async function openSource(deps: SourceDeps, job: Job): Promise<RemoteSource> {
  const places = placesOf(job.source.from);
  const [first] = places;
  assert(first !== undefined, `${job.name} has a source to fetch from`);
  if (first.url.startsWith('s3://')) return new (await import('./s3-source.js')).S3Source(deps, job, first);
  if (first.url.startsWith('sftp://')) return new (await import('./sftp-source.js')).SftpSource(deps, job, first);
  return new (await import('./https-source.js')).HttpsSource(deps, job, places);
}
