// Where the reader is: all state that a link should carry is in the address.
import { signal } from '@preact/signals';

export interface Route {
  // The words after /ui/, decoded. Empty on the first page.
  page: string;
  rest: string;
  params: URLSearchParams;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function read(): Route {
  const path = location.pathname.replace(/^\/(ui\/?)?/, '');
  const slash = path.indexOf('/');
  const page = slash < 0 ? path : path.slice(0, slash);
  const rest = slash < 0 ? '' : path.slice(slash + 1);
  return { page: decode(page), rest: rest.split('/').map(decode).join('/'), params: new URLSearchParams(location.search) };
}

export const route = signal<Route>(read());
addEventListener('popstate', () => {
  route.value = read();
});

export function go(href: string, replace = false) {
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  const before = route.value;
  route.value = read();
  if (!replace && (before.page !== route.value.page || before.rest !== route.value.rest)) {
    scrollTo(0, 0);
    // Who reads with a screen reader hears the new page's name, not the link that is gone.
    requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
  }
}

function query(params?: URLSearchParams | Record<string, string>): string {
  const all = params instanceof URLSearchParams ? params : new URLSearchParams(params ?? {});
  // Commas and colons are legal in a query and easier on the eye.
  const text = all.toString().replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%2F/g, '/');
  return text ? `?${text}` : '';
}

const escaped = (id: string) => id.split('/').map(encodeURIComponent).join('/');

// The question travels along, from one artifact to the next.
export const href = {
  home: () => '/',
  artifact: (id: string, params?: URLSearchParams) => `/ui/artifact/${escaped(id)}${query(params)}`,
  graph: (id: string, params?: URLSearchParams) => `/ui/graph/${escaped(id)}${query(params)}`,
  license: (id: string) => `/ui/license/${escaped(id)}`,
  page: (page: string, params?: URLSearchParams | Record<string, string>) => `/ui/${page}${query(params)}`,
};

// Changes some parameters of the address, in place.
export function setParams(changes: Record<string, string | undefined>, push = false) {
  const params = new URLSearchParams(route.value.params);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  go(`${location.pathname}${query(params)}`, !push);
}

// Links inside the page change the page; everything else is the browser's.
addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = (event.target as Element | null)?.closest?.('a');
  if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
  const inside = anchor.pathname === '/' || anchor.pathname.startsWith('/ui/');
  if (!inside || (anchor.hash && anchor.pathname === location.pathname)) return;
  event.preventDefault();
  go(anchor.pathname + anchor.search);
});
