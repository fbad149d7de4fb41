// Several candidates, one question: which may be used as asked, what decides, and what must be done in return.
import { useEffect, useState } from 'preact/hooks';
import { dutyLines, NoticePanel } from '../artifact/duties';
import { LicenseTitle } from '../artifact/licence';
import { QuestionPanel, useVocabulary } from '../artifact/question-panel';
import { overall, rightWord, sentence } from '../artifact/sentence';
import { Settle } from '../artifact/settle';
import { optionsOf, paramsOf, questionOf, rightName, type Question } from '../question';
import { useAnswer } from '../query';
import { href, route, setParams } from '../route';
import { groupOf } from '../graph/model';
import { nameIn } from '../search';
import type { BatchCheckResponse, BatchPermissionsResponse, Because, CheckResponse, DutyNotice, GetArtifactResponse } from '../wire';
import { named, t, word } from '../text';
import { ArtifactLink, Check, csv, download, Empty, Failure, LicenseLinks, licenseLabel, Name, plain, Spinner } from '../ui/parts';
import { SearchBox } from '../ui/searchbox';
import { VerdictMark, capped, strictest, strictness, verdictWord, type VerdictWord } from '../ui/verdict';

const most = 200;
const classes = ['responsible-ai', 'community', 'non-commercial', 'no-derivatives', 'proprietary', 'undeclared'];

function idsIn(text: string | null): string[] {
  return [...new Set((text ?? '').split(',').map((id) => id.trim()).filter(Boolean))].slice(0, most);
}

function firstReason(check: CheckResponse): Because | undefined {
  return [...(check.because ?? [])].sort((a, b) => strictness(verdictWord(a.verdict)) - strictness(verdictWord(b.verdict)))[0];
}

// What has to be printed or done: due, not disputed, each action once.
function mustDo(duties: DutyNotice[], useKnown: boolean) {
  const seen = new Set<string>();
  return dutyLines(duties.filter((duty) => !duty.contested && (!useKnown || duty.due))).filter((line) => {
    const key = `${line.kind}\n${line.value}\n${line.term}`;
    return !seen.has(key) && seen.add(key);
  });
}

function DutyList({ lines }: { lines: ReturnType<typeof mustDo> }) {
  if (!lines.length) return <p class="muted">{t.value.portfolio.nothingDue}</p>;
  return (
    <ul class="brief-duties">
      {lines.map((line) => (
        <li key={line.key}>
          <strong>{named(t.value.duty, '', line.kind)}</strong>
          {line.value ? <q class="printed"><Name text={line.value} /></q> : <span class="small muted" lang="en"> {line.term}</span>}
        </li>
      ))}
    </ul>
  );
}

// What it was made from, as far as terms come with it: often the whole answer to "why this one and not that one".
function Origins({ id, asOf }: { id: string; asOf: string }) {
  const answer = useAnswer<GetArtifactResponse>('LineageService/GetArtifact', { artifact: id, options: asOf ? { asOf } : {} });
  const edges = (answer.data?.upstream ?? []).filter((edge) => ['copy', 'parts', 'adapt'].includes(groupOf(word('RELATION_', edge.relation)))).slice(0, 4);
  if (!edges.length) return null;
  return (
    <div>
      <h3>{t.value.portfolio.madeFrom}</h3>
      <ul class="small">
        {edges.map((edge, at) => (
          <li key={at}><span class="muted">{named(t.value.relation, 'RELATION_', edge.relation)}</span> <ArtifactLink id={edge.parent} /></li>
        ))}
      </ul>
    </div>
  );
}

function Reason({ because }: { because: Because | undefined }) {
  if (!because) return null;
  return (
    <div class="reason">
      {because.term && <p lang="en">{plain(because.term)}</p>}
      <p class="small muted">
        {because.license && because.license !== 'undeclared' ? <LicenseTitle id={because.license} /> : t.value.artifact.undeclared}
        {because.section && ` ${t.value.why.clause(because.section)}`}
        {(because.path?.length ?? 0) > 0 && <> · <ArtifactLink id={because.artifact ?? ''} /></>}
      </p>
    </div>
  );
}

// From a candidate to a plan that is made from it, with the same question.
function planLink(id: string, question: Question): string {
  const params = paramsOf(question);
  params.set('from', `finetuned-from:${id}`);
  return href.page('what-if', params);
}

export function PortfolioPage() {
  const params = route.value.params;
  const question = questionOf(params);
  const ids = idsIn(params.get('ids'));
  const refuse = new Set((params.get('refuse') ?? '').split(',').filter((name) => classes.includes(name)));
  const options = optionsOf(question);
  const rights = question.rights.map(rightName);
  const vocabulary = useVocabulary();
  const checks = useAnswer<BatchCheckResponse>('PermissionService/BatchCheck', ids.length ? { checks: ids.map((artifact) => ({ artifact, rights, options })) } : undefined);
  const licenses = useAnswer<BatchPermissionsResponse>('PermissionService/BatchGetEffectivePermissions', ids.length ? { artifacts: ids, options } : undefined);
  const [paste, setPaste] = useState('');
  const text = t.value.portfolio;
  useEffect(() => {
    document.title = `${text.title} · ${t.value.product}`;
  }, [t.value]);

  const setIds = (next: string[]) => setParams({ ids: [...new Set(next)].slice(0, most).join(',') || undefined });
  const rows = ids.map((id, at) => {
    const result = checks.data?.results?.[at];
    const check = result?.response;
    const known = licenses.data?.results?.[at]?.response;
    const verdict: VerdictWord = check ? overall({ verdict: check.verdict, gate: check.gate, complete: check.complete }) : 'unknown';
    const refused = known?.licenseClass !== undefined && refuse.has(word('LICENSE_CLASS_', known.licenseClass));
    // The strictest of the asked rights under the cautious reading: told where it is stricter than the answer.
    const careful = strictest((known?.permissions ?? []).filter((entry) => question.rights.includes(rightWord(entry.right))).flatMap((entry) => (entry.byStance ?? []).filter((other) => other.stance === 'STANCE_CAUTIOUS').map((other) => capped(verdictWord(other.verdict), known?.complete))));
    const cautious = careful !== 'unknown' && strictness(careful) < strictness(verdict) && !refused ? careful : undefined;
    return { id, check, known, cautious, error: result?.error, verdict: refused ? ('prohibited' as VerdictWord) : verdict, refused, duties: check ? mustDo(check.duties ?? [], Boolean(question.use)) : [] };
  });
  const good = rows.filter((row) => row.verdict === 'permitted').length;
  const saveCsv = () => {
    const head = [text.verdict, t.value.graph.node, t.value.artifact.license, text.reason, text.print, text.findings];
    const body = rows.map((row) => [
      row.error ? (row.error.message ?? '') : `${t.value.verdict[row.verdict]}${row.refused ? ` (${text.refused})` : ''}`,
      row.known?.artifact ?? row.id,
      licenseLabel(row.known?.license),
      row.check && row.verdict !== 'permitted' ? [firstReason(row.check)?.license, firstReason(row.check)?.section, firstReason(row.check)?.term].filter(Boolean).join(' ') : '',
      row.duties.map((line) => `${named(t.value.duty, '', line.kind)}${line.value ? `: "${line.value}"` : ''}`).join('; '),
      (row.check?.findings ?? []).map((finding) => finding.id).join('; '),
    ]);
    download('comparison.csv', 'text/csv', csv([head, ...body]));
  };
  return (
    <>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p class="muted">{text.says}</p>
      </div>
      <div class="artifact-columns">
        <QuestionPanel question={question}>
          <fieldset class="plain">
            <legend class="group-label">{text.deny}</legend>
            {classes.map((name) => (
              <Check key={name} label={named(t.value.class, '', name)} checked={refuse.has(name)} onChange={(on) => {
                const next = new Set(refuse);
                if (on) next.add(name);
                else next.delete(name);
                setParams({ refuse: [...next].join(',') || undefined });
              }} />
            ))}
          </fieldset>
        </QuestionPanel>
        <div class="artifact-main">
          <div class="toolbar no-print">
            <div class="grow"><SearchBox label={text.add} licenses={false} onPick={({ artifact }) => artifact && setIds([...ids, artifact])} /></div>
          </div>
          <details class="sub no-print paste">
            <summary>{text.paste}</summary>
            <label class="field">
              <span class="field-label">{text.pasteHint}</span>
              <textarea rows={5} value={paste} onInput={(event) => setPaste(event.currentTarget.value)} />
            </label>
            <button type="button" class="button" onClick={() => { setIds([...ids, ...paste.split(/[\n,;]+/).map((line) => nameIn(line)).filter(Boolean)]); setPaste(''); }}>{text.addAll}</button>
          </details>
          {ids.length === 0 && <Empty>{text.empty}</Empty>}
          {checks.error && <Failure error={checks.error} again={checks.again} />}
          {ids.length > 0 && !checks.data && checks.loading && <Spinner />}
          {checks.data && ids.length > 0 && (
            <>
              <p class="summary-line" role="status">{text.summary(good, ids.length, rows.filter((row) => row.verdict === 'conditional').length)}</p>
              <Settle because={rows.filter((row) => !row.refused && verdictWord(row.check?.verdict) === 'conditional').flatMap((row) => row.check?.because ?? [])} question={question} vocabulary={vocabulary} />
              <div class={`candidates${checks.loading ? ' updating' : ''}`} data-count={Math.min(ids.length, 4)}>
                {rows.map((row) => (
                  <section key={row.id} class={`candidate ${row.verdict}`}>
                    <header>
                      <h2><ArtifactLink id={row.known?.artifact ?? row.id} /></h2>
                      <button type="button" class="button quiet no-print" aria-label={text.remove(row.id.slice(0, 80))} onClick={() => setIds(ids.filter((other) => other !== row.id))}>×</button>
                    </header>
                    {row.error ? <p class="notice info">{t.value.state.error['not_found']}</p> : row.check && (
                      <>
                        <p class="candidate-license small"><LicenseLinks expression={row.known?.license} /> · <span class="muted">{named(t.value.class, 'LICENSE_CLASS_', row.known?.licenseClass)}</span></p>
                        <p><VerdictMark verdict={row.verdict} large /></p>
                        <p class="candidate-sentence">{row.refused ? text.refused : sentence(question.rights, { verdict: row.check.verdict, gate: row.check.gate, complete: row.check.complete })}</p>
                        {row.cautious && (
                          <p class="small">{t.value.sentence.under(t.value.stance['cautious'] ?? '')} <VerdictMark verdict={row.cautious} /></p>
                        )}
                        {row.verdict !== 'permitted' && (
                          <div>
                            <h3>{text.reason}</h3>
                            <Reason because={firstReason(row.check)} />
                            {(row.check.gate?.findings ?? []).map((index) => <p key={index} class="small" lang="en">{plain(row.check?.findings?.[index]?.message)}</p>)}
                          </div>
                        )}
                        {ids.length <= 12 && <Origins id={row.known?.artifact ?? row.id} asOf={question.asOf} />}
                        {row.verdict !== 'prohibited' && (
                          <div>
                            <h3>{text.print}</h3>
                            <DutyList lines={row.duties} />
                            <p class="small no-print"><a href={planLink(row.known?.artifact ?? row.id, question)}>{t.value.artifact.whatif}</a></p>
                            {ids.length <= 12 && <NoticePanel id={row.known?.artifact ?? row.id} question={question} />}
                          </div>
                        )}
                      </>
                    )}
                  </section>
                ))}
              </div>
              <div class="button-row no-print">
                <button type="button" class="button" onClick={saveCsv}>{text.download}</button>
                <button type="button" class="button quiet" onClick={() => print()}>{t.value.artifact.print}</button>
              </div>
            </>
          )}
        </div>
      </div>
    </>
  );
}
