// The proof: each licence that counts, how it reaches the artifact, and the clauses that decide. A tree that opens.
import type { Because } from '../wire';
import { t, word } from '../text';
import { Folded, Name } from '../ui/parts';
import { VerdictMark, strictness, verdictWord, type VerdictWord } from '../ui/verdict';
import { LicenseTitle, useLicenseName } from './licence';
import { Path } from './path';
import { SourceLine } from './source';

export interface ProofGroup {
  key: string;
  verdict: VerdictWord;
  license: string;
  artifact: string;
  contested: boolean;
  first: Because;
  clauses: Because[];
}

// Clauses by whose licence they are of and how they come here; the strictest group first, the rest as the server orders.
export function groupsOf(because: Because[]): ProofGroup[] {
  const groups = new Map<string, ProofGroup>();
  for (const entry of because) {
    const verdict = verdictWord(entry.verdict);
    const key = [entry.license, entry.artifact, verdict, entry.contested ? 'c' : ''].join('\n');
    const group = groups.get(key);
    if (group) group.clauses.push(entry);
    else {
      groups.set(key, {
        key,
        verdict,
        license: entry.license ?? '',
        artifact: entry.artifact ?? '',
        contested: entry.contested ?? false,
        first: entry,
        clauses: [entry],
      });
    }
  }
  return [...groups.values()].sort((a, b) => strictness(a.verdict) - strictness(b.verdict));
}

// Clauses that differ in the right alone are one line.
function distinct(clauses: Because[]): Because[] {
  const seen = new Set<string>();
  return clauses.filter((clause) => {
    const key = `${clause.section}\n${clause.term}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function dependsOn(clause: Because): string[] {
  const names: Record<string, string> = {
    'monthly-active-users': t.value.question.users,
    'annual-revenue-usd': t.value.question.revenue,
    'region': t.value.question.region,
    'purpose': t.value.question.purpose,
    'entity': t.value.question.entity,
    'established-in': t.value.question.seat,
  };
  return (clause.missingContext ?? [])
    .map((key) => word('CONTEXT_KEY_', key))
    .map((key) => names[key] ?? key.replace(/-/g, ' '))
    .concat((clause.missingFacts ?? []).map((fact) => fact.replace(/-/g, ' ')));
}

function Clause({ clause }: { clause: Because }) {
  const needs = dependsOn(clause);
  return (
    <li class="clause">
      {clause.section && <span class="clause-section">{t.value.why.clause(clause.section)}</span>}
      <span lang="en">{clause.term}</span>
      {needs.length > 0 && (
        <span class="clause-needs">
          {t.value.artifact.condition}: {needs.join(', ')}
        </span>
      )}
    </li>
  );
}

function Group({ group, focus, open }: { group: ProofGroup; focus: string; open: boolean }) {
  const text = t.value.artifact;
  const own = !group.first.path?.length;
  const clauses = distinct(group.clauses);
  const name = useLicenseName(group.license);
  return (
    <li>
      <details class={`proof-group ${group.verdict}`} open={open}>
        <summary>
          <VerdictMark verdict={group.verdict} />
          <span class="proof-title">
            {group.license ? <Name text={name} /> : t.value.why.noLicense}
            <span class="muted">
              {' · '}
              {own ? text.ownLicense : <Name text={group.artifact} />}
            </span>
            {group.contested && <span class="tag contested" title={t.value.why.contestedSays}>{t.value.why.contested}</span>}
          </span>
          {clauses.length > 1 && <span class="muted small count">{clauses.length}</span>}
        </summary>
        <div class="proof-body">
          {group.license && (
            <p class="small">
              <span class="muted">{text.license}: </span>
              <LicenseTitle id={group.license} />
            </p>
          )}
          {!own && (
            <p class="small">
              <span class="muted">{text.path}: </span>
              <Path from={focus} hops={group.first.path ?? []} />
            </p>
          )}
          <ul class="clauses">
            <Folded items={clauses} first={5} more={text.moreClauses}>
              {(clause, at) => <Clause key={at} clause={clause} />}
            </Folded>
          </ul>
          {group.first.claim?.supposed && <p class="small muted">{text.supposed}</p>}
          {group.first.claim?.source && !group.first.claim.supposed && (
            <div class="stated small">
              <span class="muted">{text.stated}: </span>
              <SourceLine source={group.first.claim.source} inferred={group.first.claim.inferred} />
            </div>
          )}
        </div>
      </details>
    </li>
  );
}

export function Proof({ because, focus, verdict }: { because: Because[]; focus: string; verdict: VerdictWord }) {
  const groups = groupsOf(because);
  if (!groups.length) return null;
  const strict = groups.filter((group) => group.verdict === verdict);
  const weaker = groups.filter((group) => group.verdict !== verdict);
  return (
    <ul class="proof">
      <Folded items={strict} first={6} more={t.value.graph.more}>
        {(group, at) => <Group key={group.key} group={group} focus={focus} open={at === 0} />}
      </Folded>
      {weaker.length > 0 && (
        <li>
          <details class="weaker">
            <summary>{t.value.artifact.alsoCounts(weaker.length)}</summary>
            <ul class="proof">
              <Folded items={weaker} first={8} more={t.value.graph.more}>
                {(group) => <Group key={group.key} group={group} focus={focus} open={false} />}
              </Folded>
            </ul>
          </details>
        </li>
      )}
    </ul>
  );
}
