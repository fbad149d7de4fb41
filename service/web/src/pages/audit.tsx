// Findings about everything that is recorded: filter, group, sort, download.
import { useEffect, useState } from 'preact/hooks';
import { SeverityMark, byGravity } from '../artifact/findings';
import { ApiError } from '../api';
import { ask } from '../query';
import { route, setParams } from '../route';
import type { Finding, FindingsResponse } from '../wire';
import { named, number, t, word } from '../text';
import { SearchBox } from '../ui/searchbox';
import { ArtifactLink, Chips, csv, download, Empty, Failure, Folded, licenseLabel, Name, plain, Segmented, Select, Spinner } from '../ui/parts';

const severities = ['error', 'warning', 'note'];

export function AuditPage() {
  const params = route.value.params;
  const least = severities.includes(params.get('severity') ?? '') ? (params.get('severity') as string) : 'error';
  const group = ['id', 'artifact', 'none'].includes(params.get('group') ?? '') ? (params.get('group') as string) : 'id';
  const sort = params.get('sort') === 'artifact' ? 'artifact' : 'severity';
  const filter = params.get('q') ?? '';
  const about = (params.get('about') ?? '').split(',').filter(Boolean).slice(0, 1000);
  const aboutKey = `${least} ${about.join()}`;
  const [found, setFound] = useState<{ key: string; findings: Finding[]; next: string }>();
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<ApiError>();
  const text = t.value.audit;
  useEffect(() => {
    document.title = `${text.title} · ${t.value.product}`;
  }, [t.value]);

  const load = async (before: Finding[], pageToken: string, abort?: AbortSignal) => {
    setLoading(true);
    setError(undefined);
    try {
      const answer = await ask<FindingsResponse>('AuditService/ListFindings', { artifacts: about, minSeverity: `SEVERITY_${least.toUpperCase()}`, pageSize: 1000, pageToken }, abort);
      if (abort?.aborted) return;
      const findings = [...before, ...(answer.findings ?? [])];
      setFound({ key: aboutKey, findings, next: answer.nextPageToken ?? '' });
      // A page may be short and not the last: go on until there is something to show.
      if (answer.nextPageToken && findings.length - before.length < 200) await load(findings, answer.nextPageToken, abort);
    } catch (problem) {
      if (!abort?.aborted) setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem)));
    } finally {
      if (!abort?.aborted) setLoading(false);
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    setFound(undefined);
    void load([], '', abort.signal);
    return () => abort.abort();
  }, [aboutKey]);

  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const all = found?.key === aboutKey ? found.findings : [];
  const kindName = (finding: Finding) => t.value.finding[finding.id ?? ''] ?? (finding.id ?? '').replace(/-/g, ' ');
  const shown = all.filter((finding) => {
    const haystack = `${finding.artifact} ${finding.id} ${kindName(finding)} ${finding.message} ${finding.license}`.toLowerCase();
    return words.every((part) => haystack.includes(part));
  });
  const byName = (a: Finding, b: Finding) => ((a.artifact ?? '') < (b.artifact ?? '') ? -1 : (a.artifact ?? '') > (b.artifact ?? '') ? 1 : 0);
  shown.sort(sort === 'artifact' ? byName : (a, b) => byGravity(a, b) || byName(a, b));
  const groups = new Map<string, Finding[]>();
  for (const finding of shown) {
    const key = group === 'id' ? (finding.id ?? '') : group === 'artifact' ? (finding.artifact ?? '') : '';
    (groups.get(key) ?? groups.set(key, []).get(key))?.push(finding);
  }
  // A filter that fits nothing so far looks on.
  useEffect(() => {
    if (words.length && !shown.length && found?.next && !loading && !error) void load(all, found.next);
  }, [filter, shown.length, found?.next, loading]);
  const saveCsv = () =>
    download('findings.csv', 'text/csv', csv([
      [text.severity, text.id, t.value.graph.node, t.value.artifact.license, t.value.graph.verdict, t.value.artifact.remedy],
      ...shown.map((finding) => [named(t.value.severity, 'SEVERITY_', finding.severity), finding.id ?? '', finding.artifact ?? '', licenseLabel(finding.license), finding.message ?? '', finding.remedy ?? '']),
    ]));
  const row = (finding: Finding, at: number) => (
    <li key={at} class="finding">
      <SeverityMark severity={finding.severity} />
      <div>
        {group !== 'artifact' && <p><ArtifactLink id={finding.artifact ?? ''} /></p>}
        {group !== 'id' && <p><strong>{kindName(finding)}</strong></p>}
        <p class="small" lang="en"><Name text={plain(finding.message)} /></p>
        {finding.remedy && <p class="small muted" lang="en">{t.value.artifact.remedy}: <Name text={plain(finding.remedy)} /></p>}
      </div>
    </li>
  );
  return (
    <>
      <div class="page-head"><h1>{text.title}</h1><p class="muted">{text.says}</p></div>
      <div class="toolbar no-print">
        <label class="field grow">
          <span class="field-label">{text.filter}</span>
          <input type="text" value={filter} onInput={(event) => setParams({ q: event.currentTarget.value || undefined })} />
        </label>
        <Segmented label={text.severity} value={least} options={severities.map((value) => ({ value, label: t.value.severity[value] ?? value }))} onChange={(value) => setParams({ severity: value === 'error' ? undefined : value })} />
        <Select label={text.group} value={group} options={Object.entries(text.groups).map(([value, label]) => ({ value, label }))} onChange={(value) => setParams({ group: value === 'id' ? undefined : value })} />
        <Select label={text.sort} value={sort} options={Object.entries(text.sorts).map(([value, label]) => ({ value, label }))} onChange={(value) => setParams({ sort: value === 'severity' ? undefined : value })} />
        <button type="button" class="button" onClick={saveCsv} disabled={!shown.length}>{text.csv}</button>
      </div>
      <div class="toolbar no-print">
        <div class="field grow">
          <span class="field-label">{t.value.changes.about}</span>
          <SearchBox label={about.length ? t.value.portfolio.add : t.value.changes.aboutAll} licenses={false} onPick={({ artifact }) => artifact && setParams({ about: [...new Set([...about, artifact])].join(',') })} />
        </div>
      </div>
      {about.length > 0 && <Chips ids={about} onChange={(ids) => setParams({ about: ids.join(',') || undefined })} />}
      {error && <Failure error={error} again={() => void load(all, found?.next ?? '')} />}
      {found && <p class="muted small" role="status">{text.count(shown.length, all.length)}{found.next ? ` · ${t.value.state.truncated}` : ''}</p>}
      {!error && !found && <Spinner />}
      {found && !loading && shown.length === 0 && <Empty>{t.value.artifact.findingsNone}</Empty>}
      {[...groups].map(([key, findings]) => (
        <details key={key} class="section finding-group" open={groups.size <= 3 || group === 'none'}>
          <summary>
            <h2>{group === 'id' ? kindName(findings[0] as Finding) : group === 'artifact' ? <Name text={key} /> : text.title}</h2>
            <span class="muted small">{number(findings.length)}</span>
            {group === 'id' && <SeverityMark severity={`SEVERITY_${severities.find((value) => findings.some((finding) => word('SEVERITY_', finding.severity) === value))?.toUpperCase()}`} />}
          </summary>
          <ul class="findings"><Folded items={findings} first={20} more={t.value.graph.more}>{row}</Folded></ul>
        </details>
      ))}
      {found && loading && <Spinner />}
      {found?.next && !loading && <button type="button" class="button" onClick={() => void load(all, found.next)}>{text.loadMore}</button>}
    </>
  );
}
