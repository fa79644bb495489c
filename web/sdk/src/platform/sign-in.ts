import { create, type DescMessage, fromJson, type JsonValue, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { LaiseeError } from '../failure.js';
import { ErrorSchema, type SignedIn, SignedInSchema, SignInSchema, SignUpSchema } from '../protocol.js';

export interface SignInDoor {
  /** Servers, as "https://host"; the next is tried when one does not answer. */
  readonly addresses: readonly string[];
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

export function signUp(door: SignInDoor, form: MessageInitShape<typeof SignUpSchema>): Promise<SignedIn> {
  return ask(door, '/v1/sign-up', toBody(SignUpSchema, form), false);
}

export function signIn(door: SignInDoor, form: MessageInitShape<typeof SignInSchema>): Promise<SignedIn> {
  return ask(door, '/v1/sign-in', toBody(SignInSchema, form), true);
}

function toBody<D extends DescMessage>(schema: D, form: MessageInitShape<D>): string {
  return JSON.stringify(toJson(schema, create(schema, form)));
}

/** `repeatable`: signing up elsewhere after a lost answer would say that the name is taken, which would mislead. */
async function ask(door: SignInDoor, path: string, body: string, repeatable: boolean): Promise<SignedIn> {
  const fetch = door.fetch ?? globalThis.fetch.bind(globalThis);
  let failure = LaiseeError.offline();
  for (const address of door.addresses) {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), door.timeoutMs ?? 15_000);
    try {
      const response = await fetch(address.replace(/^ws/, 'http').replace(/\/$/, '') + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: cut.signal,
      });
      const answer = (await response.json()) as JsonValue;
      if (response.ok) return fromJson(SignedInSchema, answer, { ignoreUnknownFields: true });
      const refused = LaiseeError.from(fromJson(ErrorSchema, answer, { ignoreUnknownFields: true }));
      if (refused.kind !== 'operation') throw refused;
      failure = refused;
    } catch (reason) {
      if (reason instanceof LaiseeError) throw reason;
      failure = LaiseeError.unanswered();
      if (cut.signal.aborted && !repeatable) throw failure;
    } finally {
      clearTimeout(timer);
    }
  }
  throw failure;
}
