// What changed between two days: verdicts, findings and the statements behind them.
import { useEffect, useState } from 'preact/hooks';
import { Statement } from '../artifact/claims';
import { RightsField } from '../artifact/question-panel';
import { SourceLine } from '../artifact/source';
import { ApiError } from '../api';
import { allRights, optionsOf, questionOf, rightName } from '../question';
import { ask } from '../query';
import { route, setParams } from '../route';
import type { CompareResponse, Difference, Finding } from '../wire';
import { named, number, t } from '../text';
import { ArtifactLink, Check, Chips, Empty, Failure, Folded, LicenseLinks, Name, plain, Spinner } from '../ui/parts';
import { SearchBox } from '../ui/searchbox';
import { VerdictMark, verdictWord, type VerdictWord } from '../ui/verdict';

const day = /^\d{4}-\d{2}-\d{2}$/;
const today = () => new Date().toISOString().slice(0, 10);
function yearBefore(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() - 1);
  return date.toISOString().slice(0, 10);
}

function Findings({ title, findings }: { title: string; findings: Finding[] }) {
  if (!findings.length) return null;
  return (
    <div>
      <h3 class="group-title">{title}</h3>
      <ul class="bullets small">
        {findings.slice(0, 8).map((finding, at) => <li key={at} lang="en"><Name text={plain(finding.message)} /></li>)}
      </ul>
    </div>
  );
}

// Rights that changed in the same way are one line.
function sameChanges(difference: Difference): { before: VerdictWord; after: VerdictWord; rights: string[] }[] {
  const groups = new Map<string, { before: VerdictWord; after: VerdictWord; rights: string[] }>();
  for (const change of difference.verdicts ?? []) {
    const [before, after] = [verdictWord(change.before), verdictWord(change.after)];
    const group = groups.get(`${before} ${after}`) ?? { before, after, rights: [] };
    group.rights.push(named(t.value.right, 'RIGHT_', change.right));
    groups.set(`${before} ${after}`, group);
  }
  return [...groups.values()];
}

function Change({ difference }: { difference: Difference }) {
  const text = t.value.changes;
  const { before, after } = difference;
  return (
    <section class="section change">
      <h2><ArtifactLink id={difference.artifact} /></h2>
      {before?.license !== after?.license && (
        <p>{text.license}: {before ? <LicenseLinks expression={before.license} /> : <span class="muted">{text.newly}</span>} → <LicenseLinks expression={after?.license} /></p>
      )}
      {(difference.verdicts?.length ?? 0) > 0 && (
        <ul class="verdict-changes">
          {sameChanges(difference).map(({ before: was, after: is, rights }) => (
            <li key={`${was} ${is}`}>
              <span class="verdict-change"><VerdictMark verdict={was} /> <span aria-hidden="true">→</span> <VerdictMark verdict={is} /></span>
              <span>{rights.length === allRights.length ? text.allRights : rights.join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
      <Findings title={text.findingsNew} findings={difference.findingsNew ?? []} />
      <Findings title={text.findingsGone} findings={difference.findingsGone ?? []} />
      {(difference.claims?.length ?? 0) > 0 && (
        <details class="sub">
          <summary>{text.claims} ({difference.claims?.length})</summary>
          <ul class="bullets">
            {difference.claims?.slice(0, 20).map((change, at) => (
              <li key={at}>
                <Statement claim={change.claim} /> <span class="tag">{change.before ? named(t.value.status, 'CLAIM_STATUS_', change.before) : '–'} → {change.after ? named(t.value.status, 'CLAIM_STATUS_', change.after) : '–'}</span>
                <div class="small muted"><SourceLine source={change.claim.source} /></div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

export function ChangesPage() {
  const params = route.value.params;
  const question = questionOf(params);
  const to = day.test(params.get('to') ?? '') ? (params.get('to') as string) : today();
  const from = day.test(params.get('from') ?? '') ? (params.get('from') as string) : yearBefore(to);
  const about = (params.get('about') ?? '').split(',').filter(Boolean);
  const everything = params.get('everything') === 'yes';
  const [found, setFound] = useState<{ key: string; differences: Difference[]; next: string }>();
  const [error, setError] = useState<ApiError>();
  const [loading, setLoading] = useState(false);
  const text = t.value.changes;
  useEffect(() => {
    document.title = `${text.title} · ${t.value.product}`;
  }, [t.value]);
  const options = optionsOf(question);
  const body = { artifacts: about, rights: params.has('for') ? question.rights.map(rightName) : [], before: { ...options, asOf: from }, after: { ...options, asOf: to }, pageSize: 200 };
  const key = JSON.stringify(body);
  const wanted = (difference: Difference) => everything || (difference.verdicts?.length ?? 0) > 0;
  const load = async (before: Difference[], pageToken: string, abort?: AbortSignal) => {
    setLoading(true);
    setError(undefined);
    try {
      let differences = before;
      let next = pageToken;
      // Pages without a change of a verdict are passed over, so that a press of the button shows something.
      for (let pages = 0; pages < 30; pages += 1) {
        const answer: CompareResponse = await ask('PermissionService/Compare', { ...body, pageToken: next }, abort);
        differences = [...differences, ...(answer.differences ?? [])];
        next = answer.nextPageToken ?? '';
        if (!next || differences.filter(wanted).length >= before.filter(wanted).length + 15) break;
      }
      if (!abort?.aborted) setFound({ key, differences, next });
    } catch (problem) {
      if (!abort?.aborted) setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem)));
    } finally {
      if (!abort?.aborted) setLoading(false);
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => void load([], '', abort.signal), 150);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, everything]);
  const current = found?.key === key ? found : undefined;
  const shown = (current?.differences ?? []).filter(wanted);
  return (
    <>
      <div class="page-head"><h1>{text.title}</h1><p class="muted">{text.says}</p></div>
      <div class="toolbar no-print">
        <label class="field"><span class="field-label">{text.from}</span><input type="date" value={from} onChange={(event) => setParams({ from: event.currentTarget.value })} /></label>
        <label class="field"><span class="field-label">{text.to}</span><input type="date" value={to} onChange={(event) => setParams({ to: event.currentTarget.value })} /></label>
        <div class="field grow">
          <span class="field-label">{text.about}</span>
          <SearchBox label={about.length ? t.value.portfolio.add : text.aboutAll} licenses={false} onPick={({ artifact }) => artifact && setParams({ about: [...new Set([...about, artifact])].join(',') })} />
        </div>
      </div>
      {about.length > 0 && <Chips ids={about} onChange={(ids) => setParams({ about: ids.join(',') || undefined })} />}
      <div class="toolbar no-print">
        <Check label={text.only} checked={!everything} onChange={(on) => setParams({ everything: on ? undefined : 'yes' })} />
      </div>
      <details class="sub no-print"><summary>{t.value.question.rights}</summary><RightsField question={question} /></details>
      {error && <Failure error={error} again={() => void load([], '')} />}
      {!error && (loading || !current) && <Spinner />}
      {current && !loading && shown.length === 0 && !current.next && <Empty>{text.none}</Empty>}
      <div class={loading ? 'updating' : ''}>
        <ul class="plain-list">
          <Folded items={shown} first={20} more={t.value.graph.more}>{(difference) => <li key={difference.artifact}><Change difference={difference} /></li>}</Folded>
        </ul>
      </div>
      {current?.next && !loading && <p class="button-row"><button type="button" class="button" onClick={() => void load(current.differences, current.next)}>{text.more}</button> <span class="muted small">{number(shown.length)}</span></p>}
    </>
  );
}
