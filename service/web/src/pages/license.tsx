// Licences: all of them, and one with its terms and the clause that each comes from.
import { useEffect, useState } from 'preact/hooks';
import { href, route, setParams } from '../route';
import { useAnswer } from '../query';
import { licenseNames, matching, type LicenseName } from '../search';
import { ApiError } from '../api';
import { allRights } from '../question';
import type { Grant, License } from '../wire';
import { named, t, word } from '../text';
import { Failure, licenseLabel, Name, Section, Select, Spinner } from '../ui/parts';
import { VerdictIcon, type VerdictWord } from '../ui/verdict';
import { useVocabulary } from '../artifact/question-panel';

// What a licence says of a right has an own set of words; their colours are those of verdicts, never looser.
const tones: Record<string, VerdictWord> = { permitted: 'permitted', conditional: 'conditional', prohibited: 'prohibited' };
export const toneOf = (answer: string | undefined): VerdictWord => tones[word('ANSWER_', answer)] ?? 'undetermined';

// Bars first, since they must not be overlooked; then what is free; long lists of conditions last.
const order: VerdictWord[] = ['prohibited', 'undetermined', 'unknown', 'permitted', 'conditional'];

export function AnswerMark({ answer }: { answer: string | undefined }) {
  const tone = toneOf(answer);
  return (
    <span class={`mark ${tone}`}>
      <VerdictIcon verdict={tone} size={14} />
      <span>{named(t.value.answer, 'ANSWER_', answer)}</span>
    </span>
  );
}

function Grants({ license }: { license: License }) {
  const [right, setRight] = useState('');
  const [all, setAll] = useState(false);
  const text = t.value.license;
  const grants = (license.grants ?? [])
    .filter((grant) => !right || (grant.rights ?? []).some((other) => word('RIGHT_', other) === right))
    .sort((a, b) => order.indexOf(toneOf(a.answer)) - order.indexOf(toneOf(b.answer)));
  const shown = all ? grants : grants.slice(0, 30);
  return (
    <>
      <div class="toolbar">
        <Select label={t.value.question.rights} value={right} options={[{ value: '', label: t.value.state.all }, ...allRights.map((name) => ({ value: name, label: t.value.right[name] ?? name }))]} onChange={setRight} />
      </div>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={text.grants}>
        <table class="terms stacked">
          <thead>
            <tr>
              <th scope="col">{t.value.artifact.answer}</th>
              <th scope="col">{text.says_}</th>
              <th scope="col">{text.where}</th>
              <th scope="col">{text.applies}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((grant: Grant, at) => (
              <tr key={at}>
                <td><AnswerMark answer={grant.answer} /></td>
                <td>
                  <p lang="en">{grant.says}</p>
                  <p class="small muted">{(grant.rights ?? []).map((name) => named(t.value.right, 'RIGHT_', name)).join(', ')}</p>
                </td>
                <td class="small">{grant.section}</td>
                <td class="small">{(grant.scopes ?? []).map((scope) => named(t.value.scope, 'SCOPE_', scope)).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {grants.length > shown.length && <button type="button" class="link" onClick={() => setAll(true)}>{t.value.graph.more(grants.length - shown.length)}</button>}
    </>
  );
}

export function LicensePage() {
  const id = route.value.rest;
  const answer = useAnswer<{ license: License }>('LineageService/GetLicense', { license: id });
  const vocabulary = useVocabulary();
  const text = t.value.license;
  const license = answer.data?.license;
  const name = license?.displayName ?? licenseLabel(id);
  useEffect(() => {
    document.title = `${name.slice(0, 80)} · ${t.value.product}`;
  }, [name]);
  if (answer.error) {
    return (
      <>
        <h1 class="page-head"><Name text={licenseLabel(id)} /></h1>
        <Failure error={answer.error} again={answer.again} />
        <p><a href={href.page('licenses', { q: id })}>{text.title}</a></p>
      </>
    );
  }
  if (!license) return <Spinner />;
  const basis = word('BASIS_', license.basis);
  const facts: [string, string][] = [
    [text.class, named(t.value.class, 'LICENSE_CLASS_', license.licenseClass)],
    [text.steward, license.steward ?? ''],
    [text.osi, license.osiApproved ? (t.value.yesNo['yes'] ?? '') : (t.value.yesNo['no'] ?? '')],
    [text.basis, `${text.basisName[basis] ?? basis}${license.readTexts?.length ? `: ${license.readTexts.map((read) => read.document).join('; ')}` : ''}`],
    [text.text, license.url ?? ''],
    [text.also, [license.id, ...(license.hubTags ?? []), ...(license.aliases ?? [])].slice(0, 12).join(', ')],
    [text.later, [...(license.laterVersions ?? []), ...(license.laterEditions ?? [])].map(licenseLabel).join(', ')],
  ];
  const rules = [license.formatsAreCopies, license.partsKeepLicense, license.notToImproveOthers, license.copiesKeepLicense, license.modelsFromOutputs, license.furtherRestrictions, ...(license.imposes ?? [])].filter((rule) => rule !== undefined);
  const purpose = (use: string) => vocabulary?.purposes?.find((entry) => entry.id === use)?.says ?? use.replace(/-/g, ' ');
  return (
    <>
      <header class="page-head">
        <p class="kicker"><a href={href.page('licenses')}>{text.title}</a></p>
        <h1><Name text={name} /></h1>
        <div class="button-row license-actions">
          <a class="button" href={href.page('compare-licenses', { a: license.id })}>{text.compare}…</a>
          <a class="button" href={href.page('search', { license: license.id })}>{text.models}</a>
        </div>
      </header>
      <dl class="section fact-list">
        {facts.filter(([, value]) => value).map(([label, value]) => (
          <div key={label}><dt>{label}</dt><dd><Name text={value} /></dd></div>
        ))}
        {license.revocable !== undefined && <div><dt>{text.clause['revocability']}</dt><dd>{text.revocable[String(license.revocable)]}</dd></div>}
      </dl>
      <Section id="grants" title={text.grants}><Grants license={license} /></Section>
      <Section id="duties" title={text.duties}>
        {(license.duties?.length ?? 0) === 0 ? <p class="muted">{t.value.artifact.dutiesNone}</p> : (
          <ul class="duties">
            {license.duties?.map((duty, at) => (
              <li key={at} class="duty">
                <div class="duty-head"><strong>{named(t.value.duty, 'DUTY_KIND_', duty.kind)}</strong></div>
                {duty.value && <div class="duty-value"><q><Name text={duty.value} /></q></div>}
                <p lang="en">{duty.says}</p>
                <p class="small muted">
                  {[(duty.triggers ?? []).map((trigger) => named(t.value.trigger, 'TRIGGER_', trigger)).join(', '), duty.section && t.value.why.clause(duty.section), (duty.scopes ?? []).map((scope) => named(t.value.scope, 'SCOPE_', scope)).join(', ')].filter(Boolean).join(' · ')}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {(license.usePolicy?.length ?? 0) > 0 && (
        <Section id="policy" title={`${text.policy} (${license.usePolicy?.length})`} says={license.usePolicySection}>
          <ul class="bullets columns">{license.usePolicy?.map((use) => <li key={use} lang="en">{purpose(use)}</li>)}</ul>
        </Section>
      )}
      {(license.clauses?.length ?? 0) > 0 && (
        <Section id="clauses" title={text.clauses}>
          <dl class="fact-list">
            {license.clauses?.map((clause, at) => (
              <div key={at}><dt>{named(text.clause, 'CLAUSE_KIND_', clause.kind)}</dt><dd lang="en">{clause.says} <span class="muted small">{clause.section && t.value.why.clause(clause.section)}</span></dd></div>
            ))}
          </dl>
        </Section>
      )}
      {rules.length > 0 && (
        <Section id="rules" title={text.rules}>
          <ul class="bullets">{rules.map((rule, at) => <li key={at} lang="en">{rule.says} <span class="muted small">{rule.section && t.value.why.clause(rule.section)}</span></li>)}</ul>
        </Section>
      )}
    </>
  );
}

export function LicensesPage() {
  const typed = route.value.params.get('q') ?? '';
  const [all, setAll] = useState<LicenseName[]>();
  const [error, setError] = useState<ApiError>();
  const [round, setRound] = useState(0);
  const text = t.value.license;
  useEffect(() => {
    document.title = `${text.title} · ${t.value.product}`;
    setError(undefined);
    licenseNames().then(setAll, (problem: unknown) => setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem))));
  }, [round]);
  const shown = all && (typed ? matching(all, typed, 1000) : all);
  return (
    <>
      <div class="page-head"><h1>{text.title}</h1><p class="muted">{text.says}</p></div>
      <div class="toolbar">
        <label class="field grow">
          <span class="field-label">{text.filter}</span>
          <input type="text" value={typed} onInput={(event) => setParams({ q: event.currentTarget.value || undefined })} />
        </label>
        <a class="button" href={href.page('compare-licenses')}>{text.compareTitle}</a>
      </div>
      {error ? <Failure error={error} again={() => setRound(round + 1)} /> : !shown ? <Spinner /> : (
        <section class="section">
          <p class="muted small" role="status">{text.count(shown.length)}</p>
          <ul class="results license-list">
            {shown.map((license) => (
              <li key={license.id} class="result">
                <a href={href.license(license.id)}><Name text={license.name} /></a>
                <span class="sub">{license.id} · {named(t.value.class, '', license.class)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
