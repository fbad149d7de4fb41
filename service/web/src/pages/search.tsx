// All that fits what was typed.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { filterOf, findArtifacts, licenseNames, matching, nameIn, type Found, type LicenseName } from '../search';
import { href, route, setParams } from '../route';
import { ask } from '../query';
import type { SearchResponse } from '../wire';
import { named, t } from '../text';
import { ArtifactLink, Failure, licenseLabel, LicenseLinks, Name, Spinner } from '../ui/parts';
import { VerdictMark, verdictWord } from '../ui/verdict';

export function SearchPage() {
  const typed = route.value.params.get('q') ?? '';
  // All that is under one licence, instead of words.
  const under = /^[\w.+-]{1,120}$/.test(route.value.params.get('license') ?? '') ? (route.value.params.get('license') as string) : '';
  const [found, setFound] = useState<Found>();
  const [licenses, setLicenses] = useState<LicenseName[]>([]);
  const [error, setError] = useState<ApiError>();
  const [size, setSize] = useState(60);
  const [round, setRound] = useState(0);
  const text = t.value.search;
  useEffect(() => {
    document.title = `${typed.slice(0, 60)} · ${t.value.product}`;
    if (under) {
      const abort = new AbortController();
      ask<SearchResponse>('PermissionService/Search', { filter: `license:"${under}"`, rights: ['RIGHT_COMMERCIAL_USE'], pageSize: size }, abort.signal).then(
        (answer) => setFound({ hits: answer.hits ?? [], more: Boolean(answer.nextPageToken) }),
        (problem: unknown) => {
          if (!abort.signal.aborted) setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem)));
        },
      );
      return () => abort.abort();
    }
    if (!filterOf(typed)) {
      setFound({ hits: [], more: false });
      return undefined;
    }
    const abort = new AbortController();
    setError(undefined);
    findArtifacts(typed, abort.signal, size).then(setFound, (problem: unknown) => {
      if (!abort.signal.aborted) setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem)));
    });
    licenseNames().then((all) => setLicenses(matching(all, nameIn(typed), 20)), () => undefined);
    return () => abort.abort();
  }, [typed, under, size, round]);
  return (
    <>
      <div class="page-head">
        <h1>{under ? text.under(licenseLabel(under)) : text.all}</h1>
        <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
          <label class="field grow">
            <span class="visually-hidden">{text.label}</span>
            <input type="text" value={typed} placeholder={text.placeholder} onInput={(event) => setParams({ q: event.currentTarget.value, license: undefined })} />
          </label>
        </form>
      </div>
      {error ? <Failure error={error} again={() => setRound(round + 1)} /> : !found ? <Spinner /> : (
        <>
          {found.hits.length === 0 && licenses.length === 0 && (
            <div class="notice info">
              <p class="notice-title">{text.none(typed.slice(0, 200))}</p>
              <p>{text.noneSays}</p>
            </div>
          )}
          {found.hits.length > 0 && (
            <section class="section">
              <div class="section-head">
                <h2>{text.artifacts}</h2>
                <span class="muted small">{text.results(found.hits.length)}{found.more ? '+' : ''}, {text.for}</span>
              </div>
              <ul class="results">
                {found.hits.map((hit) => (
                  <li key={hit.artifact} class="result">
                    <ArtifactLink id={hit.artifact}><Name text={hit.displayName || hit.artifact} /></ArtifactLink>
                    <span class="sub">
                      <Name text={hit.artifact} /> · {named(t.value.kind, 'ARTIFACT_KIND_', hit.kind)} · <LicenseLinks expression={hit.license} />
                    </span>
                    {hit.verdicts?.[0] && <VerdictMark verdict={verdictWord(hit.verdicts[0])} />}
                  </li>
                ))}
              </ul>
              {found.more && size < 960 && <button type="button" class="button" onClick={() => setSize(size * 4)}>{text.more}</button>}
            </section>
          )}
          {licenses.length > 0 && (
            <section class="section">
              <h2>{text.licenses}</h2>
              <ul class="results">
                {licenses.map((license) => (
                  <li key={license.id} class="result">
                    <a href={href.license(license.id)}><Name text={license.name} /></a>
                    <span class="sub">{license.id} · {named(t.value.class, '', license.class)}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </>
  );
}
