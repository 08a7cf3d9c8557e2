/** What a job file says about people who are to be told: `notify` and `expect`. */

import { z } from 'zod';
import { parseDuration } from './duration.js';

/** Everything that may be told. */
export const EVENTS = [
  'done',
  'done-with-rejects',
  'breached',
  'failed',
  'awaiting-approval',
  'late',
  'unusual',
  'recovered',
] as const;

export type EventName = (typeof EVENTS)[number];

/** What somebody has to act on, and that it is over: told unless somebody chose otherwise. */
export const EVENTS_DEFAULT: readonly EventName[] = [
  'breached',
  'failed',
  'awaiting-approval',
  'late',
  'unusual',
  'recovered',
];

export const eventsSchema = z.array(z.enum(EVENTS)).min(1);
export const channelNamesSchema = z.array(z.string().min(1));

export const notifySchema = z.strictObject({
  on: eventsSchema.optional().describe('what is told; by default what notify.yaml says'),
  to: channelNamesSchema.optional().describe('channels of notify.yaml; `[]` tells nobody'),
});

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export const expectSchema = z.strictObject({
  every: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) >= 60_000, 'a duration of at least a minute, such as 24h or 7d')
    .transform((text) => parseDuration(text) ?? 0)
    .optional()
    .describe('an export comes at least this often'),
  by: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as "06:00", in quotes')
    .optional()
    .describe('a new export is there at this time of the day'),
  days: z.array(z.enum(WEEKDAYS)).min(1).optional().describe('with `by`: on these days only'),
  timezone: z.string().default('UTC').describe('of `by`'),
});

export type Expectation = z.output<typeof expectSchema>;
