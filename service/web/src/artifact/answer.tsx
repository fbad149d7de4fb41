// The answer: one plain sentence, then the clause that decides, then what would settle it.
import type { Question } from '../question';
import type { Because, Explanation, HeadroomResponse, Vocabulary } from '../wire';
import { t, word } from '../text';
import { ArtifactLink, licenseLabel, Name, plain } from '../ui/parts';
import { VerdictIcon, VerdictMark, strictness, verdictWord } from '../ui/verdict';
import { dutyLines } from './duties';
import { useLicenseName } from './licence';
import { Path } from './path';
import { onlyTogether, overall, sentence } from './sentence';
import { Headroom, Settle } from './settle';

// The clause that decides, quoted, with whose it is and how it comes here.
export function Decides({ because, focus, origin }: { because: Because; focus: string; origin?: Because | undefined }) {
  const text = t.value.why;
  const name = useLicenseName(because.license);
  const own = !because.path?.length;
  const verdict = verdictWord(because.verdict);
  const kind = verdict === 'prohibited' || verdict === 'conditional' ? verdict : 'undetermined';
  return (
    <div class="decides">
      <p>
        {!because.license || because.license === 'undeclared' ? (
          <>
            {text.noLicense} {own ? <Name text={focus} /> : <ArtifactLink id={because.artifact ?? ''} />}
          </>
        ) : own ? (
          text.own[kind](name)
        ) : (
          <>
            {text.inherited[kind](name)} <ArtifactLink id={because.artifact ?? ''} />
          </>
        )}
        {because.section && <span class="muted">{` (${text.clause(because.section)})`}</span>}
        {because.term ? ':' : '.'}
      </p>
      {because.term && <blockquote class="term" lang="en">{plain(because.term)}</blockquote>}
      {own && origin && (
        <p class="small">
          <span class="muted">{text.cameWith} </span><ArtifactLink id={origin.artifact ?? ''} /><span class="muted">: </span>
          <Path from={focus} hops={origin.path ?? []} />
        </p>
      )}
      {!own && (
        <p class="small">
          <span class="muted">{t.value.artifact.path}: </span>
          <Path from={focus} hops={because.path ?? []} />
        </p>
      )}
    </div>
  );
}

function Granted({ license }: { license: string | undefined }) {
  const name = useLicenseName(license);
  return license ? <p>{t.value.why.ownGrant(name)}</p> : null;
}

// Where the artifact's own licence decides and the same licence also comes from above: that is where it is from.
export function originOf(joint: Because[], first: Because | undefined): Because | undefined {
  if (!first || first.path?.length) return undefined;
  return joint.find((entry) => entry.verdict === first.verdict && entry.license === first.license && entry.path?.length && !entry.contested);
}

export function AnswerBlock({ explanation, question, headroom, vocabulary }: {
  explanation: Explanation;
  question: Question;
  headroom: HeadroomResponse | undefined;
  vocabulary: Vocabulary | undefined;
}) {
  const answer = { verdict: explanation.jointVerdict, gate: explanation.gate, complete: explanation.complete };
  const whole = overall(answer);
  const joint = explanation.jointBecause ?? [];
  const first = joint.find((entry) => verdictWord(entry.verdict) === verdictWord(explanation.jointVerdict));
  const gateVerdict = explanation.gate?.verdict ? verdictWord(explanation.gate.verdict) : undefined;
  const gateFindings = (explanation.gate?.findings ?? []).map((index) => explanation.findings?.[index]).filter((finding) => finding !== undefined);
  const text = t.value;
  const due = dutyLines((explanation.duties ?? []).filter((duty) => !duty.contested && duty.due !== false));
  // A stricter reading of the law that says otherwise belongs beside the answer, not below it.
  const others = (explanation.jointByStance ?? []).filter((other) => strictness(verdictWord(other.verdict)) < strictness(verdictWord(explanation.jointVerdict)));
  const questions = verdictWord(explanation.jointVerdict) === 'conditional' || verdictWord(explanation.jointVerdict) === 'undetermined';
  return (
    <div class={`answer ${whole}`}>
      <div class="answer-lead">
        <span class="answer-icon" aria-hidden="true"><VerdictIcon verdict={whole} size={26} /></span>
        <div>
          <p class="answer-sentence" role="status">{sentence(question.rights, answer)}</p>
          <p class="answer-word"><VerdictMark verdict={whole} /></p>
        </div>
      </div>
      <div class="answer-more">
        {!explanation.complete && <p class="notice warning">{text.sentence.incomplete}</p>}
        {onlyTogether(explanation) && <p>{text.sentence.together}</p>}
        {first && verdictWord(explanation.jointVerdict) !== 'permitted' && <Decides because={first} focus={explanation.artifact.id} origin={originOf(joint, first)} />}
        {whole === 'permitted' && (explanation.jointChoice ? <p>{text.why.choice(licenseLabel(explanation.jointChoice))}</p> : <Granted license={explanation.license} />)}
        {gateVerdict && gateVerdict !== 'permitted' && (
          <div class="decides">
            <p><strong>{text.artifact.release}:</strong> <VerdictMark verdict={gateVerdict} /></p>
            {gateFindings.map((finding, at) => (
              <blockquote key={at} class="term" lang="en"><Name text={plain(finding.message)} /></blockquote>
            ))}
          </div>
        )}
        {gateVerdict === 'permitted' && (explanation.gate?.as?.length ?? 0) > 0 && (
          <p class="small muted">{text.artifact.release}: {text.artifact.releaseOk}</p>
        )}
        {(due.length > 0 || others.length > 0) && (
          <ul class="caveats">
            {due.length > 0 && whole !== 'prohibited' && <li><a href="#duties">{text.sentence.duties(due.length)}</a></li>}
            {others.map((other) => (
              <li key={other.stance}>
                {text.sentence.under(text.stance[word('STANCE_', other.stance)] ?? '')} <VerdictMark verdict={verdictWord(other.verdict)} />
              </li>
            ))}
          </ul>
        )}
        <Headroom answer={headroom} />
        {questions && <Settle because={joint} question={question} vocabulary={vocabulary} />}
      </div>
    </div>
  );
}
