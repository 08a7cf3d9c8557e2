/** Texts of a job file that stand for a number. */

import { z } from 'zod';
import { parseDuration } from './duration.js';
import { parseSize } from './size.js';

/** Milliseconds. */
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'a duration such as 30s, 10m, 24h or 7d')
  .transform((text) => parseDuration(text) ?? 0);

/** Bytes. */
export const size = z
  .string()
  .refine((text) => parseSize(text) !== null, 'a size such as 200 MB or 2 GB')
  .transform((text) => parseSize(text) ?? 0);
