import { signal } from '@preact/signals';
import type { moreShapes } from './moreShapes';
import { shapes } from './shapes';

export type IconName = keyof typeof shapes | keyof typeof moreShapes;

const more = signal<typeof moreShapes | undefined>(undefined);

/** Brings the icons of the later screens; the first of them asks for it too. */
export async function fetchMoreIcons(): Promise<void> {
  if (!more.peek()) more.value = (await import('./moreShapes')).moreShapes;
}

function shapeOf(name: IconName): string {
  if (name in shapes) return shapes[name as keyof typeof shapes];
  // Its place is kept, so that nothing moves when it comes.
  if (!more.value) fetchMoreIcons().catch(() => undefined);
  return more.value?.[name as keyof typeof moreShapes] ?? '';
}

/** Decorative by itself: whatever holds it carries the words. */
export function Icon({ name, size = 22, class: extra }: { name: IconName; size?: number; class?: string }) {
  return (
    <svg
      class={extra}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: shapeOf(name) }}
    />
  );
}
