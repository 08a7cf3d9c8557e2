/**
 * The ways in which the server says no. Thrown anywhere below a route, turned into an answer in one place (answer.ts),
 * because the same refusal has two faces: JSON for API clients, HTML or a redirect for everybody else.
 */

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

type RefusalKind =
  /** 403, JSON in any case [003-008] */
  | 'token'
  /** 401 [079, 092] */
  | 'permission'
  /** 400 for API clients, 404 as HTML [086-091] */
  | 'missing'
  /** 400 [198, 328] */
  | 'request'
  /** 404 [015, 341] */
  | 'method'
  /** 412, JSON in any case [179, 337] */
  | 'password'
  /** 422, a redirect for everybody else [046, 077] */
  | 'validation'
  /** 500 without a word [060] */
  | 'broken';

export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
    readonly errors?: FieldErrors,
  ) {
    super(message);
  }
}

export const refuseToken = (message: string): Refusal => new Refusal('token', message, {});
export const refusePermission = (): Refusal => new Refusal('permission', 'This action is unauthorized.');
export const refuseMethod = (): Refusal => new Refusal('method', 'Method not supported for this route');
export const refusePassword = (): Refusal => new Refusal('password', 'Invalid Password', {});
export const refuseFields = (errors: FieldErrors): Refusal =>
  new Refusal('validation', 'The given data was invalid.', errors);
/** Where the real server runs into an exception of its own. */
export const breakDown = (): Refusal => new Refusal('broken', 'Server Error');

/** `id` as it stood in the path. FACTS.md [086-090, 154-156]. */
export function refuseId(id: string, model: 'Client' | 'Document' = 'Client'): Refusal {
  const text = /^\d+$/.test(id)
    ? `Record with value ${id} not found`
    : `No query results for model [App\\Models\\${model}].`;
  return new Refusal('missing', text);
}
