/**
 * Quick exit. The link works without this script; with it the page is covered before anything travels, and pressing Shift three times does the same
 * from the keyboard. Nothing is stored on the device and nothing is sent from here.
 *
 * Back must not bring our pages back either. One page alone is simply replaced. Where the person walked over several, we go back to the first of them,
 * covered, turn that entry into the exit itself and leave from there: the browser then drops the entries after it. Browsers without the Navigation API
 * only replace the page being left.
 */
const target = '/leave';
/** Tells the first page, in the same tab, that it is only passed through. Cleared on arrival; an outside page never sees it. */
const passing = '-';
/** If going back takes longer than this, leaving at once matters more. */
const patienceMs = 1500;
/** Marks an entry of the history as a page that carries this script; going back never stops on any other. */
const mark = 'exit';
const root = document.documentElement;

function leave(): void {
  cover();
  const atOnce = () => location.replace(target);
  const entries = window.navigation?.entries() ?? [];
  const at = window.navigation?.currentEntry?.index ?? 0;
  let first = at;
  while (first > 0 && entries[first - 1]!.getState() === mark) first--;
  if (first < at) {
    window.name = passing;
    setTimeout(atOnce, patienceMs);
    const going = window.navigation.traverseTo(entries[first]!.key);
    going.committed?.catch(atOnce);
    going.finished?.catch(atOnce);
  } else if (at < entries.length - 1) leaveNothingAfter();
  else atOnce();
}

/** Makes this entry the exit itself, and leaves as a new entry, which drops whatever came after. The same address twice would only replace. */
function leaveNothingAfter(): void {
  history.replaceState(null, '', `${target}?again`);
  location.assign(target);
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

/** On the first page, on the way out. A browser takes a new address for a replacement until the page is wholly loaded. */
function passThrough(): void {
  if (window.name !== passing) return;
  window.name = '';
  cover();
  if (document.readyState === 'complete') leaveNothingAfter();
  else addEventListener('load', () => setTimeout(leaveNothingAfter));
}

if (!root.dataset.exitKeys) {
  root.dataset.exitKeys = 'ready';
  window.navigation?.updateCurrentEntry({ state: mark });
  passThrough();
  addEventListener('pageshow', (event) => {
    if (event.persisted) passThrough();
  });

  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('a[data-exit]')) return;
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
