import type { FileCommands } from './api.js';
import { LaiseeError } from './failure.js';
import type { StatementFilter } from './model.js';
import type { FileBytes, FileCarrier, FileDoor, Platform, UploadOptions } from './platform.js';

/** Files travel over HTTP beside the connection, so that a large one holds up no message. */
export class Files implements FileCommands {
  private readonly doors: readonly FileDoor[];
  /** The door that answered last is the first to be tried. */
  private known = 0;

  constructor(
    private readonly platform: Platform,
    addresses: readonly string[],
    token: string,
  ) {
    this.doors = addresses.map((address) => ({ address: address.replace(/^ws/, 'http').replace(/\/$/, ''), token }));
  }

  upload(file: FileBytes, name: string, options: UploadOptions = {}) {
    // A file that came twice, because an answer was lost, is one that nothing refers to.
    return this.atSomeDoor((carrier, door) => carrier.uploadFile(door, file, name, options), options.signal);
  }

  download(id: string) {
    return this.atSomeDoor((carrier, door) => carrier.downloadFile(door, `/v1/files/${id}`));
  }

  /** The statement as a table; it is streamed, and so no matter for the connection. */
  statement(filter: StatementFilter) {
    return this.atSomeDoor((carrier, door) => carrier.downloadStatement(door, filter));
  }

  /** Goes on to the next address while one does not answer, or says that it cannot now. */
  private async atSomeDoor<T>(
    work: (carrier: FileCarrier, door: FileDoor) => Promise<T>,
    signal?: UploadOptions['signal'],
  ): Promise<T> {
    const carrier = await this.platform.files();
    let failure = LaiseeError.offline();
    for (const _ of this.doors) {
      const door = this.doors[this.known % this.doors.length];
      if (!door) break;
      try {
        return await work(carrier, door);
      } catch (reason) {
        if (!(reason instanceof LaiseeError) || !reason.retryable || signal?.aborted) throw reason;
        failure = reason;
        this.known++;
      }
    }
    throw failure;
  }
}
