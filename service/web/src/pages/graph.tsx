// The derivation: where an artifact comes from and what was made from it, step by step.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Decides, originOf } from '../artifact/answer';
import { overall, sentence } from '../artifact/sentence';
import { useVocabulary, StanceField, update } from '../artifact/question-panel';
import { saveSvg } from '../graph/export';
import { Known, relationGroups, type Side } from '../graph/model';
import { nothingKept, pathOf, sceneOf, type Expansion } from '../graph/scene';
import { GraphTable } from '../graph/table';
import { Drawing } from '../graph/view';
import { ApiError } from '../api';
import { allRights, optionsOf, paramsOf, questionOf, rightName } from '../question';
import { ask, useAnswer } from '../query';
import { go, href, route, setParams } from '../route';
import type { ExplainResponse, Graph } from '../wire';
import { number, t } from '../text';
import { Check, Failure, Name, Segmented, Select, Spinner } from '../ui/parts';
import { VerdictMark, verdictWord } from '../ui/verdict';

const nodesAtMost = 400;

function expansionsIn(text: string | null): Expansion[] {
  return (text ?? '').split(',').flatMap((part) => {
    const match = /^(up|down):(.+)$/.exec(part);
    return match ? [{ side: match[1] as Side, id: match[2] as string }] : [];
  });
}

export function GraphPage() {
  const id = route.value.rest;
  const params = route.value.params;
  const question = questionOf(params);
  const right = question.rights[0] ?? 'commercial-use';
  const options = optionsOf(question);
  const explain = useAnswer<ExplainResponse>('PermissionService/Explain', { artifact: id, rights: [rightName(right)], options });
  useVocabulary();
  const everything = params.get('all') === 'yes';
  const hidden = new Set((params.get('hide') ?? 'none').split(','));
  const shown = new Set(Object.keys(relationGroups).filter((group) => !hidden.has(group)));
  const view = params.get('view') ?? 'both';
  const opened = expansionsIn(params.get('open'));
  const [known, setKnown] = useState<{ key: string; graph: Known; focus: string }>();
  const [error, setError] = useState<ApiError>();
  const [round, setRound] = useState(0);
  const [unfolded, setUnfolded] = useState(new Map<string, number>());
  const [said, setSaid] = useState('');
  const kept = useRef(nothingKept());
  const keptFor = useRef('');
  const svg = useRef<SVGSVGElement | null>(null);
  const text = t.value.graph;

  const explanation = explain.data?.explanation;
  const first = explanation?.jointBecause?.find((entry) => verdictWord(entry.verdict) === verdictWord(explanation.jointVerdict));
  const deciding = verdictWord(explanation?.jointVerdict) === 'permitted' ? undefined : first;
  // Where the own licence decides, the same licence is often there because it came from above: that way is the path.
  const marked = deciding?.path?.length ? deciding : originOf(explanation?.jointBecause ?? [], deciding);
  const pathIds = (marked?.path ?? []).map((hop) => hop.artifact ?? '');
  const key = JSON.stringify([id, right, options]);

  // Everything that is expanded, asked anew when the question changes: verdicts are part of the picture.
  useEffect(() => {
    const abort = new AbortController();
    setError(undefined);
    const fetchGraph = (artifact: string, up: number, down: number) =>
      ask<Graph>('LineageService/ExportGraph', { artifact, up, down, maxNodes: nodesAtMost, right: rightName(right), options }, abort.signal);
    void (async () => {
      try {
        const graph = new Known();
        const main = await fetchGraph(id, 2, 2);
        const parts: Promise<[Graph, number, number]>[] = opened.map(async ({ id: from, side }): Promise<[Graph, number, number]> => {
          const [up, down] = side === 'up' ? [2, 0] : [0, 2];
          return [await fetchGraph(from, up, down), up, down];
        });
        // A path that is longer than two steps needs the boxes on it.
        if (everything || pathIds.length > 2) parts.push(fetchGraph(id, 16, 0).then((answer): [Graph, number, number] => [answer, 16, 0]));
        for (const [answer, up, down] of await Promise.all(parts)) graph.add(answer, up, down);
        graph.add(main, 2, 2);
        if (!abort.signal.aborted) setKnown({ key, graph, focus: main.focus });
      } catch (problem) {
        if (!abort.signal.aborted) setError(problem instanceof ApiError ? problem : new ApiError('unknown', String(problem)));
      }
    })();
    return () => abort.abort();
  }, [key, everything, params.get('open'), pathIds.join(), round]);

  const name = explanation?.artifact.displayName || id;
  useEffect(() => {
    document.title = `${text.title(name.slice(0, 80))} · ${t.value.product}`;
  }, [name, t.value]);

  const failed = explain.error ?? error;
  if (failed) {
    return (
      <>
        <h1 class="page-head"><Name text={id} /></h1>
        <Failure error={failed} again={() => { explain.again(); setRound(round + 1); }} />
      </>
    );
  }
  if (!known || !explanation) return <Spinner />;

  const focus = known.focus;
  // A new focus, or "show all": a new picture. Anything else leaves the boxes where they are.
  const picture = `${focus} ${everything} ${params.get('hide')}`;
  if (keptFor.current !== picture) {
    keptFor.current = picture;
    kept.current = nothingKept();
  }
  const expansions: Expansion[] = [{ id: focus, side: 'up' }, { id: focus, side: 'down' }, ...opened];
  const scene = sceneOf({ focus, known: known.graph, expansions, everything, shown, unfolded, path: pathOf(focus, marked), theory: explanation.theory, kept: kept.current });
  const expand = (from: string, side: Side) => {
    const next = [...opened.filter((entry) => entry.id !== from || entry.side !== side), { id: from, side }];
    setParams({ open: next.map((entry) => `${entry.side}:${entry.id}`).join(',') });
    const count = known.graph.steps(from, side, shown).length;
    setSaid(count ? text.placed(count) : text.nothingNew);
  };
  const unfold = (fold: string) => setUnfolded(new Map(unfolded).set(fold, (unfolded.get(fold) ?? 0) + 24));
  const open = (chosen: string) => {
    go(href.artifact(chosen, paramsOf(question)));
  };
  const answer = { verdict: explanation.jointVerdict, gate: undefined, complete: explanation.complete };
  const whole = overall(answer);
  const stale = explain.loading || known.key !== key;
  const asked = { ...question, rights: [right] };
  return (
    <div class="graph-page">
      <div class="page-head graph-head">
        <div>
          <p class="small"><a href={href.artifact(focus, paramsOf(question))}>← {text.back}</a></p>
          <h1><Name text={text.title(name.length > 60 ? focus.slice(0, 60) : name)} /></h1>
          <p class="graph-answer"><VerdictMark verdict={whole} /> {sentence(asked.rights, answer)}</p>
          {deciding && <Decides because={deciding} focus={focus} origin={marked} />}
        </div>
      </div>
      <div class="toolbar">
        <Select label={text.right} value={right} options={allRights.map((other) => ({ value: other, label: t.value.right[other] ?? other }))} onChange={(value) => update(question, { rights: [value] })} />
        <label class="field">
          <span class="field-label">{t.value.question.day}</span>
          <input type="date" value={question.asOf || explanation.asOf} min="2018-01-01" max="2100-12-31" onChange={(event) => update(question, { asOf: event.currentTarget.value })} />
        </label>
        <Segmented label={text.both} hideLabel value={view} options={[{ value: 'both', label: text.both }, { value: 'drawing', label: text.drawing }, { value: 'table', label: text.table }]} onChange={(value) => setParams({ view: value === 'both' ? undefined : value })} />
        <div class="button-row">
          <button type="button" class="button" aria-pressed={everything} onClick={() => setParams({ all: everything ? undefined : 'yes', open: undefined })}>{everything ? text.reset : text.everything}</button>
          {view !== 'table' && <button type="button" class="button" onClick={() => svg.current && saveSvg(svg.current, focus, `${focus}: ${sentence(asked.rights, answer)}`, `${t.value.stance[question.stance]}, ${explanation.asOf}. ${t.value.disclaimer}`)}>{text.export}</button>}
        </div>
      </div>
      <details class="graph-filter">
        <summary>{text.relations} · {t.value.question.stance}</summary>
        <div class="graph-filter-body">
          <fieldset class="plain">
            <legend class="group-label">{text.relations}</legend>
            {Object.keys(relationGroups).map((group) => (
              <Check key={group} label={text.kinds[group] ?? group} checked={shown.has(group)} onChange={(on) => {
                const next = new Set(hidden);
                if (on) next.delete(group);
                else next.add(group);
                const value = [...next].filter((other) => relationGroups[other]).join(',');
                setParams({ hide: value === 'none' ? undefined : value || 'nothing' });
              }} />
            ))}
          </fieldset>
          <StanceField question={question} byStance={explanation.jointByStance} />
        </div>
      </details>
      <p class="visually-hidden" role="status">{said}</p>
      {known.graph.omitted > 0 && <p class="notice warning small">{text.omitted(number(known.graph.omitted))}</p>}
      {view !== 'table' && (
        <div class={stale ? 'updating' : ''}>
          <Drawing scene={scene} title={text.title(focus)} onExpand={expand} onOpen={open} svgRef={svg} onUnfold={unfold} />
          <ul class="legend small" aria-label={text.legend}>
            {scene.path.size > 0 && <li><span class={`legend-line decides ${scene.pathVerdict}`} /> {text.legendPath}</li>}
            {scene.contested.size > 0 && <li><span class="legend-line contested" /> {text.legendContested}</li>}
            {shown.has('none') && <li><span class="legend-line nothing" /> {text.legendNothing}</li>}
            <li class="muted">{text.keys}</li>
          </ul>
        </div>
      )}
      {scene.nodes.length === 1 && <p class="muted">{text.nothing}</p>}
      {view !== 'drawing' && <section class="section"><GraphTable scene={scene} onUnfold={unfold} /></section>}
    </div>
  );
}
