// The drawing as a file of its own: with its colours, its title and its legend, and without anything that is fetched.
import { download } from '../ui/parts';

const light = `
text{font-family:system-ui,"Segoe UI","Noto Sans",sans-serif;fill:#1c2127}
.box{stroke-width:1.5}.focus .box{stroke-width:3}
.permitted{--s:#17663a;--f:#e6f3ea}.conditional{--s:#7a4c00;--f:#fdf1dc}.undetermined,.unknown{--s:#4b545f;--f:#eceef1}.prohibited{--s:#a3241c;--f:#fcebe9}
.node .box{fill:var(--f);stroke:var(--s)}.kind{font-size:11px;fill:#59626d}.verdict text{font-size:12px;font-weight:600;fill:var(--s)}
.verdict path{fill:none;stroke:var(--s);stroke-width:2}.name{font-size:14.5px;font-weight:600}.license-name{font-size:12px;fill:#59626d}
.edge path{fill:none;stroke:#737c86;stroke-width:1.5}.edge text{font-size:11px;fill:#59626d}.edge.contested path{stroke-dasharray:6 5}.edge.nothing path{stroke-dasharray:1 5}
.edge.decides path{stroke:var(--s);stroke-width:3}.edge.decides text{fill:var(--s);font-weight:600}
.arrow path{fill:#737c86}.arrow.prohibited path,.arrow.conditional path,.arrow.undetermined path,.arrow.permitted path{fill:var(--s)}
.plus{display:none}.fold-node rect{fill:#fff;stroke:#737c86;stroke-dasharray:4 4}.fold-node text{font-size:13px}
.title{font-size:20px;font-weight:650}.says{font-size:13px;fill:#59626d}`;

const space = 'http://www.w3.org/2000/svg';

export function saveSvg(svg: SVGSVGElement, name: string, title: string, says: string) {
  const content = svg.querySelector(':scope > g');
  if (!content) return;
  const box = (content as SVGGElement).getBBox();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const margin = 24;
  const head = 64;
  copy.setAttribute('xmlns', space);
  copy.setAttribute('role', 'img');
  copy.setAttribute('viewBox', `${box.x - margin} ${box.y - margin - head} ${box.width + 2 * margin} ${box.height + 2 * margin + head}`);
  copy.setAttribute('width', String(Math.ceil(box.width + 2 * margin)));
  copy.setAttribute('height', String(Math.ceil(box.height + 2 * margin + head)));
  copy.querySelector(':scope > g')?.removeAttribute('transform');
  for (const element of copy.querySelectorAll('[tabindex]')) element.removeAttribute('tabindex');
  for (const element of copy.querySelectorAll('[role="treeitem"], [role="presentation"]')) element.removeAttribute('role');
  const style = document.createElementNS(space, 'style');
  style.textContent = light;
  const ground = document.createElementNS(space, 'rect');
  ground.setAttribute('x', String(box.x - margin));
  ground.setAttribute('y', String(box.y - margin - head));
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', '#fff');
  const line = (text: string, kind: string, y: number) => {
    const element = document.createElementNS(space, 'text');
    element.setAttribute('class', kind);
    element.setAttribute('x', String(box.x));
    element.setAttribute('y', String(y));
    element.textContent = text;
    return element;
  };
  const first = copy.firstChild;
  for (const element of [style, ground, line(title, 'title', box.y - head + 14), line(says, 'says', box.y - head + 38)]) copy.insertBefore(element, first);
  download(`${name}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(copy));
}
