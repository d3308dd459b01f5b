import type { AnyRouter } from "@tanstack/react-router";

const FRAMES = { organization: "/organizations/$organization", operator: "/operator" } as const;

export type Frame = keyof typeof FRAMES;

/** Return whether a screen of this name stands in the frame. */
export function screenExists(router: AnyRouter, frame: Frame, name: string): boolean {
  return `${FRAMES[frame]}/${name}` in router.routesByPath;
}
