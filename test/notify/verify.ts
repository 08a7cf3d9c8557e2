/** The receiver's side of a signature: the example of docs/notifications.md, as it stands there. */

import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

type Verify = (headers: IncomingHttpHeaders, body: string, secret: string, nowSeconds: number) => boolean;

export async function loadVerify(): Promise<Verify> {
  const text = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8');
  const code = /^```js\n(.*?)^```/ms.exec(text)?.[1] ?? '';
  const { verify } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { readonly verify: Verify };
  return verify;
}
