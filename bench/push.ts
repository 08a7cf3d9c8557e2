/** placeholder */
import type { Line } from './measure.js';
export async function benchPush(_options: {
  rows: number;
  folder: string;
  jobPath: string;
  cli: string;
}): Promise<readonly Line[]> {
  return [];
}
