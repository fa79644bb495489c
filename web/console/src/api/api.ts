import { Fields } from './fields';

/** What the server said no to, or that there was no answer. */
export class Refused extends Error {
  constructor(
    /** The stable code, without its prefix; `OFFLINE` where there was no answer at all. */
    readonly code: string,
    /** For developers; screens show their own words by code. */
    message: string,
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;
type Method = 'GET' | 'POST' | 'PUT';
export type Fetch = (address: string, request: RequestInit) => Promise<Response>;

/** Calls of the operators' interface, with one operator's token. */
export class Api {
  constructor(
    private readonly token: string | undefined,
    /** Called once the server no longer knows the token. */
    private readonly onSignedOut: () => void = () => undefined,
    private readonly fetch: Fetch = (address, request) => globalThis.fetch(address, request),
  ) {}

  get(path: string, query: Query = {}): Promise<Fields> {
    const pairs = Object.entries(query).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    );
    const tail = pairs.length ? `?${new URLSearchParams(pairs)}` : '';
    return this.call('GET', path + tail);
  }

  post(path: string, body: unknown = {}): Promise<Fields> {
    return this.call('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Fields> {
    return this.call('PUT', path, body);
  }

  /** The bytes of a file that only this operator may see. */
  async file(path: string): Promise<Blob> {
    const answer = await this.ask('GET', path);
    if (!answer.ok) throw await this.refusal(answer);
    return answer.blob();
  }

  private async call(method: Method, path: string, body?: unknown): Promise<Fields> {
    const answer = await this.ask(method, path, body);
    if (!answer.ok) throw await this.refusal(answer);
    return Fields.of(await answer.json());
  }

  private async ask(method: Method, path: string, body?: unknown): Promise<Response> {
    try {
      return await this.fetch(path, {
        method,
        cache: 'no-store',
        headers: {
          ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (reason) {
      throw new Refused('OFFLINE', String(reason));
    }
  }

  private async refusal(answer: Response): Promise<Refused> {
    const fields = Fields.of(await answer.json().catch(() => ({})));
    const code = fields.kind('code', 'ERROR_CODE_') || `HTTP_${answer.status}`;
    if (answer.status === 401 && this.token) this.onSignedOut();
    return new Refused(code, fields.text('message'), fields.number('retryAfterMs'));
  }
}

/** A page of a list, and where the next one begins; no `next`: this is the last. */
export type PageOf<T> = { rows: T[]; next: string | undefined };
