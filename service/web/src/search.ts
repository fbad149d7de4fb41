// Finds what somebody types: names, parts of names, licences, and addresses pasted from a browser.
import { ask } from './query';
import type { BatchPermissionsResponse, License, SearchHit, SearchResponse } from './wire';
import { word } from './text';

// https://host/org/name/tree/main → org/name. Whatever the host: only the path tells which artifact it is, and nothing
// is fetched from there. Package URLs go to the server as they are.
export function nameIn(text: string): string {
  const typed = text.trim();
  const address = /^(?:https?:\/\/|www\.)[^/\s]+\/([^?#\s]+)/i.exec(typed);
  if (!address) return typed;
  const parts = (address[1] as string).split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const prefix = parts[0] === 'datasets' ? 'datasets/' : '';
  const rest = prefix ? parts.slice(1) : parts;
  return prefix + rest.slice(0, 2).join('/');
}

const quoted = (text: string) => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;

// Every word has to be in the id or the name.
export function filterOf(text: string): string {
  const words = nameIn(text).split(/\s+/).filter(Boolean).slice(0, 12);
  return words.map(quoted).join(' AND ');
}

// The server's order is that of its records; a reader expects what was typed first.
function rank(hit: SearchHit, typed: string): number {
  const id = hit.artifact.toLowerCase();
  const last = id.slice(id.lastIndexOf('/') + 1);
  const name = (hit.displayName ?? '').toLowerCase();
  if (id === typed || last === typed || name === typed) return 0;
  if (last.startsWith(typed) || name.startsWith(typed)) return 1;
  if (last.includes(typed) || name.includes(typed)) return 2;
  return 3;
}

export interface Found {
  hits: SearchHit[];
  more: boolean;
}

const toHit = (artifact: string): SearchHit => ({ artifact });

export async function findArtifacts(text: string, abort?: AbortSignal, pageSize = 60): Promise<Found> {
  const filter = filterOf(text);
  if (!filter) return { hits: [], more: false };
  const typed = nameIn(text).toLowerCase();
  const [found, batch] = await Promise.all([
    ask<SearchResponse>('PermissionService/Search', { filter, rights: ['RIGHT_COMMERCIAL_USE'], pageSize }, abort),
    // Aliases and package URLs, which the filter does not look at. A batch of one: a name that nobody knows is an answer
    // there, and no failed request.
    typed.length > 2 ? ask<BatchPermissionsResponse>('PermissionService/BatchGetEffectivePermissions', { artifacts: [nameIn(text)] }, abort) : undefined,
  ]);
  const exact = batch?.results?.[0]?.response?.artifact;
  const hits = [...(found.hits ?? [])].sort(
    (a, b) => rank(a, typed) - rank(b, typed) || a.artifact.length - b.artifact.length || (a.artifact < b.artifact ? -1 : 1),
  );
  if (exact && !hits.some((hit) => hit.artifact === exact)) hits.unshift(toHit(exact));
  return { hits, more: Boolean(found.nextPageToken) };
}

export interface LicenseName {
  id: string;
  name: string;
  class: string;
  names: string[];
}

let names: Promise<LicenseName[]> | undefined;

// All licences by name: fetched once, when somebody looks for one.
export function licenseNames(): Promise<LicenseName[]> {
  names ??= (async () => {
    const all: LicenseName[] = [];
    let pageToken = '';
    do {
      const page: { licenses?: License[]; nextPageToken?: string } = await ask('LineageService/ListLicenses', { pageSize: 1000, pageToken });
      for (const license of page.licenses ?? []) {
        all.push({
          id: license.id,
          name: license.displayName ?? license.id,
          class: word('LICENSE_CLASS_', license.licenseClass),
          names: [license.id, license.displayName ?? '', ...(license.hubTags ?? []), ...(license.aliases ?? [])].map((text) => text.toLowerCase()),
        });
      }
      pageToken = page.nextPageToken ?? '';
    } while (pageToken);
    return all;
  })();
  names.catch(() => {
    names = undefined;
  });
  return names;
}

export function matching(all: LicenseName[], text: string, most: number): LicenseName[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return all
    .filter((license) => words.every((part) => license.names.some((name) => name.includes(part))))
    .sort((a, b) => a.id.length - b.id.length)
    .slice(0, most);
}
