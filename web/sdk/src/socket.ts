/** One live connection, whatever carries it. */
export interface Socket {
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
}

export interface SocketEvents {
  opened(): void;
  received(data: Uint8Array): void;
  /** Called exactly once, also when it never opened. */
  closed(code: number): void;
}

/** Opens a socket; what happens to it is told later, never during this call. */
export type SocketFactory = (address: string, protocol: string, events: SocketEvents) => Socket;
