/** A local https server with a certificate of its own for `localhost` and `127.0.0.1`; the key is good for nothing else. */

import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUBlegI+pkNE1cCTjcDIwLkQ0irFowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE4NTk1MFoYDzIxMjYxMDI5
MTg1OTUwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATOJk+y3kvYyEOF2Y9NN4ZBht6VC0vowf+mosL+hSVfK1cg+OXR1tFC
TT8QvSo3EtzfyFJDY+ofRZgy54YeNv9Go28wbTAdBgNVHQ4EFgQUrcDCxNkbKZKA
tV1NvEZ14m51/8wwHwYDVR0jBBgwFoAUrcDCxNkbKZKAtV1NvEZ14m51/8wwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgN8zRw0WDhOyKN724v5QhN43RLrNzyYek7D0ihoof3FcCIEhV
M1PQHXhEjnSk7cneqHcMalH96renFDarakVjbsS1
-----END CERTIFICATE-----
`;

const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHqgm9e1ODlnb3Wqd
9Ux7yL2rRFSs8uEZkemsJWJTSmGhRANCAATOJk+y3kvYyEOF2Y9NN4ZBht6VC0vo
wf+mosL+hSVfK1cg+OXR1tFCTT8QvSo3EtzfyFJDY+ofRZgy54YeNv9G
-----END PRIVATE KEY-----
`;

export interface HttpsServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startHttps(listener: RequestListener): Promise<HttpsServer> {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, listener);
  // A client that hangs up in the middle is what some tests are about.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
