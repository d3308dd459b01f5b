/** Commands that wait for ten seconds, in which they can be undone by not being sent at all. */

export const UNDO_MS = 10_000;

interface Options {
  run: () => Promise<unknown>;
  /** Called once it is undone or under way. */
  onSettled: () => void;
  onFailed: (error: unknown) => void;
  /** What is told when the page is left. */
  page?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
}

export interface Pending {
  /** Return whether it was still time. */
  undo: () => boolean;
  runNow: () => Promise<void>;
}

export function scheduleUndoable({ run, onSettled, onFailed, page = window }: Options): Pending {
  let settled = false;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    page.removeEventListener("pagehide", leave);
    onSettled();
    return true;
  };
  const runNow = async () => {
    if (!settle()) return;
    try {
      await run();
    } catch (error) {
      onFailed(error);
    }
  };
  const leave = () => void runNow();
  const timer = setTimeout(leave, UNDO_MS);
  page.addEventListener("pagehide", leave);
  return { undo: settle, runNow };
}
