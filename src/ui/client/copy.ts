/** Copy buttons. Without this script the line can be selected and copied by hand, and the button stays hidden. */
const root = document.documentElement;

if (!root.dataset.copyReady) {
  root.dataset.copyReady = 'ready';
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) button.hidden = false;

  document.addEventListener('click', (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[data-copy]') : null;
    if (!button) return;
    const line = document.getElementById(button.dataset.copy ?? '') as HTMLInputElement | null;
    const told = document.getElementById(`${button.dataset.copy}-told`);
    if (!line) return;
    line.select();
    navigator.clipboard.writeText(line.value).then(
      () => {
        if (told) told.textContent = button.dataset.done ?? '';
      },
      // Not allowed here: the text is selected, the person can copy it by keyboard.
      () => line.focus(),
    );
  });
}

export {};
