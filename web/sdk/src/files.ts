import type { FileCommands } from './api.js';
import type { StatementFilter } from './model.js';
import type { FileBytes, FileDoor, Platform, UploadOptions } from './platform.js';

/** Files travel over HTTP beside the connection, so that a large one holds up no message. */
export class Files implements FileCommands {
  private readonly door: FileDoor;

  constructor(
    private readonly platform: Platform,
    address: string,
    token: string,
  ) {
    this.door = { address: address.replace(/^ws/, 'http').replace(/\/$/, ''), token };
  }

  async upload(file: FileBytes, name: string, options: UploadOptions = {}) {
    return (await this.platform.files()).uploadFile(this.door, file, name, options);
  }

  async download(id: string) {
    return (await this.platform.files()).downloadFile(this.door, `/v1/files/${id}`);
  }

  /** The statement as a table; it is streamed, and so no matter for the connection. */
  async statement(filter: StatementFilter) {
    return (await this.platform.files()).downloadStatement(this.door, filter);
  }
}
