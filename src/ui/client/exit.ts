/**
 * Quick exit. The link works without this script; with it the page is covered before anything travels, the entry in the history is replaced, and
 * pressing Shift three times does the same from the keyboard. Nothing is stored and nothing is sent from here.
 */
const target = '/leave';
const root = document.documentElement;

function leave(): void {
  cover();
  location.replace(target);
}

/** A white sheet over everything, and a tab without a telling name. Stays if the page is ever brought back from the browser's memory. */
function cover(): void {
  if (root.classList.contains('wm-covered')) return;
  const sheet = document.createElement('div');
  sheet.className = 'wm-cover';
  root.classList.add('wm-covered');
  document.body.append(sheet);
  document.title = ' ';
}

if (!root.dataset.exit) {
  root.dataset.exit = 'ready';

  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-exit]')) return;
    event.preventDefault();
    leave();
  });

  // Three presses of Shift, nothing between them, within three seconds. Typing a capital letter starts the count anew.
  let presses: number[] = [];
  document.addEventListener('keydown', (event) => {
    if (event.repeat) return;
    if (event.key !== 'Shift') {
      presses = [];
      return;
    }
    presses = [...presses.filter((time) => event.timeStamp - time < 3000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}

export {};
