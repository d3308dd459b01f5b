import { createRoute, createRouter } from "@tanstack/react-router";
import { operatorRoutes, organizationRoutes, publicRoutes } from "~/screens";
import { Home } from "./Home";
import { queries } from "./queries";
import { operatorRoute, organizationRoute, rootRoute, signedInRoute } from "./routes";

const homeRoute = createRoute({ getParentRoute: () => signedInRoute, path: "/", component: Home });

const routeTree = rootRoute.addChildren([
  ...publicRoutes,
  signedInRoute.addChildren([
    homeRoute,
    organizationRoute.addChildren(organizationRoutes),
    operatorRoute.addChildren(operatorRoutes),
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queries },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
