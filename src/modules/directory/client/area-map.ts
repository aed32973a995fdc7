/**
 * A button under the drawn map: who presses it gets a map to move and bring nearer, in place of the drawing. Where that does not work, the drawing
 * stays and a line says so. Offices and areas are read from the drawing, so no other place can ever be shown.
 */
import type {} from './map-view.ts';

const own = document.currentScript as HTMLScriptElement | null;

const load = (src: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.nonce = own?.nonce ?? '';
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('not loaded'));
    document.head.append(script);
  });

function button(words: string, press: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'usa-button usa-button--outline';
  made.textContent = words;
  made.addEventListener('click', press);
  return made;
}

function enhance(figure: HTMLElement): void {
  const { move, nearer, farther, failed, view, worker, href, label } = figure.dataset;
  const row = document.createElement('p');
  row.className = 'wm-actions';
  const said = document.createElement('span');
  said.role = 'status';
  const first = button(move!, () => void open());
  row.append(first, said);
  figure.append(row);

  async function open(): Promise<void> {
    first.disabled = true;
    const drawing = figure.querySelector('svg')!;
    try {
      await load(view!);
      const map = await globalThis.waymarkMap!({
        figure,
        outlines: href!,
        worker: worker!,
        label: label!,
        areas: [...drawing.querySelectorAll<SVGGElement>('g[data-area]')].map(
          (area) => JSON.parse(area.dataset.area!) as GeoJSON.MultiPolygon,
        ),
        dots: [...drawing.querySelectorAll<SVGGElement>('g[data-lat]')].map((dot) => ({
          number: dot.querySelector('text')!.textContent!,
          label: dot.querySelector('title')!.textContent!,
          href: `#${dot.dataset.row}`,
          lat: Number(dot.dataset.lat),
          lon: Number(dot.dataset.lon),
        })),
      });
      drawing.remove();
      first.replaceWith(
        button(nearer!, () => map.zoomIn()),
        button(farther!, () => map.zoomOut()),
      );
      figure.append(row);
      map.getCanvas().focus();
    } catch {
      first.remove();
      said.textContent = failed!;
    }
  }
}

for (const figure of document.querySelectorAll<HTMLElement>('figure[data-move]')) {
  if (figure.dataset.ready) continue;
  figure.dataset.ready = 'yes';
  enhance(figure);
}
