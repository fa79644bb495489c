import { randomUUID } from 'node:crypto';

/** The public REST interface, to set a stage faster than hands could. */
export class Api {
  constructor(
    private readonly url: string,
    readonly token = '',
    readonly id = '0',
  ) {}

  async signUp(name: string, displayName: string, face: string, password: string): Promise<Api> {
    const answer = await this.post('/v1/sign-up', { name, displayName, face, password, device: 'stage' });
    return new Api(this.url, answer.token, answer.user.id);
  }

  async signIn(name: string, password: string): Promise<Api> {
    const answer = await this.post('/v1/sign-in', { name, password, device: 'stage' });
    return new Api(this.url, answer.token, answer.user.id);
  }

  /** Answers the conversation of the two. */
  async befriend(other: Api): Promise<string> {
    await this.post(`/v1/friends/${other.id}/request`, { greeting: '' });
    const { conversation } = await other.post(`/v1/friends/${this.id}/answer`, { accept: true });
    await Promise.all([this.hasFriend(other.id), other.hasFriend(this.id)]);
    return conversation;
  }

  /** A friendship reaches each one's own list a moment after it was made. */
  private async hasFriend(user: string): Promise<void> {
    for (;;) {
      const { friends } = await this.call('GET', '/v1/friends');
      if (
        friends.some(
          (one: { user: { id: string }; relation: string }) => one.user.id === user && /_FRIEND$/.test(one.relation),
        )
      )
        return;
      await new Promise((again) => setTimeout(again, 20));
    }
  }

  async group(title: string, members: readonly Api[]): Promise<string> {
    const form = { clientId: uuidv7(), title, members: members.map(({ id }) => id) };
    return (await this.post('/v1/groups', form)).conversation.id;
  }

  async topUp(fen: number): Promise<void> {
    await this.post('/v1/wallet/top-up', { id: uuidv7(), amount: String(fen) });
  }

  async setPin(pin: string, password: string): Promise<void> {
    await this.call('PUT', '/v1/wallet/pin', { pin, password });
  }

  async say(conversation: string, text: string): Promise<void> {
    await this.post('/v1/messages', { conversation, clientMsgId: uuidv7(), content: { text: { text } } });
  }

  /** A lucky packet of one share; answers its id once it can be opened. */
  async sendPacket(conversation: string, fen: number): Promise<string> {
    const form = { id: uuidv7(), conversation, kind: 'PACKET_KIND_LUCKY', amount: String(fen), count: 1 };
    const { packet } = await this.post('/v1/packets', form);
    while ((await this.call('GET', `/v1/packets/${packet}`)).status !== 'PACKET_STATUS_OPEN')
      await new Promise((again) => setTimeout(again, 20));
    return packet;
  }

  async open(packet: string): Promise<void> {
    await this.post(`/v1/packets/${packet}/open`, {});
  }

  /** The conversation with a friend. */
  async talkWith(friend: string): Promise<string> {
    const { friends } = await this.call('GET', '/v1/friends');
    return friends.find((one: { user: { id: string } }) => one.user.id === friend).conversation;
  }

  /** Money to a friend that arrives a day later; answers the transfer's id once its card lies in the conversation. */
  sendTransfer(conversation: string, receiver: string, fen: number, note = ''): Promise<string> {
    return this.transfer(conversation, receiver, fen, note, 'ARRIVAL_AFTER_24_H', 'TRANSFER_STATUS_PENDING');
  }

  /** Money to a friend that is there to be accepted; answers the transfer's id. */
  sendTransferAtOnce(conversation: string, receiver: string, fen: number, note = ''): Promise<string> {
    return this.transfer(conversation, receiver, fen, note, 'ARRIVAL_AT_ONCE', 'TRANSFER_STATUS_ARRIVED');
  }

  private async transfer(
    conversation: string,
    receiver: string,
    fen: number,
    note: string,
    arrival: string,
    status: string,
  ): Promise<string> {
    const form = { id: uuidv7(), conversation, receiver, amount: String(fen), note, arrival };
    const { transfer } = await this.post('/v1/transfers', form);
    while ((await this.call('GET', `/v1/transfers/${transfer}`)).status !== status)
      await new Promise((again) => setTimeout(again, 20));
    return transfer;
  }

  async accept(transfer: string): Promise<void> {
    await this.post(`/v1/transfers/${transfer}/accept`, {});
  }

  /** Mine, newest first. */
  async transfers(): Promise<{ id: string; note: string }[]> {
    return (await this.call('GET', '/v1/transfers?limit=100')).transfers;
  }

  /** Orders money out; with a wrong PIN it only costs a try. */
  async withdraw(fen: number, destination: string, pin: string): Promise<void> {
    await this.post('/v1/wallet/withdraw', { id: uuidv7(), amount: String(fen), destination, pin });
  }

  /** Asks for a transfer back, with files as evidence. */
  async recall(transfer: string, reason: string, evidence: readonly string[]): Promise<void> {
    await this.post(`/v1/transfers/${transfer}/recall`, { reason, evidence });
  }

  /** Answers the file's id. */
  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const answer = await fetch(`${this.url}/v1/files?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}` },
      body: bytes,
    });
    const file = await answer.json();
    if (!answer.ok) throw new Error(`POST /v1/files: ${JSON.stringify(file)}`);
    return file.id;
  }

  async balance(): Promise<number> {
    return Number((await this.call('GET', '/v1/wallet')).balance ?? 0);
  }

  /** Newest first. */
  async statement(): Promise<{ amount: number; kind: string }[]> {
    const { movements } = await this.call('GET', '/v1/wallet/statement?limit=100');
    return movements.map((one: { amount: string; kind: string }) => ({ amount: Number(one.amount), kind: one.kind }));
  }

  /** The texts of a conversation as the server has them, oldest first. */
  async texts(conversation: string): Promise<string[]> {
    const { messages } = await this.call('GET', `/v1/conversations/${conversation}/messages?limit=100`);
    return messages.flatMap((one: { content?: { text?: { text: string } } }) => one.content?.text?.text ?? []);
  }

  private post(path: string, body: unknown) {
    return this.call('POST', path, body);
  }

  /** Repeats while the server says that it makes sense to. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape of each answer is in the OpenAPI description
  private async call(method: string, path: string, body?: unknown): Promise<any> {
    for (let attempt = 0; ; attempt++) {
      const answer = await fetch(this.url + path, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const json = await answer.json();
      if (answer.ok) return json;
      if (!json.retryAfterMs || attempt > 20) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
      await new Promise((again) => setTimeout(again, json.retryAfterMs));
    }
  }
}

function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
