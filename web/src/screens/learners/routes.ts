import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { learnerFilters } from "./filters";

export const learnersRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/learners",
  validateSearch: learnerFilters,
  component: lazyRouteComponent(() => import("./LearnersScreen"), "LearnersScreen"),
});

export const learnerRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/learners/$learner",
  component: lazyRouteComponent(() => import("./LearnerScreen"), "LearnerScreen"),
});

/** The orders to erase learners. */
export const erasuresRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/learners/erasures",
  component: lazyRouteComponent(() => import("./ErasuresScreen"), "ErasuresScreen"),
});
