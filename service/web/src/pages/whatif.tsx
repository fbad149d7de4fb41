// A model that does not exist yet: its bases, its data, its licence, and what could then be done with it.
import { useEffect } from 'preact/hooks';
import { AnswerBlock } from '../artifact/answer';
import { Duties } from '../artifact/duties';
import { Findings } from '../artifact/findings';
import { Proof } from '../artifact/proof';
import { QuestionPanel, useVocabulary } from '../artifact/question-panel';
import { overall, rightWord } from '../artifact/sentence';
import { optionsOf, questionOf, rightName } from '../question';
import { useAnswer } from '../query';
import { route, setParams } from '../route';
import type { BatchCheckResponse, ExplainResponse, RepairsResponse, SuggestionsResponse } from '../wire';
import { named, t, word } from '../text';
import { ArtifactLink, Empty, Failure, Folded, LicenseLinks, licenseLabel, Name, Section, Select, Spinner } from '../ui/parts';
import { SearchBox } from '../ui/searchbox';
import { VerdictMark, verdictWord } from '../ui/verdict';

const ways = ['finetuned-from', 'continued-from', 'merged-from', 'adapter-of', 'quantized-from', 'distilled-from', 'incorporates', 'trained-on', 'generated-with', 'bundles'];

interface Base {
  relation: string;
  id: string;
}

function basesIn(text: string | null): Base[] {
  return (text ?? '').split(',').flatMap((part) => {
    const at = part.indexOf(':');
    const relation = part.slice(0, at);
    const id = part.slice(at + 1);
    return at > 0 && ways.includes(relation) && id ? [{ relation, id }] : [];
  }).slice(0, 50);
}

const slug = (text: string) => text.trim().replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 60) || 'model';

export function WhatIfPage() {
  const params = route.value.params;
  // Who plans a model makes it: that is how the question is meant, unless the link says otherwise.
  const question = { ...questionOf(params), madeIt: true };
  const bases = basesIn(params.get('from'));
  const license = params.get('license') ?? '';
  const name = params.get('name') ?? '';
  const id = `planned/${slug(name)}`;
  const vocabulary = useVocabulary();
  const text = t.value.whatif;
  useEffect(() => {
    document.title = `${text.title} · ${t.value.product}`;
  }, [t.value]);

  const said = question.asOf || new Date().toISOString().slice(0, 10);
  const source = { kind: 'SOURCE_KIND_CURATED', by: 'what-if', said, document: 'what-if' };
  const hypothesis = {
    artifacts: [{ id, kind: 'ARTIFACT_KIND_CHECKPOINT', displayName: name.slice(0, 200) }],
    claims: [
      ...bases.map((base) => ({ subject: id, source, edge: { relation: `RELATION_${base.relation.toUpperCase().replace(/-/g, '_')}`, parent: base.id } })),
      ...(license ? [{ subject: id, source: { ...source, kind: 'SOURCE_KIND_LICENSE_FILE' }, license: { expression: license } }] : []),
    ],
  };
  const alone = optionsOf({ ...question, madeIt: false });
  const options = { ...optionsOf(question), hypothesis };
  const rights = question.rights.map(rightName);
  const ready = bases.length > 0;
  const explain = useAnswer<ExplainResponse>('PermissionService/Explain', ready ? { artifact: id, rights, options } : undefined, 60);
  const suggest = useAnswer<SuggestionsResponse>('PermissionService/SuggestLicenses', ready ? { artifact: id, options } : undefined, 60);
  const repair = useAnswer<RepairsResponse>('PermissionService/SuggestRepairs', ready ? { artifact: id, rights, options, maxSets: 6 } : undefined, 60);
  const each = useAnswer<BatchCheckResponse>('PermissionService/BatchCheck', ready ? { checks: bases.map((base) => ({ artifact: base.id, rights, options: alone })) } : undefined, 60);

  const setBases = (next: Base[]) => setParams({ from: next.map((base) => `${base.relation}:${base.id}`).join(',') || undefined });
  const explanation = explain.data?.explanation;
  // Who plans the model knows what it is made from: that needs nobody's word.
  const confirmations = (repair.data?.confirmations ?? []).filter((confirmation) => confirmation.artifact !== id);
  const stale = explain.loading ? 'updating' : '';
  return (
    <>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p class="muted">{text.says}</p>
      </div>
      <div class="artifact-columns">
        <QuestionPanel question={questionOf(params)} byStance={explanation?.jointByStance} theory={explanation?.theory} />
        <div class="artifact-main">
          <section class="section">
            <div class="plan-head">
              <label class="field">
                <span class="field-label">{text.name}</span>
                <input type="text" value={name} maxLength={200} onInput={(event) => setParams({ name: event.currentTarget.value || undefined })} />
              </label>
              <div class="field">
                <span class="field-label">{text.license}</span>
                {license ? (
                  <span class="given">
                    <span><Name text={licenseLabel(license)} /></span>
                    <button type="button" class="button quiet" aria-label={`${text.remove}: ${license}`} onClick={() => setParams({ license: undefined })}>×</button>
                  </span>
                ) : <SearchBox only="licenses" label={text.licenseHint} onPick={({ license: picked }) => picked && setParams({ license: picked })} />}
              </div>
            </div>
            <h2 class="group-title">{text.bases}</h2>
            <ul class="plan-bases">
              {bases.map((base, at) => {
                const response = each.data?.results?.[at]?.response;
                return (
                  <li key={`${at} ${base.id}`}>
                    <Select label={text.how} hideLabel value={base.relation} options={ways.map((way) => ({ value: way, label: named(t.value.relation, '', way) }))} onChange={(relation) => setBases(bases.map((other, index) => (index === at ? { ...other, relation } : other)))} />
                    <span class="plan-base"><ArtifactLink id={base.id} /></span>
                    {response && <span title={text.before}><VerdictMark verdict={overall({ verdict: response.verdict, gate: undefined, complete: response.complete })} /></span>}
                    <button type="button" class="button quiet" aria-label={`${text.remove}: ${base.id.slice(0, 80)}`} onClick={() => setBases(bases.filter((_, index) => index !== at))}>×</button>
                  </li>
                );
              })}
            </ul>
            <SearchBox label={text.addBase} licenses={false} onPick={({ artifact }) => artifact && setBases([...bases, { relation: artifact.startsWith('datasets/') ? 'trained-on' : artifact.startsWith('services/') ? 'generated-with' : 'finetuned-from', id: artifact }])} />
          </section>
          {!ready && <Empty>{text.empty}</Empty>}
          {explain.error && <Failure error={explain.error} again={explain.again} />}
          {ready && !explanation && explain.loading && <Spinner />}
          {ready && explanation && !explain.error && (
            <>
              <h2 class="visually-hidden">{text.result}</h2>
              {!license && <p class="notice info">{text.needsLicense}</p>}
              <div class={stale}><AnswerBlock explanation={explanation} question={question} headroom={undefined} vocabulary={vocabulary} /></div>
              <Section id="why" title={t.value.artifact.proof}>
                <div class={stale}>
                  {(explanation.verdicts ?? []).map((entry) => (
                    <div key={entry.right} class="right-proof">
                      <h3 class="group-title">{t.value.right[rightWord(entry.right)]} <VerdictMark verdict={verdictWord(entry.verdict)} /></h3>
                      <Proof because={entry.because ?? []} focus={id} verdict={verdictWord(entry.verdict)} />
                    </div>
                  ))}
                </div>
              </Section>
              <Section id="findings" title={t.value.artifact.findings}><Findings findings={explanation.findings ?? []} /></Section>
              <Section id="suggestions" title={text.suggestions}>
                {suggest.error ? <Failure error={suggest.error} again={suggest.again} /> : !suggest.data ? <Spinner /> : (
                  <>
                    {(suggest.data.suggestions?.length ?? 0) === 0 && <p>{text.suggestionsNone}</p>}
                    <ul class="suggestions">
                      <Folded items={suggest.data.suggestions ?? []} first={8} more={t.value.graph.more}>
                        {(suggestion) => (
                          <li key={suggestion.license}>
                            <span><LicenseLinks expression={suggestion.license} /> <span class="muted small">{named(t.value.class, 'LICENSE_CLASS_', suggestion.licenseClass)}</span></span>
                            <span class="small muted">{(suggestion.duties ?? []).map((duty) => named(t.value.duty, 'DUTY_KIND_', duty)).join(', ')}</span>
                            {suggestion.license !== license && <button type="button" class="button quiet" onClick={() => setParams({ license: suggestion.license })}>{text.adopt}</button>}
                          </li>
                        )}
                      </Folded>
                    </ul>
                    {(suggest.data.conflicts ?? []).map((conflict, at) => (
                      <p key={at}><strong>{text.conflicts}:</strong> {(conflict.artifacts ?? []).map((artifact, index) => <span key={artifact}>{index > 0 && ', '}<ArtifactLink id={artifact} /></span>)}</p>
                    ))}
                  </>
                )}
              </Section>
              <Section id="repairs" title={text.repairs}>
                {repair.error ? <Failure error={repair.error} again={repair.again} /> : !repair.data ? <Spinner /> : repair.data.passes ? <p class="muted">{text.repairsPass}</p> : (
                  <>
                    {!repair.data.possible && <p>{license ? text.repairsNone : text.needsLicense}</p>}
                    <ul class="suggestions">
                      {(repair.data.sets ?? []).map((set, at) => (
                        <li key={at}>
                          <span>{t.value.whatif.replace('')}{(set.artifacts ?? []).map((artifact, index) => <span key={artifact}>{index > 0 && ', '}<ArtifactLink id={artifact} /></span>)}</span>
                          <VerdictMark verdict={verdictWord(set.verdict)} />
                        </li>
                      ))}
                    </ul>
                    {confirmations.length > 0 && (
                      <>
                        <h3 class="group-title">{text.confirm}</h3>
                        <ul class="bullets">
                          <Folded items={confirmations} first={5} more={t.value.graph.more}>
                            {(confirmation, at) => (
                              <li key={at}>
                                {text.confirmKind[word('CONFIRMATION_KIND_', confirmation.kind)]?.({
                                  artifact: confirmation.artifact ?? '',
                                  license: licenseLabel(confirmation.license),
                                  by: confirmation.by ?? '',
                                  parent: confirmation.parent ?? '',
                                })}
                              </li>
                            )}
                          </Folded>
                        </ul>
                      </>
                    )}
                  </>
                )}
              </Section>
              <Section id="duties" title={t.value.artifact.duties}><div class={stale}><Duties duties={explanation.duties ?? []} question={question} /></div></Section>
            </>
          )}
        </div>
      </div>
    </>
  );
}
