// Two licences: may what is made under one be released under the other, and where do their terms differ?
import { useEffect } from 'preact/hooks';
import { allRights } from '../question';
import { useAnswer } from '../query';
import { route, setParams } from '../route';
import type { CompareLicensesResponse, Compatibility, License } from '../wire';
import { named, t, word } from '../text';
import { Failure, licenseLabel, LicenseLinks, Name, Select, Spinner } from '../ui/parts';
import { SearchBox } from '../ui/searchbox';
import { VerdictIcon, strictness, type VerdictWord } from '../ui/verdict';
import { AnswerMark, toneOf } from './license';

const steps = ['fine-tune', 'copy', 'merge', 'data', 'bundle'];
const tones: Record<string, VerdictWord> = { yes: 'permitted', depends: 'conditional', unknown: 'undetermined', no: 'prohibited' };

function Direction({ from, to, answer }: { from: string; to: string; answer: Compatibility | undefined }) {
  const key = word('COMPATIBILITY_ANSWER_', answer?.answer) || 'unknown';
  const tone = tones[key] ?? 'undetermined';
  return (
    <section class={`candidate ${tone}`}>
      <p class="muted small">{t.value.license.into(licenseLabel(from), licenseLabel(to))}</p>
      <p><span class="mark large"><VerdictIcon verdict={tone} size={20} /> {t.value.yesNo[key] ?? key}</span></p>
      <p lang="en">{answer?.reason || (key === 'yes' ? t.value.license.sayYes : '')}</p>
      {answer?.says && <blockquote class="term" lang="en">{answer.says}</blockquote>}
      {answer?.license && <p class="small muted"><LicenseLinks expression={answer.license} /> {answer.section && t.value.why.clause(answer.section)}</p>}
    </section>
  );
}

// The strictest thing that a licence says of a right, for the work itself.
function strictestGrant(license: License | undefined, right: string) {
  const grants = (license?.grants ?? []).filter((grant) => (grant.rights ?? []).some((other) => word('RIGHT_', other) === right));
  return grants.sort((a, b) => strictness(toneOf(a.answer)) - strictness(toneOf(b.answer)))[0];
}

function Pick({ label, value, onPick }: { label: string; value: string; onPick: (id: string | undefined) => void }) {
  return (
    <div class="field grow">
      <span class="field-label">{label}</span>
      {value ? (
        <span class="given">
          <span><LicenseLinks expression={value} /></span>
          <button type="button" class="button quiet" aria-label={`${t.value.whatif.remove}: ${value}`} onClick={() => onPick(undefined)}>×</button>
        </span>
      ) : <SearchBox only="licenses" label={label} onPick={({ license }) => license && onPick(license)} />}
    </div>
  );
}

export function CompareLicensesPage() {
  const params = route.value.params;
  const a = params.get('a') ?? '';
  const b = params.get('b') ?? '';
  const step = steps.includes(params.get('step') ?? '') ? (params.get('step') as string) : 'fine-tune';
  const text = t.value.license;
  const ready = a !== '' && b !== '';
  const answer = useAnswer<CompareLicensesResponse>('PermissionService/CompareLicenses', ready ? { a, b, step: `COMPARE_STEP_${step.toUpperCase().replace('-', '_')}` } : undefined);
  const first = useAnswer<{ license: License }>('LineageService/GetLicense', ready ? { license: a } : undefined).data?.license;
  const second = useAnswer<{ license: License }>('LineageService/GetLicense', ready ? { license: b } : undefined).data?.license;
  useEffect(() => {
    document.title = `${text.compareTitle} · ${t.value.product}`;
  }, [t.value]);
  const dutiesOf = (license: License | undefined) => [...new Set((license?.duties ?? []).map((duty) => named(t.value.duty, 'DUTY_KIND_', duty.kind)))];
  return (
    <>
      <div class="page-head"><h1>{text.compareTitle}</h1></div>
      <div class="toolbar">
        <Pick label={`${text.comparePick} A`} value={a} onPick={(id) => setParams({ a: id })} />
        <Pick label={`${text.comparePick} B`} value={b} onPick={(id) => setParams({ b: id })} />
        <Select label={text.step} value={step} options={steps.map((value) => ({ value, label: text.steps[value] ?? value }))} onChange={(value) => setParams({ step: value === 'fine-tune' ? undefined : value })} />
      </div>
      {answer.error && <Failure error={answer.error} again={answer.again} />}
      {ready && !answer.data && answer.loading && <Spinner />}
      {answer.data && ready && (
        <>
          <div class={`candidates${answer.loading ? ' updating' : ''}`}>
            <Direction from={a} to={b} answer={answer.data.aIntoB} />
            <Direction from={b} to={a} answer={answer.data.bIntoA} />
          </div>
          <section class="section scroll-x" tabIndex={0} aria-label={text.compareTitle}>
            <table>
              <thead><tr><th scope="col" /><th scope="col"><Name text={licenseLabel(a)} /></th><th scope="col"><Name text={licenseLabel(b)} /></th></tr></thead>
              <tbody>
                {first && second && allRights.map((right) => {
                  const [one, two] = [strictestGrant(first, right), strictestGrant(second, right)];
                  return (
                    <tr key={right}>
                      <th scope="row">{t.value.right[right]}</th>
                      {[one, two].map((grant, at) => (
                        <td key={at}>
                          {grant ? <AnswerMark answer={grant.answer} /> : '–'}
                          {grant && toneOf(grant.answer) !== 'permitted' && <p class="small" lang="en">{grant.says} <span class="muted">{grant.section}</span></p>}
                        </td>
                      ))}
                    </tr>
                  );
                })}
                {first && second && (
                  <tr>
                    <th scope="row">{text.duties}</th>
                    {[first, second].map((license, at) => <td key={at}>{dutiesOf(license).join(', ') || '–'}</td>)}
                  </tr>
                )}
              </tbody>
            </table>
          </section>
        </>
      )}
    </>
  );
}
