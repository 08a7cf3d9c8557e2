/** Where a request goes: with its query as it is sent, and without anything of a client as it is counted and shown. */

import { assert } from '../errors.js';

interface Routed {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

export function fullPath(request: Routed): string {
  assert(request.path.startsWith('/'), 'a path begins with a slash');
  const query = new URLSearchParams(request.query ?? {}).toString();
  return `/api/v1${request.path}${query === '' ? '' : `?${query}`}`;
}

/** `PUT /clients/*`: method and route. */
export function kindOf({ method, path }: Routed): string {
  return `${method} ${path.replace(/^(\/[^/]+\/)[^/]+/, '$1*')}`;
}

/** `/api/v1/clients/{id}/upload` */
export function routeOf({ path }: Routed): string {
  const [, resource = '', id, ...rest] = path.split('/');
  const second = id === undefined || id === 'bulk' || id === 'create' ? id : '{id}';
  return ['/api/v1', resource, second, ...rest].filter((part) => part !== undefined).join('/');
}
