/** The routes of all screens, by the frame that they stand in. A new screen is added here (docs/console.md). */

import { codeBatchesRoute, codeRoute, codeSheetRoute, codesRoute } from "./codes/routes";
import { groupRoute, groupsRoute } from "./groups/routes";
import { guideRoute } from "./guide/routes";
import { importRoute, importsRoute } from "./imports/routes";
import { connectionRoute, integrationsRoute, webhookRoute } from "./integrations/routes";
import { inviteRoute, invitesRoute, newInvitesRoute } from "./invites/routes";
import { joinPageRoute } from "./join-page/routes";
import { learnerRoute, learnersRoute } from "./learners/routes";
import { licenseRoute, licensesRoute } from "./licenses/routes";
import { operatorDomainsRoute } from "./operator-domains/routes";
import { operatorOrganizationRoute, operatorOrganizationsRoute } from "./operator-organizations/routes";
import { operatorProductsRoute } from "./operator-products/routes";
import { overviewRoute } from "./overview/routes";
import { signInRoute } from "./sign-in/route";
import { operatorStartRoute, organizationStartRoute } from "./start";
import { teamRoute } from "./team/routes";

export const publicRoutes = [signInRoute] as const;

export const organizationRoutes = [
  organizationStartRoute,
  overviewRoute,
  licensesRoute,
  licenseRoute,
  invitesRoute,
  newInvitesRoute,
  inviteRoute,
  learnersRoute,
  learnerRoute,
  groupsRoute,
  groupRoute,
  importsRoute,
  importRoute,
  codesRoute,
  codeBatchesRoute,
  codeSheetRoute,
  codeRoute,
  joinPageRoute,
  teamRoute,
  integrationsRoute,
  webhookRoute,
  connectionRoute,
  guideRoute,
] as const;

export const operatorRoutes = [
  operatorStartRoute,
  operatorOrganizationsRoute,
  operatorOrganizationRoute,
  operatorProductsRoute,
  operatorDomainsRoute,
] as const;
