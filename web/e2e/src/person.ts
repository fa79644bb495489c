import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Api } from './api';
import { Line } from './line';

export const password = 'correct horse';

/** Somebody at a browser. */
export class Person {
  constructor(
    readonly name: string,
    readonly displayName: string,
    readonly context: BrowserContext,
    readonly page: Page,
    /** The same account over REST. */
    readonly api: Api,
    private readonly url: string,
  ) {}

  async signIn(word = password): Promise<void> {
    await this.page.goto(`${this.url}/sign-in`);
    await this.on('name').fill(this.name);
    await this.on('password').fill(word);
    await this.on('sign-submit').click();
    await this.on('chat-list').waitFor();
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  /** Takes this person's live connections in hand; call it before signing in. */
  async holdLine(): Promise<Line> {
    const line = new Line(this.context);
    await this.page.routeWebSocket(/\/v1\/ws$/, (socket) => line.carry(socket));
    return line;
  }

  on(testId: string): Locator {
    return this.page.getByTestId(testId).first();
  }

  chatRow(conversation: string): Locator {
    return this.page.locator(`[data-testid="chat-row"][data-conversation="${conversation}"]`);
  }

  async openChat(conversation: string): Promise<void> {
    await this.chatRow(conversation).click();
    await this.page.locator(`[data-testid="conversation"][data-conversation="${conversation}"]`).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.on('composer').fill(text);
    await this.on('send').click();
  }

  /** My message with exactly this text. */
  own(text: string): Locator {
    return this.page.getByTestId('message-own').filter({ has: this.page.getByText(text, { exact: true }) });
  }

  async sees(text: string): Promise<void> {
    await this.page.getByTestId('messages').getByText(text, { exact: true }).first().waitFor();
  }

  async seesDelivery(text: string, delivery: string): Promise<void> {
    await expect.poll(() => this.own(text).getAttribute('data-delivery'), { timeout: 15_000 }).toBe(delivery);
  }

  /** Every text of the open conversation from its beginning, as somebody reads who scrolls through all of it. */
  async history(): Promise<string[]> {
    const scroller = this.page.getByTestId('messages');
    await expect
      .poll(async () => {
        await scroller.evaluate((box) => box.scrollTo(0, 0));
        return scroller.getByText('This is where it begins').isVisible();
      })
      .toBe(true);
    return scroller.evaluate(async (box) => {
      const texts = new Map<string, string>();
      const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (let y = 0; ; y += box.clientHeight / 2) {
        box.scrollTo(0, y);
        await painted();
        for (const row of box.querySelectorAll<HTMLElement>('[data-message]')) {
          const text = row.querySelector('[data-testid="message-text"]')?.textContent;
          const key = row.dataset.message ?? '';
          // Drawn from top to bottom, so what is new is below what is known.
          if (text && !texts.has(key)) texts.set(key, text);
        }
        if (y >= box.scrollHeight - box.clientHeight) return [...texts.values()];
      }
    });
  }

  /** How many unread messages a row of the list says; 0 where it says none. */
  async unread(conversation: string): Promise<number> {
    const badge = this.chatRow(conversation).getByTestId('unread').locator('[aria-hidden]');
    return (await badge.count()) === 0 ? 0 : Number(await badge.textContent());
  }

  card(packet?: string): Locator {
    const cards = this.page.getByTestId('packet-card');
    return packet ? this.page.locator(`[data-testid="packet-card"][data-packet="${packet}"]`) : cards.last();
  }

  /** The newest transfer of the open conversation. */
  transferCard(): Locator {
    return this.page.getByTestId('transfer-card').last();
  }

  /** Taps the newest packet and its seal; answers the share in fen. */
  async openPacket(): Promise<number> {
    await this.card().click();
    await this.on('packet-seal').click();
    return Number(await this.on('packet-mine').getAttribute('data-fen'));
  }

  async closeOverlay(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.getByTestId('open-packet').waitFor({ state: 'detached' });
  }

  async balance(): Promise<number> {
    await this.goto('/wallet');
    const balance = this.page.locator('[data-testid="balance"][data-fen]');
    await balance.waitFor();
    return Number(await balance.getAttribute('data-fen'));
  }
}
