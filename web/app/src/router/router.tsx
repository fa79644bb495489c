import { computed, signal } from '@preact/signals';
import type { AnchorHTMLAttributes, ComponentChildren } from 'preact';

/** A path in the app, held as a signal; the browser's history stays the truth. */
const path = signal(location.pathname);
let depth = 0;

addEventListener('popstate', () => {
  depth = Math.max(0, depth - 1);
  path.value = location.pathname;
});

export const currentPath = computed(() => path.value);

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname) return;
  if (options.replace) history.replaceState(null, '', to);
  else {
    history.pushState(null, '', to);
    depth += 1;
  }
  path.value = location.pathname;
}

/** One step back where there is one inside the app, else to the given place. */
export function goBack(fallback: string): void {
  if (depth > 0) history.back();
  else navigate(fallback, { replace: true });
}

/** match('/c/:id', '/c/7') -> { id: '7' }; undefined where it does not fit. */
export function match(pattern: string, actual: string): Record<string, string> | undefined {
  const want = pattern.split('/');
  const have = actual.replace(/\/$/, '').split('/');
  if (actual === '/') have.length = 2;
  if (want.length !== have.length) return undefined;
  const found: Record<string, string> = {};
  for (let i = 0; i < want.length; i++) {
    const part = want[i] ?? '';
    const value = have[i] ?? '';
    if (part.startsWith(':')) {
      if (!value) return undefined;
      found[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) return undefined;
  }
  return found;
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'role'> & {
  href: string;
  replace?: boolean;
  children: ComponentChildren;
};

export function Link({ href, replace, children, ...rest }: LinkProps) {
  return (
    <a
      href={href}
      {...rest}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        navigate(href, replace ? { replace } : {});
      }}
    >
      {children}
    </a>
  );
}
