import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/shell/routes";

interface Search {
  /** The address to go on to. */
  next?: string;
}

/** Return the address if it is one of this origin's; a link must not lead to another site from here. */
export function ownAddress(next: unknown): string | undefined {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : undefined;
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search): Search => {
    const next = ownAddress(search.next);
    return next ? { next } : {};
  },
  component: lazyRouteComponent(() => import("./SignInScreen"), "SignInScreen"),
});
