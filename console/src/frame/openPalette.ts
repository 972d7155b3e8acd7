// Opens the palette, which is loaded when it is wanted for the first time.
let open: (() => void) | undefined;
let whenWanted: () => void = () => {};

export function openPalette() {
  if (open) open();
  else whenWanted();
}
export function paletteIsThere(how: () => void) {
  open = how;
}
export function whenPaletteIsWanted(act: () => void) {
  whenWanted = act;
}
