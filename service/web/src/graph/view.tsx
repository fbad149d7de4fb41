// The drawing: SVG in the page, so that it can be read, copied, printed and saved.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { GraphNode } from '../wire';
import { named, t } from '../text';
import { licenseLabel } from '../ui/parts';
import { strictness, verdictPaths, verdictWord, type VerdictWord } from '../ui/verdict';
import { columnX, nodeHeight, nodeWidth, type Place } from './layout';
import { groupOf, type GraphLink, type Side } from './model';

export interface Scene {
  focus: string;
  nodes: { node: GraphNode; place: Place; more: { up: number | undefined; down: number | undefined } }[];
  folds: { key: string; anchor: string; side: Side; count: number; verdicts: Map<VerdictWord, number>; place: Place }[];
  links: (GraphLink & { pass: number[] | undefined })[];
  // Edges of the path that decides, by "child\nparent", and the verdict that it leads to.
  path: Set<string>;
  pathVerdict: string;
  // Relation groups over which terms come contested, and those that convey nothing, under the theory in force.
  contested: Set<string>;
  nothing: Set<string>;
}

interface Props {
  scene: Scene;
  title: string;
  onExpand: (id: string, side: Side) => void;
  onUnfold: (key: string) => void;
  onOpen: (id: string) => void;
  svgRef: { current: SVGSVGElement | null };
}

const measure = document.createElement('canvas').getContext('2d');
const font = 'system-ui, "Segoe UI", "Noto Sans", sans-serif';

// As much of a text as a width holds.
function clip(text: string, width: number, size: number, weight = 400): string {
  if (!measure) return text.slice(0, Math.floor(width / (size * 0.55)));
  measure.font = `${weight} ${size}px ${font}`;
  const cut = text.slice(0, 120);
  if (cut === text && measure.measureText(text).width <= width) return text;
  let low = 0;
  let high = cut.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure.measureText(`${cut.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${cut.slice(0, low)}…`;
}

// The line of an edge, and where its label stands: at the end where fewer edges meet, above the line.
function edgePath(child: Place, parent: Place, pass: number[] | undefined, end: 'child' | 'parent' | 'middle'): { d: string; x: number; y: number; anchor: 'start' | 'end' | 'middle' } {
  const fromX = columnX(parent.column) + nodeWidth;
  const toX = columnX(child.column) - 5;
  if (child.column <= parent.column) {
    // Not from left to right: around, below both.
    const low = Math.max(child.y, parent.y) + nodeHeight;
    const px = columnX(parent.column) + nodeWidth / 2;
    const cx = columnX(child.column) + nodeWidth / 2;
    return { d: `M${px} ${parent.y + nodeHeight / 2}C${px} ${low + 30} ${cx} ${low + 30} ${cx} ${child.y + nodeHeight / 2 + 5}`, x: (px + cx) / 2, y: low + 12, anchor: 'middle' };
  }
  const stops: [number, number][] = [[fromX, parent.y]];
  [...(pass ?? [])].reverse().forEach((y, at) => {
    const x = columnX(parent.column + 1 + at);
    stops.push([x, y], [x + nodeWidth, y]);
  });
  stops.push([toX, child.y]);
  let d = `M${stops[0]?.[0]} ${stops[0]?.[1]}`;
  for (let at = 1; at < stops.length; at += 1) {
    const [x0, y0] = stops[at - 1] as [number, number];
    const [x1, y1] = stops[at] as [number, number];
    // Straight under other boxes, a curve between columns.
    if (at % 2 === 0) d += `L${x1} ${y1}`;
    else d += `C${x0 + (x1 - x0) * 0.5} ${y0} ${x0 + (x1 - x0) * 0.5} ${y1} ${x1} ${y1}`;
  }
  if (end === 'child') return { d, x: toX - 9, y: child.y, anchor: 'end' };
  if (end === 'parent') return { d, x: fromX + 9, y: parent.y, anchor: 'start' };
  const [x0, y0] = stops[stops.length - 2] as [number, number];
  return { d, x: (x0 + toX) / 2, y: (y0 + child.y) / 2, anchor: 'middle' };
}

function Box({ entry, scene, focused, onFocus, onExpand, onOpen }: {
  entry: Scene['nodes'][number];
  scene: Scene;
  focused: boolean;
  onFocus: () => void;
  onExpand: (side: Side) => void;
  onOpen: () => void;
}) {
  const { node, place, more } = entry;
  const verdict = verdictWord(node.verdict);
  const kind = named(t.value.kind, 'ARTIFACT_KIND_', node.kind);
  const name = node.id;
  const short = name.replace(/^(datasets|services|code)\//, '');
  const license = licenseLabel(node.license);
  const label = `${kind} ${name.slice(0, 120)}, ${license}, ${t.value.verdict[verdict]}`;
  const plus = (side: Side) => {
    const count = more[side];
    if (count === 0) return null;
    const x = side === 'up' ? -20 : nodeWidth + 20;
    const text = count === undefined ? '+' : `+${count}`;
    return (
      <g class="plus" onClick={(event) => { event.stopPropagation(); onExpand(side); }} aria-hidden="true">
        <title>{side === 'up' ? t.value.graph.expandUp(short) : t.value.graph.expandDown(short)}</title>
        <path d={side === 'up' ? 'M-5 0H0' : `M${nodeWidth} 0h5`} />
        <rect x={x - 15} y={-11} width={30} height={22} rx={11} />
        <text x={x} y={4.5} text-anchor="middle">{text}</text>
      </g>
    );
  };
  return (
    <g
      id={`node-${encodeURIComponent(node.id)}`}
      class={`node ${verdict}${node.id === scene.focus ? ' focus' : ''}`}
      transform={`translate(${columnX(place.column)} ${place.y})`}
      role="treeitem"
      aria-level={Math.abs(place.column) + 1}
      aria-selected={focused}
      aria-expanded={more.up === 0 && more.down === 0 ? undefined : false}
      tabIndex={focused ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <title>{label}</title>
      <rect class="box" x={0} y={-nodeHeight / 2} width={nodeWidth} height={nodeHeight} rx={14} />
      <text class="kind" x={14} y={-17}>{kind}</text>
      <g class="verdict" transform={`translate(${nodeWidth - 14} -17)`}>
        <text x={0} y={0} text-anchor="end">{t.value.verdict[verdict]}</text>
        <path transform={`translate(${-(measureWidth(t.value.verdict[verdict], 12, 600) + 17)} -10.500) scale(.75)`} d={verdictPaths[verdict]} />
      </g>
      <text class="name" x={14} y={6}>{clip(short, nodeWidth - 28, 14.5, 600)}</text>
      <text class="license-name" x={14} y={25}>{clip(license, nodeWidth - 28, 12)}</text>
      {plus('up')}
      {plus('down')}
    </g>
  );
}

// "12 prohibited, 21 permitted", the strictest first.
export function foldedVerdicts(verdicts: Map<VerdictWord, number>): string {
  return [...verdicts].sort((a, b) => strictness(a[0]) - strictness(b[0])).map(([verdict, count]) => `${count} ${t.value.verdict[verdict].toLowerCase()}`).join(', ');
}

function measureWidth(text: string, size: number, weight: number): number {
  if (!measure) return text.length * size * 0.6;
  measure.font = `${weight} ${size}px ${font}`;
  return measure.measureText(text).width;
}

interface View {
  x: number;
  y: number;
  scale: number;
}

export function Drawing({ scene, title, onExpand, onUnfold, onOpen, svgRef }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 900, height: 560 });
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const [current, setCurrent] = useState(scene.focus);
  const touched = useRef(false);
  const places = new Map(scene.nodes.map((entry) => [entry.node.id, entry.place]));

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const bounds = () => {
    const all = [...scene.nodes.map((entry) => entry.place), ...scene.folds.map((entry) => entry.place)];
    const xs = all.map((place) => columnX(place.column));
    const ys = all.map((place) => place.y);
    return { left: Math.min(...xs) - 30, right: Math.max(...xs) + nodeWidth + 30, top: Math.min(...ys) - nodeHeight, bottom: Math.max(...ys) + nodeHeight };
  };
  // All in view, but never so small that nothing can be read: then the focus is in the middle.
  const fit = () => {
    const { left, right, top, bottom } = bounds();
    const whole = Math.min(size.width / (right - left), size.height / (bottom - top), 1.1);
    const scale = Math.max(whole, 0.55);
    if (whole >= 0.55) setView({ scale, x: size.width / 2 - ((left + right) / 2) * scale, y: size.height / 2 - ((top + bottom) / 2) * scale });
    else {
      const focus = places.get(scene.focus) ?? { column: 0, y: 0 };
      const width = (right - left) * scale;
      const middle = columnX(focus.column) + nodeWidth / 2;
      const x = width < size.width ? size.width / 2 - ((left + right) / 2) * scale : Math.min(-left * scale, Math.max(size.width - right * scale, size.width * 0.5 - middle * scale));
      setView({ scale, x, y: size.height / 2 - focus.y * scale });
    }
  };
  // Once the picture is there, it fits; later it stays where the reader put it.
  useLayoutEffect(() => {
    if (!touched.current) fit();
  }, [size.width, size.height, scene.focus, scene.nodes.length]);

  const zoom = (factor: number, cx = size.width / 2, cy = size.height / 2) => {
    touched.current = true;
    setView((before) => {
      const scale = Math.min(2.5, Math.max(0.08, before.scale * factor));
      const by = scale / before.scale;
      return { scale, x: cx - (cx - before.x) * by, y: cy - (cy - before.y) * by };
    });
  };

  // Dragging, and pinching with two fingers.
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest('.node, .fold-node')) return;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId);
    const now = { x: event.clientX, y: event.clientY };
    touched.current = true;
    const other = others[0]?.[1];
    if (other) {
      const box = frame.current?.getBoundingClientRect();
      const distance = (a: { x: number; y: number }) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
      zoom(distance(now) / distance(before), (now.x + other.x) / 2 - (box?.left ?? 0), (now.y + other.y) / 2 - (box?.top ?? 0));
    } else {
      setView((last) => ({ ...last, x: last.x + now.x - before.x, y: last.y + now.y - before.y }));
    }
    pointers.current.set(event.pointerId, now);
  };
  const up = (event: PointerEvent) => pointers.current.delete(event.pointerId);

  // The wheel scrolls the page; with Ctrl, or a pinch on a touchpad, it zooms. A listener of its own, since a passive one
  // could not stop the browser's own zoom.
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.004), event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [size.width, size.height]);

  const show = (id: string) => {
    const place = places.get(id);
    if (!place) return;
    setCurrent(id);
    const x = columnX(place.column) * view.scale + view.x;
    const y = place.y * view.scale + view.y;
    const margin = 20;
    const dx = x < margin ? margin - x : x + nodeWidth * view.scale > size.width - margin ? size.width - margin - nodeWidth * view.scale - x : 0;
    const half = (nodeHeight / 2) * view.scale + margin;
    const dy = y < half ? half - y : y > size.height - half ? size.height - half - y : 0;
    if (dx || dy) setView((last) => ({ ...last, x: last.x + dx, y: last.y + dy }));
    requestAnimationFrame(() => document.getElementById(`node-${encodeURIComponent(id)}`)?.focus({ preventScroll: true }));
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = places.get(current);
    const entry = scene.nodes.find(({ node }) => node.id === current);
    if (!place || !entry) return;
    const nearest = (ids: string[]) => ids.filter((id) => places.has(id)).sort((a, b) => Math.abs((places.get(a)?.y ?? 0) - place.y) - Math.abs((places.get(b)?.y ?? 0) - place.y))[0];
    const column = scene.nodes.filter((other) => other.place.column === place.column).sort((a, b) => a.place.y - b.place.y);
    const at = column.findIndex((other) => other.node.id === current);
    let next: string | undefined;
    if (event.key === 'ArrowLeft') next = nearest(scene.links.filter((link) => link.child === current).map((link) => link.parent));
    else if (event.key === 'ArrowRight') next = nearest(scene.links.filter((link) => link.parent === current).map((link) => link.child));
    else if (event.key === 'ArrowUp') next = column[at - 1]?.node.id;
    else if (event.key === 'ArrowDown') next = column[at + 1]?.node.id;
    else if (event.key === 'Home') next = scene.focus;
    else if (event.key === 'Enter') {
      const side: Side = entry.more.up === 0 || (place.column > 0 && entry.more.down !== 0) ? 'down' : 'up';
      const folded = scene.folds.find((other) => other.anchor === current);
      if (entry.more[side] !== 0) onExpand(current, side);
      else if (folded) onUnfold(folded.key);
    } else if (event.key === ' ') onOpen(current);
    else if (event.key === '+' || event.key === '=') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else return;
    event.preventDefault();
    if (next) show(next);
  };

  const inView = (place: Place) => {
    if (scene.nodes.length < 200) return true;
    const x = columnX(place.column) * view.scale + view.x;
    const y = place.y * view.scale + view.y;
    return x > -400 && x < size.width + 200 && y > -200 && y < size.height + 200;
  };
  const shown = scene.nodes.filter((entry) => inView(entry.place) || entry.node.id === current);
  const focusable = places.has(current) ? current : scene.focus;
  const count = (ends: string[]) => ends.reduce((counts, id) => counts.set(id, (counts.get(id) ?? 0) + 1), new Map<string, number>());
  const outgoing = count(scene.links.map((link) => link.parent));
  const incoming = count(scene.links.map((link) => link.child));
  const labels = view.scale > 0.5 && scene.links.length < 150;
  const text = t.value.graph;
  return (
    <div class="drawing">
      <div class="drawing-tools button-row" role="group" aria-label={text.drawing}>
        <button type="button" class="button" aria-label={text.zoomIn} title={text.zoomIn} onClick={() => zoom(1.25)}>+</button>
        <button type="button" class="button" aria-label={text.zoomOut} title={text.zoomOut} onClick={() => zoom(0.8)}>−</button>
        <button type="button" class="button" onClick={() => { touched.current = false; fit(); }}>{text.fit}</button>
      </div>
      <div class="drawing-frame" ref={frame} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}>
        <svg ref={(element) => { svgRef.current = element; }} width="100%" height="100%" role="tree" aria-label={`${title}. ${text.describe(scene.nodes.length, scene.links.length)} ${text.keys}`} onKeyDown={onKey}>
          <defs>
            {['plain', 'permitted', 'conditional', 'undetermined', 'prohibited'].map((kind) => (
              <marker key={kind} id={`arrow-${kind}`} class={`arrow ${kind}`} viewBox="0 0 10 10" refX="5" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
                <path d="M0 1L9 5L0 9z" />
              </marker>
            ))}
          </defs>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            <g role="presentation">
              {scene.links.map((link) => {
                const child = places.get(link.child);
                const parent = places.get(link.parent);
                if (!child || !parent || (!inView(child) && !inView(parent))) return null;
                const { d, x, y, anchor } = edgePath(child, parent, link.pass, (outgoing.get(link.parent) ?? 0) < 2 ? 'parent' : (incoming.get(link.child) ?? 0) < 2 ? 'child' : 'middle');
                const decides = scene.path.has(`${link.child}\n${link.parent}`);
                const group = groupOf(link.relation);
                const kind = decides ? scene.pathVerdict : 'plain';
                const label = named(t.value.relation, '', link.relation);
                return (
                  <g key={`${link.child} ${link.relation} ${link.parent}`} class={`edge ${decides ? `decides ${scene.pathVerdict}` : ''}${scene.contested.has(group) ? ' contested' : ''}${scene.nothing.has(group) ? ' nothing' : ''}`}>
                    <path d={d} marker-end={`url(#arrow-${kind})`} />
                    {(labels || decides) && <text x={x} y={y - 6} text-anchor={anchor}>{label}</text>}
                  </g>
                );
              })}
            </g>
            {shown.map((entry) => (
              <Box
                key={entry.node.id}
                entry={entry}
                scene={scene}
                focused={entry.node.id === focusable}
                onFocus={() => setCurrent(entry.node.id)}
                onExpand={(side) => { touched.current = true; onExpand(entry.node.id, side); }}
                onOpen={() => onOpen(entry.node.id)}
              />
            ))}
            {scene.folds.map((entry) => (
              <g key={entry.key} class="fold-node" transform={`translate(${columnX(entry.place.column)} ${entry.place.y})`} onClick={() => { touched.current = true; onUnfold(entry.key); }} role="presentation">
                <title>{text.moreLabel(entry.count, entry.anchor)}</title>
                <rect x={0} y={-24} width={nodeWidth} height={48} rx={14} />
                <text x={nodeWidth / 2} y={-3} text-anchor="middle">{text.more(entry.count)}</text>
                <text class="license-name" x={nodeWidth / 2} y={14} text-anchor="middle">{foldedVerdicts(entry.verdicts)}</text>
              </g>
            ))}
          </g>
        </svg>
      </div>
    </div>
  );
}
