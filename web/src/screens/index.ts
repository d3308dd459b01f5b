/** The routes of all screens, by the frame that they stand in. A new screen is added here (docs/console.md). */

import { accountRoute, operatorAccountRoute } from "./account/routes";
import { clientAppearanceRoute, clientRoute, clientsRoute } from "./clients/routes";
import { codeBatchesRoute, codeRoute, codeSheetRoute, codesRoute, codeUsesRoute } from "./codes/routes";
import { eventsRoute } from "./events/routes";
import { groupRoute, groupsRoute } from "./groups/routes";
import { guideRoute } from "./guide/routes";
import { importRoute, importsRoute } from "./imports/routes";
import { connectionRoute, integrationsRoute, webhookRoute } from "./integrations/routes";
import { inviteRoute, invitesRoute, newInvitesRoute } from "./invites/routes";
import { joinPageRoute } from "./join-page/routes";
import { erasuresRoute, learnerRoute, learnersRoute } from "./learners/routes";
import { licenseRoute, licensesRoute } from "./licenses/routes";
import { operatorDomainsRoute } from "./operator-domains/routes";
import { operatorOrganizationRoute, operatorOrganizationsRoute } from "./operator-organizations/routes";
import { operatorProductsRoute } from "./operator-products/routes";
import {
  operatorRequestsRoute,
  operatorSeatRequestRoute,
  operatorSupportRequestRoute,
} from "./operator-requests/routes";
import { overviewRoute } from "./overview/routes";
import { activityRoute, reportsRoute } from "./reports/routes";
import { requestsRoute, seatRequestRoute, supportRequestRoute } from "./requests/routes";
import { appearanceRoute, emailsRoute, noticesRoute, settingsRoute } from "./settings/routes";
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
  erasuresRoute,
  groupsRoute,
  groupRoute,
  importsRoute,
  importRoute,
  codesRoute,
  codeBatchesRoute,
  codeUsesRoute,
  codeSheetRoute,
  codeRoute,
  joinPageRoute,
  clientsRoute,
  clientRoute,
  clientAppearanceRoute,
  teamRoute,
  reportsRoute,
  activityRoute,
  eventsRoute,
  requestsRoute,
  seatRequestRoute,
  supportRequestRoute,
  settingsRoute,
  appearanceRoute,
  emailsRoute,
  noticesRoute,
  integrationsRoute,
  webhookRoute,
  connectionRoute,
  guideRoute,
  accountRoute,
] as const;

export const operatorRoutes = [
  operatorStartRoute,
  operatorOrganizationsRoute,
  operatorRequestsRoute,
  operatorSeatRequestRoute,
  operatorSupportRequestRoute,
  operatorOrganizationRoute,
  operatorProductsRoute,
  operatorDomainsRoute,
  operatorAccountRoute,
] as const;
