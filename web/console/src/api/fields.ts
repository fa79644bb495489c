/**
 * One JSON object of an answer, read field by field. A field that is not there has its empty value, as in protobuf's
 * JSON; one of another shape is a fault of the server's or of this client's, and is said so at once.
 */
export class Fields {
  constructor(
    private readonly json: Readonly<Record<string, unknown>>,
    private readonly where = 'answer',
  ) {}

  static of(value: unknown, where = 'answer'): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable(where, 'an object');
    return new Fields(value as Record<string, unknown>, where);
  }

  has(name: string): boolean {
    return this.json[name] !== undefined && this.json[name] !== null;
  }

  text(name: string): string {
    return this.read(name, '', 'a text', (value) =>
      typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined,
    );
  }

  /** A count, a position or a time in ms. */
  number(name: string): number {
    return this.read(name, 0, 'a number', (value) => {
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    });
  }

  /** An amount in fen, which is never a fraction. */
  fen(name: string): bigint {
    return this.read(name, 0n, 'an amount in fen', (value) => {
      if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
      return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
    });
  }

  flag(name: string): boolean {
    return this.read(name, false, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** The name of an enum's value without what every name of the enum begins with: `PACKET_STATUS_OPEN` -> `OPEN`. */
  kind(name: string, prefix: string): string {
    const value = this.text(name);
    return value.startsWith(prefix) ? value.slice(prefix.length) : value;
  }

  one<T>(name: string, make: (fields: Fields) => T): T | undefined {
    return this.has(name) ? make(Fields.of(this.json[name], `${this.where}.${name}`)) : undefined;
  }

  list<T>(name: string, make: (fields: Fields) => T): T[] {
    return this.array(name).map((value, i) => make(Fields.of(value, `${this.where}.${name}[${i}]`)));
  }

  texts(name: string): string[] {
    return this.array(name).map(String);
  }

  numbers(name: string): number[] {
    return this.array(name).map(Number);
  }

  /** A field whose shape only its reader knows, as JSON. */
  raw(name: string): unknown {
    return this.json[name];
  }

  private array(name: string): unknown[] {
    return this.read(name, [], 'a list', (value) => (Array.isArray(value) ? value : undefined));
  }

  private read<T>(name: string, empty: T, what: string, make: (value: unknown) => T | undefined): T {
    const value = this.json[name];
    if (value === undefined || value === null) return empty;
    const made = make(value);
    if (made === undefined) throw new Unreadable(`${this.where}.${name}`, what);
    return made;
  }
}

/** An answer that has not the shape the API promises. */
export class Unreadable extends Error {
  constructor(where: string, what: string) {
    super(`${where} is not ${what}`);
  }
}
