/** Where a frame's own address leads: to the first entry of its navigation. */

import { createRoute, useRouter } from "@tanstack/react-router";
import { entriesFor, OPERATOR_NAVIGATION } from "~/shell/navigation";
import { useOrganization } from "~/shell/organization";
import { Redirect } from "~/shell/Redirect";
import { operatorRoute, organizationRoute } from "~/shell/routes";
import { screenExists } from "~/shell/screenExists";

export const organizationStartRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/",
  component: OrganizationStart,
});

export const operatorStartRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/",
  component: OperatorStart,
});

function OrganizationStart() {
  const organization = useOrganization();
  const router = useRouter();
  const [first] = entriesFor(organization, (name) => screenExists(router, "organization", name));
  return first ? <Redirect to={`/organizations/${organization.id}/${first.name}`} /> : null;
}

function OperatorStart() {
  const router = useRouter();
  const first = OPERATOR_NAVIGATION.find((entry) => screenExists(router, "operator", entry.name));
  return first ? <Redirect to={`/operator/${first.name}`} /> : null;
}
