/** A server that is away for a while, as during a restart: nobody listens on its port. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Outage {
  readonly #server: Server;
  #timer: NodeJS.Timeout | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /** While it lasts, no answer may keep its connection. */
  get isOn(): boolean {
    return this.#timer !== null;
  }

  /** Idle connections are closed and new ones refused; what is under way gets its answer. */
  begin(lengthMs: number): void {
    if (this.isOn) return;
    const { port, address } = this.#server.address() as AddressInfo;
    this.#server.close();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#server.listen(port, address);
    }, lengthMs);
  }

  /** The server stays away. */
  forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
