import { totp } from './operator';
import type { Server } from './server';

/** The operators' REST interface, to set a stage faster than hands could. */
export class OperatorApi {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Each code is good once: not beside a browser of the same operator's. */
  static async signIn(server: Server, name: string): Promise<OperatorApi> {
    const secrets = server.operators.get(name);
    if (!secrets) throw new Error(`the server has no operator ${name}`);
    const form = { name, password: secrets.password, code: totp(secrets.totp, Date.now()) };
    const { token } = await new OperatorApi(server.url, '').call('POST', '/v1/admin/sign-in', form);
    return new OperatorApi(server.url, token);
  }

  async suspend(user: string, how: { hours: number; selfRelease: boolean; reason: string }): Promise<void> {
    const { hours, selfRelease, reason } = how;
    const untilMs = String(Date.now() + hours * 3_600_000);
    await this.call('PUT', `/v1/admin/risk/suspensions/${user}`, { untilMs, selfRelease, reason });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the shape of each answer is in docs/admin-api.md
  private async call(method: string, path: string, body: unknown): Promise<any> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.token}` };
    const answer = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  }
}
