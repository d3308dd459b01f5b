import { createContext, useContext } from "react";

export interface Palette {
  open: () => void;
}

export const PaletteContext = createContext<Palette>({ open: () => undefined });

/** Opens the command palette, as Ctrl-K does. */
export const usePalette = (): Palette => useContext(PaletteContext);
