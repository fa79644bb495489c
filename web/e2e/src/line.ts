import type { BrowserContext, WebSocketRoute } from 'playwright-core';

/** One browser's way to the server, to be cut or made deaf. */
export class Line {
  /** While true, what the server says gets lost; what the browser says does not. */
  deaf = false;
  private down = false;
  private readonly open = new Set<WebSocketRoute>();

  constructor(private readonly context: BrowserContext) {}

  /** As when the cable is pulled: what is connected breaks, nothing connects anew, and the browser knows. */
  async cut(): Promise<void> {
    this.down = true;
    await this.context.setOffline(true);
    for (const socket of this.open) await socket.close({ code: 4000 });
  }

  async mend(): Promise<void> {
    this.down = false;
    await this.context.setOffline(false);
  }

  carry(socket: WebSocketRoute): void {
    if (this.down) {
      void socket.close({ code: 4000 });
      return;
    }
    this.open.add(socket);
    const server = socket.connectToServer();
    socket.onMessage((data) => this.down || server.send(data));
    server.onMessage((data) => this.down || this.deaf || socket.send(data));
    socket.onClose((code, reason) => {
      this.open.delete(socket);
      void server.close({ ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) });
    });
    server.onClose((code, reason) => {
      this.open.delete(socket);
      void socket.close({ ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) });
    });
  }
}
