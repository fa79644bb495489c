import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ErrorCode, ErrorSchema, failureKind, LaiseeError } from '../src/index.js';
import { asked, held, Lab } from './lab.js';

const codes = Object.values(ErrorCode).filter((code) => typeof code === 'number' && code > 0) as ErrorCode[];
const kindOf = (code: number) => (code < 100 ? 'request' : code < 200 ? 'operation' : 'refusal');

describe('failures', () => {
  it.each(codes.map((code) => [ErrorCode[code] ?? '', code] as const))(
    '%s has its name and kind (E1)',
    (name, code) => {
      const failure = LaiseeError.from(
        create(ErrorSchema, { code, message: 'words for developers', retryAfterMs: 250 }),
      );
      const kind = kindOf(code);
      expect(failure).toBeInstanceOf(Error);
      expect(failure).toMatchObject({ code, codeName: name, kind, retryable: kind === 'operation', local: false });
      expect(failure).toMatchObject({ retryAfterMs: 250, message: 'words for developers', name: 'LaiseeError' });
    },
  );

  it('of a code that is newer than the SDK are told apart by their range alone', () => {
    expect(new LaiseeError(99 as ErrorCode)).toMatchObject({ codeName: 'CODE_99', kind: 'request', retryable: false });
    expect(failureKind(199 as ErrorCode)).toBe('operation');
    expect(failureKind(999 as ErrorCode)).toBe('refusal');
  });

  it('made here say so: nothing was sent, or whether it was done is unknown', () => {
    expect(LaiseeError.offline()).toMatchObject({ codeName: 'UNAVAILABLE', local: true, retryable: true });
    expect(LaiseeError.unanswered()).toMatchObject({ codeName: 'DEADLINE', local: true, retryable: true });
    expect(LaiseeError.signedOut()).toMatchObject({ codeName: 'UNAUTHENTICATED', local: true, retryable: false });
  });
});

// UNAUTHENTICATED ends the whole session, whatever was asked: see the tests of signing out.
const answerable = codes.filter((code) => code !== ErrorCode.UNAUTHENTICATED);

describe('a message refused with', () => {
  it.each(answerable.map((code) => [ErrorCode[code] ?? '', code] as const))('%s', async (_, code) => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    let refused = 0;
    lab.server.refuse = (_user, { body }) => (body.case === 'sendMessage' && refused++ === 0 ? code : undefined);
    ada.client.sendText(conversation, 'hello');
    await lab.clock.advance(10_000);
    const retried = code >= 100 && code < 200;
    expect(held(ada, conversation).at(-1)).toMatchObject(
      retried ? { delivery: 'sent', failure: undefined } : { delivery: 'failed', failure: { code } },
    );
    expect(asked(ada, 'sendMessage')).toHaveLength(retried ? 2 : 1);
  });
});
