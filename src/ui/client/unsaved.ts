/** Forms marked `data-unsaved` ask before they are left with changes. The browser words the question. */
const root = document.documentElement;

if (!root.dataset.unsavedReady) {
  root.dataset.unsavedReady = 'ready';
  let changed = false;
  document.addEventListener('input', (event) => {
    if (event.target instanceof Element && event.target.closest('form[data-unsaved]')) changed = true;
  });
  document.addEventListener('submit', () => {
    changed = false;
  });
  addEventListener('beforeunload', (event) => {
    // A page being left by quick exit is never held back.
    if (changed && !root.classList.contains('wm-covered')) event.preventDefault();
  });
}

export {};
