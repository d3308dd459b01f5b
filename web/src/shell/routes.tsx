/** The frames that screens stand in. Screens name the frame as their route's parent (docs/console.md). */

import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet } from "@tanstack/react-router";
import { ErrorScreen, NotFoundScreen } from "./ErrorScreens";
import { OperatorFrame, OrganizationFrame } from "./Frames";
import { SignedIn } from "./SignedIn";

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundScreen,
  errorComponent: ErrorScreen,
});

/** What only signed-in people see; others sign in first and come back. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  component: SignedIn,
});

/** An organization's screens: `useOrganization` says which one it is. */
export const organizationRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/organizations/$organization",
  component: OrganizationFrame,
  notFoundComponent: NotFoundScreen,
});

/** The screens of operators, who run Usher. */
export const operatorRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/operator",
  component: OperatorFrame,
  notFoundComponent: NotFoundScreen,
});
