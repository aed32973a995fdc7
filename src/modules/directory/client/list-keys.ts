/**
 * Keys for the list of services: / to the words, arrows from service to service, Enter opens (the browser's own), s puts the service on the list to
 * share. Everything has its link or button without this script. Nothing is stored or sent from here.
 */
const rows = (): HTMLAnchorElement[] => [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')];

function go(by: number): void {
  const all = rows();
  const here = document.activeElement?.closest('tr');
  const at = all.findIndex((row) => row.closest('tr') === here);
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

if (!document.documentElement.dataset.listKeys) {
  document.documentElement.dataset.listKeys = 'ready';
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    const typing = target instanceof HTMLElement && target.matches('input, textarea, select');
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) {
      if (key === 'Escape') (target as HTMLElement).blur();
      return;
    }
    if (key === '/') {
      event.preventDefault();
      const box = document.querySelector<HTMLInputElement>('input[name="what"]');
      box?.focus();
      box?.select();
    } else if (key === 'ArrowDown' || key === 'ArrowUp') {
      if (rows().length === 0) return;
      event.preventDefault();
      go(key === 'ArrowDown' ? 1 : -1);
    } else if (key === 's') {
      document.activeElement?.closest('tr')?.querySelector<HTMLButtonElement>('button[data-share]')?.click();
    }
  });
  // Back from putting a service on the list: go on where one was. Browsers go to the address's part last, and that takes the focus away.
  const here = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const again = () => setTimeout(() => here?.querySelector<HTMLAnchorElement>('a[data-row]')?.focus());
  if (document.readyState === 'complete') again();
  else addEventListener('load', again);
}

export {};
