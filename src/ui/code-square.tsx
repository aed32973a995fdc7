/** A square for the camera of a phone, drawn on the server. What it holds stands beside it in words, for who cannot scan. */
import { encode } from 'uqr';

/** Its size in cells, and the dark ones as commands of a path. */
export function codeSquare(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { border: 2, ecc: 'M' });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1h-${x - from + 1}z`;
    }
  });
  return { size, path };
}

/** `label` says what the square is for. */
export function CodeSquare({ text, label }: { text: string; label: string }) {
  const { size, path } = codeSquare(text);
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width="200" height="200" role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
