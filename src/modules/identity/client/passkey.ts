/**
 * The passkey ceremony, the one thing here that needs a script. A button names where its options come from; what the browser makes goes into the
 * form's hidden fields, and the form is sent as any other.
 */
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';

async function perform(button: HTMLButtonElement): Promise<void> {
  const { form } = button;
  const { passkey, options: address } = button.dataset;
  if (!form || !address) return;
  const answer = await fetch(address, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form) as unknown as URLSearchParams),
  });
  if (!answer.ok) throw new Error('The server gave no options.');
  const { handle, options } = await answer.json();
  const made =
    passkey === 'register'
      ? await startRegistration({ optionsJSON: options })
      : await startAuthentication({ optionsJSON: options });
  (form.elements.namedItem('handle') as HTMLInputElement).value = handle;
  (form.elements.namedItem('response') as HTMLInputElement).value = JSON.stringify(made);
  form.submit();
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-passkey]')) {
  const told = document.getElementById(`${button.id}-told`);
  if (!browserSupportsWebAuthn()) {
    if (told) told.textContent = button.dataset.unsupported ?? '';
    continue;
  }
  button.hidden = false;
  if (told) told.textContent = '';
  button.addEventListener('click', (event) => {
    event.preventDefault();
    if (told) told.textContent = button.dataset.waiting ?? '';
    perform(button).catch((error: unknown) => {
      // A closed or timed-out dialogue is no failure, and a device that is already registered has its own sentence.
      const name = error instanceof Error ? error.name : '';
      const key = name === 'InvalidStateError' ? 'already' : name === 'NotAllowedError' ? 'cancelled' : 'failed';
      if (told) told.textContent = button.dataset[key] ?? '';
    });
  });
}
