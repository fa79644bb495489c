import type { Clock } from './clock.js';
import type { StatementFilter } from './model.js';
import type { UploadedFile } from './protocol.js';
import type { SocketFactory } from './socket.js';

/** All that a client takes from the machine it runs on. Only the files in `platform/` know browsers. */
export interface Platform {
  readonly socket: SocketFactory;
  readonly clock: Clock;
  /** Such that nobody else ever gets the same. */
  randomBytes(count: number): Uint8Array;
  /** How files travel; loaded when the first one does. */
  files(): Promise<FileCarrier>;
}

/** A file's bytes, where files are known: a Blob in browsers and in Node. */
export interface FileBytes {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}

export interface UploadOptions {
  /** Told as the bytes leave: from 0 to 1. */
  readonly onProgress?: (part: number) => void;
  /** Ends it; an AbortSignal is one. */
  readonly signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };
}

/** Where files go to and come from, and as whom. */
export interface FileDoor {
  /** "https://host". */
  readonly address: string;
  readonly token: string;
}

export interface FileCarrier {
  uploadFile(door: FileDoor, file: FileBytes, name: string, options?: UploadOptions): Promise<UploadedFile>;
  /** `path`: "/v1/...". */
  downloadFile(door: FileDoor, path: string): Promise<FileBytes>;
  /** Lines of the statement as a table. */
  downloadStatement(door: FileDoor, filter: StatementFilter): Promise<FileBytes>;
}
