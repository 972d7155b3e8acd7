// Whether words in a colour can be read (WCAG 2.2, 1.4.3), as the server judges it: src/feature/brand/colour.c.
export const GROUND = { light: "#f4f1ea", dark: "#22262b" } as const;
export const CONTRAST_LEAST = 4.5;

type Parts = [number, number, number];

// undefined: it is not written #0f6b5c.
export function parseColour(words: string): Parts | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(words)) return undefined;
  return [1, 3, 5].map((at) => Number.parseInt(words.slice(at, at + 2), 16)) as Parts;
}

function luminance(parts: Parts): number {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Parts;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(a: Parts, b: Parts): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const write = (parts: Parts) => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

// The nearest one of its hue that can be read there.
export function readable(colour: Parts, ground: Parts): string {
  const towards = luminance(ground) > 0.18 ? 0 : 255;
  let found = colour;
  for (let step = 1; step <= 100 && contrast(found, ground) < CONTRAST_LEAST; step++)
    found = colour.map((part) => Math.round(part + ((towards - part) * step) / 100)) as Parts;
  return write(found);
}
