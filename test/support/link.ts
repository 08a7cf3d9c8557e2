/** A link to a server that can be cut, as networks are: nobody is told, bytes just no longer arrive. */

import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Link {
  /** The server's URL, by way of the link. */
  readonly url: string;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param to URL of the server */
export async function openLink(to: string): Promise<Link> {
  const far = new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (isCut) socket.pause();
  };
  const server = createServer((near) => {
    const line = connect(Number(far.port), far.hostname);
    keep(near);
    keep(line);
    near.on('data', (data) => void line.write(data));
    line.on('data', (data) => void near.write(data));
    // While it is cut, the end of a connection does not arrive either.
    near.on('close', () => line.destroy());
    line.on('close', () => near.destroy());
    if (isCut) for (const socket of [near, line]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
