// Who says what: the claims about the licence side by side, and everything that was stated, by day.
import type { Claim, ClaimView } from '../wire';
import { named, number, t, word } from '../text';
import { ArtifactLink, Folded, licenseLabel, LicenseLinks, Name } from '../ui/parts';
import { SourceLine } from './source';

export function Disputed({ claims, disputed }: { claims: ClaimView[]; disputed: ClaimView[] }) {
  const text = t.value.artifact;
  const concluded = claims.filter((view) => word('CLAIM_STATUS_', view.status) === 'concluded' && view.claim.license);
  const card = (view: ClaimView, counts: boolean) => (
    <li key={view.claim.number} class={`claim-card${counts ? ' counts' : ''}`}>
      <span class="small muted">{counts ? `✓ ${text.counts}` : `${text.doesNot}: ${named(t.value.status, 'CLAIM_STATUS_', view.status)}`}</span>
      <p class="claim-what">
        {view.claim.license ? <LicenseLinks expression={view.conclusion || view.claim.license.expression} /> : <Statement claim={view.claim} />}
      </p>
      <div class="small"><SourceLine source={view.claim.source} inferred={view.claim.inferred} /></div>
    </li>
  );
  return (
    <ul class="claim-cards">
      {concluded.map((view) => card(view, true))}
      <Folded items={disputed} first={5} more={t.value.graph.more}>{(view) => card(view, false)}</Folded>
    </ul>
  );
}

// One statement in a line.
export function Statement({ claim }: { claim: Claim }) {
  const text = t.value.artifact;
  if (claim.license) return <>{text.license}: <Name text={licenseLabel(claim.license.expression)} /></>;
  if (claim.edge) {
    return (
      <>
        {claim.edge.denies ? '¬ ' : ''}
        {named(t.value.relation, 'RELATION_', claim.edge.relation)} <ArtifactLink id={claim.edge.parent ?? ''} />
      </>
    );
  }
  if (claim.licensor) return <>{text.licensor}: <Name text={claim.licensor} /></>;
  if (claim.releases) return <>{text.released}: {(claim.releases.components ?? []).map((part) => named(t.value.component, 'COMPONENT_', part)).join(', ')}</>;
  if (claim.alias) return <>{text.aliases}: <Name text={claim.alias} /></>;
  if (claim.publishedPart) {
    const { part, license, withheld } = claim.publishedPart;
    return <>{word('MODEL_PART_', part).replace(/-/g, ' ')}: {withheld ? '✗' : '✓'} {license ? <Name text={licenseLabel(license)} /> : null}</>;
  }
  if (claim.fact) return <>{word('MODEL_FACT_', claim.fact.fact).replace(/-/g, ' ')}: <Name text={claim.fact.value ?? ''} /></>;
  return <Name text={claim.remark ?? claim.contents ?? ''} />;
}

const dayOf = (view: ClaimView) => view.claim.validFrom || view.claim.edge?.made || view.claim.source?.said || '';

export function History({ claims, onDay }: { claims: ClaimView[]; onDay: (day: string) => void }) {
  const sorted = [...claims].sort((a, b) => (dayOf(a) < dayOf(b) ? 1 : dayOf(a) > dayOf(b) ? -1 : Number(b.claim.number) - Number(a.claim.number)));
  return (
    <ol class="history">
      <Folded items={sorted} first={6} more={t.value.graph.more}>
        {(view) => {
          const day = dayOf(view);
          const whole = /^\d{4}-\d{2}-\d{2}$/.test(day);
          return (
            <li key={view.claim.number} class={`event ${word('CLAIM_STATUS_', view.status)}`}>
              <span class="event-day tabular">{whole ? <button type="button" class="link" onClick={() => onDay(day)}>{day}</button> : day}</span>
              <div>
                <p>
                  <Statement claim={view.claim} /> <span class="tag">{named(t.value.status, 'CLAIM_STATUS_', view.status)}</span>
                  {view.claim.validUntil && <span class="small muted"> → {view.claim.validUntil}</span>}
                </p>
                <div class="small muted"><SourceLine source={view.claim.source} inferred={view.claim.inferred} /></div>
              </div>
            </li>
          );
        }}
      </Folded>
    </ol>
  );
}

export const claimCount = (claims: ClaimView[]) => number(claims.length);
