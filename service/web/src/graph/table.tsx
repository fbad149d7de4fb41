// The same data as a table: for those who read rather than look.
import { named, t } from '../text';
import { ArtifactLink, LicenseLinks } from '../ui/parts';
import { VerdictMark, verdictWord } from '../ui/verdict';
import { foldedVerdicts, type Scene } from './view';

export function GraphTable({ scene, onUnfold }: { scene: Scene; onUnfold: (key: string) => void }) {
  const text = t.value.graph;
  const rows = [...scene.nodes].sort((a, b) => Math.abs(a.place.column) - Math.abs(b.place.column) || a.place.column - b.place.column || a.place.y - b.place.y);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={text.table}>
      <table class="graph-table stacked">
        <thead>
          <tr>
            <th scope="col">{text.node}</th>
            <th scope="col">{text.kind}</th>
            <th scope="col">{text.license}</th>
            <th scope="col">{text.verdict}</th>
            <th scope="col">{text.from}</th>
            <th scope="col" class="numeric">{text.level}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ node, place }) => (
            <tr key={node.id}>
              <th scope="row"><ArtifactLink id={node.id} /></th>
              <td>{named(t.value.kind, 'ARTIFACT_KIND_', node.kind)}</td>
              <td><LicenseLinks expression={node.license} /></td>
              <td><VerdictMark verdict={verdictWord(node.verdict)} /></td>
              <td>
                {scene.links.filter((link) => link.child === node.id).map((link) => (
                  <div key={`${link.relation} ${link.parent}`} class="small">
                    <span class="muted">{named(t.value.relation, '', link.relation)}</span> <bdi>{link.parent}</bdi>
                    {scene.path.has(`${link.child}\n${link.parent}`) && <span class="tag">{t.value.artifact.decides}</span>}
                  </div>
                ))}
              </td>
              <td class="numeric">{place.column === 0 ? '–' : `${place.column < 0 ? '←' : '→'} ${Math.abs(place.column)}`}</td>
            </tr>
          ))}
          {scene.folds.map((entry) => (
            <tr key={entry.key}>
              <td colSpan={6} class="muted">
                <button type="button" class="link" onClick={() => onUnfold(entry.key)}>{text.moreLabel(entry.count, entry.anchor)}</button> ({foldedVerdicts(entry.verdicts)})
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
