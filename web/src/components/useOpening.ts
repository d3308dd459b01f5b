import { useState } from "react";

/** Begin a form anew with each opening of its dialog; what is loaded while it is open takes nothing from it. */
export function useOpening(opened: boolean, begin: () => void): void {
  const [wasOpened, setWasOpened] = useState(opened);
  if (opened === wasOpened) return;
  setWasOpened(opened);
  begin();
}
