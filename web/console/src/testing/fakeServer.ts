import type { Fetch } from '../api/api';

type Ask = { params: Record<string, string>; query: URLSearchParams; body: Record<string, unknown> };
export type Routes = Record<string, (ask: Ask) => unknown>;

export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {}
}

/** A server in the browser: `routes` go by "GET /v1/admin/users/:id"; what is not there is NOT_FOUND. */
export function fakeServer(routes: Routes): Fetch & { asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = async (address, request) => {
    const url = new URL(address, 'http://fake');
    const method = request.method ?? 'GET';
    asked.push(`${method} ${url.pathname}${url.search}`);
    for (const [route, answer] of Object.entries(routes)) {
      const [verb, pattern = ''] = route.split(' ');
      const params = verb === method ? fits(pattern, url.pathname) : undefined;
      if (!params) continue;
      const body = typeof request.body === 'string' ? JSON.parse(request.body) : {};
      const found = answer({ params, query: url.searchParams, body });
      if (found instanceof Refusal)
        return json({ code: `ERROR_CODE_${found.code}`, message: found.code }, found.status);
      return found instanceof Blob ? new Response(found) : json(found, 200);
    }
    return json({ code: 'ERROR_CODE_NOT_FOUND', message: 'there is no such path' }, 404);
  };
  return Object.assign(fetch, { asked });
}

const json = (body: unknown, status: number) => new Response(JSON.stringify(body), { status });

function fits(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split('/');
  const have = path.split('/');
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(have[i] ?? '');
    else if (part !== have[i]) return undefined;
  }
  return params;
}
