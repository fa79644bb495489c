import { computed, signal } from '@preact/signals';
import type { AnchorHTMLAttributes, ComponentChildren } from 'preact';

/** Every address of the console begins with this. */
const base = '/console';

const here = () => ({
  path: location.pathname.startsWith(base) ? location.pathname.slice(base.length) || '/' : '/',
  search: location.search,
});
const place = signal(here());

addEventListener('popstate', () => {
  place.value = here();
});

/** The path below `/console`. */
export const path = computed(() => place.value.path);
/** What a list shows: filters and order stand in the address, so that it can be kept and passed on. */
export const query = computed(() => Object.fromEntries(new URLSearchParams(place.value.search)));

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const address = base + to;
  if (options.replace) history.replaceState(null, '', address);
  else if (address !== location.pathname + location.search) history.pushState(null, '', address);
  place.value = here();
}

/** Changes parts of the address's query; an empty value removes its key. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const kept = Object.entries({ ...query.peek(), ...change }).filter(([, value]) => value !== '');
  const tail = kept.length ? `?${new URLSearchParams(kept)}` : '';
  navigate(path.peek() + tail, { replace: true });
}

/** match('/users/:id', '/users/7') -> { id: '7' }; undefined where it does not fit. */
export function match(pattern: string, actual: string): Record<string, string> | undefined {
  const want = pattern.split('/').filter(Boolean);
  const have = actual.split('/').filter(Boolean);
  if (want.length !== have.length) return undefined;
  const found: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const value = have[i] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return found;
}

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'role'> & {
  href: string;
  children: ComponentChildren;
};

export function Link({ href, children, ...rest }: LinkProps) {
  return (
    <a
      href={base + href}
      {...rest}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        rest.onClick?.(event);
        navigate(href);
      }}
    >
      {children}
    </a>
  );
}
