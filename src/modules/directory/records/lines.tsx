/** Lines of a value: one as it is, several as a list. */
export const Lines = ({ lines }: { lines: readonly string[] }) =>
  lines.length === 1 ? (
    <span class="wm-lines">{lines[0]}</span>
  ) : (
    <ul class="wm-several">
      {lines.map((line) => (
        <li>{line}</li>
      ))}
    </ul>
  );
