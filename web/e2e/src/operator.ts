import { createHmac } from 'node:crypto';
import type { BrowserContext, Locator, Page } from 'playwright-core';

export type Role = 'viewer' | 'support' | 'finance' | 'admin';

/** What an operator signs in with: a password, and the secret of the authenticator app in base 32. */
export interface Secrets {
  readonly password: string;
  readonly totp: string;
}

/** Somebody at the console. */
export class Operator {
  constructor(
    readonly name: string,
    private readonly secrets: Secrets,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly url: string,
  ) {}

  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
  }

  /** Each code is good once, so nobody can do this twice within half a minute. */
  async signIn(): Promise<void> {
    await this.trySignIn(this.code());
    // On a phone the rail that names it is folded away.
    await this.page.getByTestId('self').waitFor({ state: 'attached' });
  }

  /** What the authenticator shows now. */
  code(): string {
    return totp(this.secrets.totp, Date.now());
  }

  async trySignIn(code: string, password = this.secrets.password): Promise<void> {
    await this.goto('/');
    await this.on('operator-name').fill(this.name);
    await this.on('operator-password').fill(password);
    await this.on('operator-code').fill(code);
    await this.on('operator-sign-in').click();
  }

  /** The code of the problem that is on the screen. */
  async problem(): Promise<string | null> {
    await this.on('problem').waitFor();
    return this.on('problem').getAttribute('data-code');
  }

  on(testId: string): Locator {
    return this.page.getByTestId(testId).first();
  }

  async open(area: string): Promise<void> {
    await this.page.getByTestId(`area-${area}`).click();
  }

  /** Carries the open change out: a reason, what is to be typed, and the deed. */
  async confirm(reason: string, typed?: string): Promise<void> {
    await this.on('change-reason').fill(reason);
    if (typed !== undefined) await this.on('change-typed').fill(typed);
    await this.on('change-yes').click();
    await this.page.getByTestId('change').waitFor({ state: 'detached' });
  }

  /** The rows of the list on the screen, as text. */
  async rows(): Promise<string[]> {
    await this.page.locator('[data-testid="list"][aria-busy="false"]').waitFor();
    return this.page.locator('[data-testid="list"] [data-row]').allInnerTexts();
  }
}

/** RFC 6238 with SHA-1, six digits and steps of 30 s, as authenticator apps do it. */
export function totp(secret: string, now: number): string {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))))
    .update(counter)
    .digest();
  const at = (hash[hash.length - 1] ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
