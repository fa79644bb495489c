import { fromJson } from '@bufbuild/protobuf';
import { LaiseeError } from '../failure.js';
import type { StatementFilter } from '../model.js';
import type { FileBytes, FileDoor, UploadOptions } from '../platform.js';
import { ErrorSchema, type UploadedFile, UploadedFileSchema } from '../protocol.js';
import { statementQuery } from './statement-query.js';

/** Brings a file to the server. By XMLHttpRequest, because `fetch` cannot tell how far an upload has come. */
export function uploadFile(
  door: FileDoor,
  file: FileBytes,
  name: string,
  { onProgress, signal }: UploadOptions = {},
): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${door.address}/v1/files?name=${encodeURIComponent(name)}`);
    request.setRequestHeader('authorization', `Bearer ${door.token}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'text';
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    request.onload = () => {
      try {
        if (request.status < 300) resolve(fromJson(UploadedFileSchema, JSON.parse(request.responseText), lenient));
        else reject(refusal(request.responseText));
      } catch {
        reject(LaiseeError.unanswered());
      }
    };
    request.onerror = () => reject(LaiseeError.offline());
    request.onabort = () => reject(LaiseeError.unanswered());
    signal?.addEventListener('abort', () => request.abort());
    request.send(file as Blob);
  });
}

/** The bytes of a file that I may see. */
export async function downloadFile(door: FileDoor, path: string): Promise<Blob> {
  const answer = await fetch(door.address + path, {
    headers: { authorization: `Bearer ${door.token}` },
  }).catch(() => {
    throw LaiseeError.offline();
  });
  if (!answer.ok) throw refusal(await answer.text());
  return answer.blob().catch(() => {
    throw LaiseeError.unanswered();
  });
}

export function downloadStatement(door: FileDoor, filter: StatementFilter): Promise<Blob> {
  return downloadFile(door, `/v1/wallet/statement.csv?${statementQuery(filter, -new Date().getTimezoneOffset())}`);
}

const lenient = { ignoreUnknownFields: true };

function refusal(body: string): LaiseeError {
  try {
    return LaiseeError.from(fromJson(ErrorSchema, JSON.parse(body), lenient));
  } catch {
    return LaiseeError.unanswered();
  }
}
