/** An expression in the words of a job file: what this gives can be copied into one. */

import type { Expression } from '../mapping/expression.js';
import { quote } from './quote.js';

export function writeExpression(expression: Expression): string {
  if (typeof expression === 'string') return quote(expression);
  const entries = Object.entries(expression).filter(([, value]) => value !== undefined);
  return `{ ${entries.map(([key, value]) => `${quote(key)}: ${writeValue(value)}`).join(', ')} }`;
}

function writeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  return writeExpression(value as Expression);
}
