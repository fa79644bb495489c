/** A current value that tells when it is replaced. Snapshots are never changed in place. */
export interface Observable<T> {
  readonly snapshot: T;
  /** Called after each replacement; answers how to stop. */
  subscribe(listener: () => void): () => void;
}

/** An observable that its owner sets. */
export class Cell<T> implements Observable<T> {
  private value: T;
  private readonly listeners = new Set<() => void>();

  constructor(value: T) {
    this.value = value;
  }

  get snapshot(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener();
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }
}
