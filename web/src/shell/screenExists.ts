import type { AnyRouter } from "@tanstack/react-router";

const FRAMES = { organization: "/organizations/$organization", operator: "/operator" } as const;

export type Frame = keyof typeof FRAMES;

/** Return whether a screen of this name stands in the frame, or one below it, such as that of one request. */
export function screenExists(router: AnyRouter, frame: Frame, name: string): boolean {
  const path = `${FRAMES[frame]}/${name}`;
  return (
    path in router.routesByPath ||
    Object.keys(router.routesByPath).some((other) => other.startsWith(`${path}/`))
  );
}
