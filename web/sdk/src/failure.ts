import { ErrorCode, type Error as WireError } from './protocol.js';

/**
 * request: the request itself is wrong. operation: nothing is wrong with it, try again.
 * refusal: a rule of the product forbids it (rule E1).
 */
export type FailureKind = 'request' | 'operation' | 'refusal';

export function failureKind(code: ErrorCode): FailureKind {
  if (code >= 200) return 'refusal';
  return code >= 100 ? 'operation' : 'request';
}

/** What some refusals say beyond their code; what does not belong to the code is empty or 0. */
export type FailureDetails = Partial<Pick<WireError, 'suspension' | 'triesLeft' | 'untilMs' | 'leftFen'>>;

/** Why something was not done. */
export class LaiseeError extends Error {
  readonly kind: FailureKind;
  /** The code's name in the protocol: "INSUFFICIENT_FUNDS". */
  readonly codeName: string;

  constructor(
    readonly code: ErrorCode,
    message = '',
    /** When it makes sense to try again; 0: not by itself. */
    readonly retryAfterMs = 0,
    /** True: made here, because no answer came; false: said by the server. */
    readonly local = false,
    readonly details: FailureDetails = {},
  ) {
    const codeName = ErrorCode[code] ?? `CODE_${code}`;
    super(message || codeName);
    this.name = 'LaiseeError';
    this.codeName = codeName;
    this.kind = failureKind(code);
  }

  /** Whether the same request, with the same client id, may succeed later without anything being changed. */
  get retryable(): boolean {
    return this.kind === 'operation';
  }

  static from(error: WireError): LaiseeError {
    return new LaiseeError(error.code, error.message, error.retryAfterMs, false, error);
  }

  /** As the server would say it. */
  static refused(code: ErrorCode, details: FailureDetails = {}): LaiseeError {
    return new LaiseeError(code, '', 0, false, details);
  }

  /** No connection, so nothing was sent. */
  static offline(): LaiseeError {
    return new LaiseeError(ErrorCode.UNAVAILABLE, 'not connected', 0, true);
  }

  /** Sent, but the answer did not come: whether it was done is unknown. */
  static unanswered(): LaiseeError {
    return new LaiseeError(ErrorCode.DEADLINE, 'no answer in time', 0, true);
  }

  /** More than the server takes; sending it would only break the connection (rule T4). */
  static tooLarge(): LaiseeError {
    return new LaiseeError(ErrorCode.TOO_LARGE, 'larger than the server takes', 0, true);
  }

  static signedOut(): LaiseeError {
    return new LaiseeError(ErrorCode.UNAUTHENTICATED, 'signed out', 0, true);
  }
}
