/** The control endpoints: no token, POST only, a plain 400 with a text for what cannot be done. */

import { z } from 'zod';
import type { Answer } from './answer.js';
import { answerJson } from './answer.js';
import type { PersonEdit } from './edit.js';
import type { FaultRule } from './faults.js';
import { readFaultRules } from './faults.js';

/** What the endpoints do; the functions throw an `Error` for what cannot be done. */
export interface Controls {
  /** Empties everything, then invents clients; returns how many. */
  reset(clients: number): number;
  addFaults(rules: readonly FaultRule[]): void;
  clearFaults(): void;
  edit(id: string, edit: PersonEdit): void;
}

const input = z.record(z.string(), z.unknown());
const editSchema = z.strictObject({
  id: z.string(),
  fields: input.optional(),
  settings: input.optional(),
  addContact: input.optional(),
  changeContact: z.looseObject({ id: z.string() }).optional(),
  removeContact: z.string().optional(),
  balance: z.number().optional(),
  state: z.enum(['archived', 'deleted', 'active']).optional(),
});

export function control(controls: Controls, method: string, path: string, body: Buffer): Answer {
  try {
    if (method !== 'POST') return refuse('Control requests are POST.');
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    switch (path) {
      case '/_sandbox/reset': {
        const { clients = 0 } = value as { readonly clients?: number };
        return answerJson(JSON.stringify({ clients: controls.reset(clients) }));
      }
      case '/_sandbox/faults': {
        const rules = readFaultRules(value);
        if (typeof rules === 'string') return refuse(rules);
        if (rules.length === 0) controls.clearFaults();
        controls.addFaults(rules);
        return answerJson(JSON.stringify({ added: rules.length }));
      }
      case '/_sandbox/edit': {
        const parsed = editSchema.safeParse(value);
        if (!parsed.success) return refuse(`No edit: ${z.prettifyError(parsed.error)}`);
        const { id, ...edit } = parsed.data;
        controls.edit(id, edit as PersonEdit);
        return answerJson('{}');
      }
      default:
        return refuse('There are /_sandbox/reset, /_sandbox/faults and /_sandbox/edit.');
    }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(message: string): Answer {
  return answerJson(JSON.stringify({ message }), 400);
}
