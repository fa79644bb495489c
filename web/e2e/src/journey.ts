import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Api } from './api';
import { launch } from './browser';
import { Operator, type Role } from './operator';
import { Person, password } from './person';
import { Server } from './server';

const faces = ['🌸#E8A0A8', '🐯#E7B75F', '🦊#D98A5B', '🍵#8FB8A0'];

/** One test's stage: a server and the people before it. Whatever a browser complains about fails the test. */
export class Stage {
  private readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly pages: Page[] = [];
  private nextFace = 0;

  constructor(
    private readonly browser: Browser,
    readonly server: Server,
  ) {}

  /** Somebody with an account, at a browser that is not signed in yet. */
  async person(displayName: string, options?: BrowserContextOptions): Promise<Person> {
    const name = `${displayName.toLowerCase()}_${this.nextFace}`;
    const face = faces[this.nextFace++ % faces.length] ?? '';
    const api = await new Api(this.server.url).signUp(name, displayName, face, password);
    return this.device(name, displayName, api, options);
  }

  /** Another browser of the same person. */
  sameAs(person: Person, options?: BrowserContextOptions): Promise<Person> {
    return this.device(person.name, person.displayName, person.api, options);
  }

  /** Somebody without an account. */
  newcomer(name: string, displayName: string, options?: BrowserContextOptions): Promise<Person> {
    return this.device(name, displayName, new Api(this.server.url), options);
  }

  /** An operator of the server's, at a browser that is not signed in yet. */
  async operator(name: string, options?: BrowserContextOptions): Promise<Operator> {
    const secrets = this.server.operators.get(name);
    if (!secrets) throw new Error(`the server has no operator ${name}`);
    const { context, page } = await this.browse(name, options);
    return new Operator(name, secrets, context, page, this.server.url);
  }

  /** What the browser may complain about, because the test brings it about. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /**
   * The server dies as when the power goes; browsers may complain that it is not there. What a service worker was fetching
   * then has failed without a reason.
   */
  async killServer(): Promise<void> {
    this.allow(/WebSocket connection/, /ERR_CONNECTION_REFUSED/, /ERR_FAILED/);
    await this.server.kill();
  }

  /** What everybody sees at this moment, for whoever has to find out why a test failed. */
  async takePictures(name: string): Promise<void> {
    const folder = new URL('../failed/', import.meta.url).pathname;
    for (const [index, page] of this.pages.filter((page) => !page.isClosed()).entries()) {
      await page.screenshot({ path: `${folder}${name.replaceAll(/\W+/g, '-').slice(0, 60)}-${index}.png` });
    }
  }

  end(): void {
    const unexpected = this.complaints.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
    expect(unexpected, 'complaints in the browsers').toEqual([]);
  }

  private async device(name: string, displayName: string, api: Api, options?: BrowserContextOptions) {
    const { context, page } = await this.browse(displayName, options);
    return new Person(name, displayName, context, page, api, this.server.url);
  }

  /** A browser whose complaints count, under the name of whoever sits at it. */
  private async browse(name: string, options: BrowserContextOptions = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    this.pages.push(page);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${name}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`${name}: ${error.stack}`));
    return { context, page };
  }
}

type Fixtures = {
  settings: Record<string, string | number>;
  command: 'serve' | 'demo';
  operators: Record<string, Role>;
  stage: Stage;
  browser: Browser;
};

/**
 * A test over a server and browsers of its own. `journey.override({ settings })` sets up the server otherwise,
 * for all tests of its file.
 */
export const journey = test.extend<Fixtures>({
  settings: {},
  command: 'serve',
  operators: {},
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads what a fixture needs from its parameters
  browser: async ({}, use) => {
    const browser = await launch();
    await use(browser);
    await browser.close();
  },
  stage: async ({ browser, settings, command, operators, task }, use) => {
    const server = await Server.start(settings, command, operators);
    const stage = new Stage(browser, server);
    await use(stage);
    if (task.result?.state === 'fail') await stage.takePictures(task.name);
    for (const context of browser.contexts()) await context.close();
    await server.stop();
    stage.end();
  },
});
