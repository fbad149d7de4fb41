// An artifact: the answer first, then why, what to do, who disagrees, and what was stated when.
import { useEffect, useRef } from 'preact/hooks';
import { AnswerBlock } from '../artifact/answer';
import { Disputed, History } from '../artifact/claims';
import { Duties, NoticePanel } from '../artifact/duties';
import { Findings } from '../artifact/findings';
import { Neighbours } from '../artifact/neighbours';
import { Openness } from '../artifact/openness';
import { Proof } from '../artifact/proof';
import { QuestionPanel, update, useVocabulary } from '../artifact/question-panel';
import { Rights } from '../artifact/rights';
import { rightWord } from '../artifact/sentence';
import { Timeline } from '../artifact/timeline';
import { allRights, optionsOf, paramsOf, questionOf, rightName } from '../question';
import { useAnswer } from '../query';
import { go, href, route, setParams } from '../route';
import type { ExplainResponse, GetArtifactResponse, HeadroomResponse, Permissions } from '../wire';
import { named, t } from '../text';
import { CopyButton, Failure, LicenseLinks, Name, Section, Spinner } from '../ui/parts';
import { verdictWord } from '../ui/verdict';

// The day on the reader's clock, in UTC as the server counts.
const clockDay = () => new Date().toISOString().slice(0, 10);

export function ArtifactPage() {
  const id = route.value.rest;
  const question = questionOf(route.value.params);
  const options = optionsOf(question);
  const rights = question.rights.map(rightName);
  const explain = useAnswer<ExplainResponse>('PermissionService/Explain', { artifact: id, rights, options });
  const permissions = useAnswer<Permissions>('PermissionService/GetEffectivePermissions', { artifact: id, options });
  const { context: _, ...plain } = options;
  const info = useAnswer<GetArtifactResponse>('LineageService/GetArtifact', { artifact: id, options: plain });
  const headroom = useAnswer<HeadroomResponse>('PermissionService/GetHeadroom', { artifact: id, rights, options });
  const vocabulary = useVocabulary();
  const chosen = route.value.params.get('why') ?? '';
  const selected = allRights.includes(chosen) ? chosen : (question.rights[0] ?? 'commercial-use');
  const asked = question.rights.includes(selected);
  // The proof of a right that is not part of the question is asked for when somebody wants to see it.
  const other = useAnswer<ExplainResponse>('PermissionService/Explain', asked ? undefined : { artifact: id, rights: [rightName(selected)], options });
  const why = useRef<HTMLElement>(null);
  const text = t.value.artifact;

  const explanation = explain.data?.explanation;
  const found = explanation?.artifact.id;
  const name = explanation?.artifact.displayName || explanation?.artifact.id || id;
  useEffect(() => {
    document.title = `${name.slice(0, 80)} · ${t.value.product}`;
  }, [name, t.value]);
  // A short name or an alias becomes the id, so that the address that is copied means one thing for ever.
  useEffect(() => {
    if (found && found !== id && !explain.loading) go(href.artifact(found, route.value.params), true);
  }, [found, explain.loading]);

  if (explain.error) {
    return (
      <>
        <h1 class="page-head"><Name text={id} /></h1>
        <Failure error={explain.error} again={explain.again} />
        {explain.error.code === 'not_found' && (
          <p><a class="button" href={href.page('search', { q: id })}>{t.value.state.search}</a></p>
        )}
      </>
    );
  }
  if (!explanation) return <Spinner />;

  const right = (asked ? explanation : (other.data?.explanation ?? undefined))?.verdicts?.find((entry) => rightWord(entry.right) === selected);
  const stale = explain.loading ? 'updating' : '';
  const disputed = explanation.disputed ?? [];
  const showWhy = (right: string) => {
    setParams({ why: right === question.rights[0] ? undefined : right });
    why.current?.querySelector('#why')?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  };
  const shareLink = () => {
    const params = paramsOf({ ...question, asOf: explanation.asOf ?? question.asOf, revision: explanation.revision ?? question.revision });
    return location.origin + href.artifact(explanation.artifact.id, params);
  };
  const day = (asOf: string) => {
    update(question, { asOf });
    scrollTo({ top: 0, behavior: 'smooth' });
  };
  return (
    <article class="artifact">
      <header class="artifact-head">
        <p class="kicker">
          {named(t.value.kind, 'ARTIFACT_KIND_', explanation.artifact.kind)} <Name text={explanation.artifact.id} />
        </p>
        <h1 class={name.length > 80 ? 'long' : ''}><Name text={name} /></h1>
        <p class="facts">
          <span>{text.license}: <LicenseLinks expression={explanation.license} /></span>
          {explanation.licenseClass && <span class="muted">{named(t.value.class, 'LICENSE_CLASS_', explanation.licenseClass)}</span>}
          {explanation.licensor && (
            <span title={explanation.licensorClaimed ? undefined : text.licensorInferred}>{text.licensor}: <Name text={explanation.licensor} short /></span>
          )}
          {explanation.artifact.releaseDate && <span>{text.released}: {explanation.artifact.releaseDate}</span>}
        </p>
        {explanation.licenseOf && <p class="small muted">{text.licenseOf(explanation.licenseOf)}</p>}
        {question.revision && (
          <p class="notice info small">
            {text.pinned(question.revision)}{' '}
            <button type="button" class="link" onClick={() => update(question, { revision: '' })}>{text.pinnedOff}</button>
          </p>
        )}
      </header>
      <div class="artifact-columns">
        <QuestionPanel question={question} byStance={explanation.complete ? explanation.jointByStance : undefined} theory={explanation.theory}>
          <Timeline id={explanation.artifact.id} question={question} claims={info.data?.claims} explanation={explanation} today={question.asOf ? clockDay() : (explanation.asOf ?? clockDay())} />
        </QuestionPanel>
        <div class="artifact-main" aria-busy={explain.loading}>
          <span class="visually-hidden" role="status">{explain.loading ? t.value.state.updating : ''}</span>
          <div class={stale}>
            <AnswerBlock explanation={explanation} question={question} headroom={headroom.data} vocabulary={vocabulary} />
          </div>
          <div class="actions button-row">
            <a class="button" href={href.graph(explanation.artifact.id, paramsOf(question))}>{text.graphOpen}</a>
            <a class="button" href={href.page('compare', (() => { const params = paramsOf(question); params.set('ids', explanation.artifact.id); return params; })())}>{text.compareIt}</a>
            <a class="button" href={href.page('what-if', (() => { const params = paramsOf(question); params.set('from', `finetuned-from:${explanation.artifact.id}`); return params; })())}>{text.whatif}</a>
            <CopyButton text={shareLink} label={text.copyLink} />
            <button type="button" class="button quiet" onClick={() => print()}>{text.print}</button>
          </div>
          <section ref={why}>
            <Section id="rights" title={text.rights} says={text.rightsSay}>
              {permissions.data ? (
                <div class={permissions.loading ? 'updating' : ''}>
                  <Rights permissions={permissions.data} question={question} selected={selected} onSelect={showWhy} />
                </div>
              ) : permissions.error ? <Failure error={permissions.error} again={permissions.again} /> : <Spinner />}
            </Section>
            <Section id="why" title={`${text.proof}: ${t.value.right[selected] ?? selected}`}>
              {right ? (
                <div class={stale || (other.loading ? 'updating' : '')}>
                  {explanation.complete && verdictWord(right.verdict) === 'permitted' && <p class="muted small">{text.proofEmpty}</p>}
                  {right.choice && <p>{t.value.why.choice(right.choice)}</p>}
                  <Proof because={explanation.complete ? (right.because ?? []) : (right.because ?? []).filter((entry) => verdictWord(entry.verdict) !== 'permitted')} focus={explanation.artifact.id} verdict={verdictWord(right.verdict)} />
                </div>
              ) : other.error ? <Failure error={other.error} again={other.again} /> : <Spinner />}
            </Section>
          </section>
          <Section id="duties" title={text.duties}>
            <div class={stale}><Duties duties={explanation.duties ?? []} question={question} /></div>
            <NoticePanel id={explanation.artifact.id} question={question} />
          </Section>
          <Section id="findings" title={text.findings}>
            <div class={stale}><Findings findings={explanation.findings ?? []} /></div>
          </Section>
          {disputed.length > 0 && (
            <Section id="disputed" title={text.disputed} says={text.disputedSays}>
              <Disputed claims={explanation.claims ?? []} disputed={disputed} />
            </Section>
          )}
          <Section id="lineage" title={text.graph} aside={<a href={href.graph(explanation.artifact.id, paramsOf(question))}>{text.graphOpen}</a>}>
            {info.data ? <Neighbours info={info.data} /> : info.error ? <Failure error={info.error} again={info.again} /> : <Spinner />}
          </Section>
          <Section id="openness" title={text.openness}>
            <Openness id={explanation.artifact.id} question={question} />
          </Section>
          <Section id="history" title={text.history} says={text.historySays}>
            {info.data && <History claims={info.data.claims ?? []} onDay={day} />}
          </Section>
          <details class="section not-examined">
            <summary><h2>{text.notExamined}</h2></summary>
            <ul>{text.notExaminedList.map((line) => <li key={line}>{line}</li>)}</ul>
          </details>
          <p class="small muted">
            {text.revision(explanation.revision ?? '')}, {explanation.asOf}.
          </p>
        </div>
      </div>
    </article>
  );
}
