import { IconWorldCheck } from "@tabler/icons-react";
import { matching, type OperatorCommandSource } from "~/shell/commands";
import { queries } from "~/shell/queries";
import { firstDomainsQuery } from "./queries";

export const operatorDomainsCommands: OperatorCommandSource = {
  area: "operator",
  heading: "domains.title",
  search: async (query, { t }) => {
    const waiting = await queries.fetchQuery(firstDomainsQuery);
    const commands = waiting.map(({ domain, connection, organization_name }) => ({
      id: `operator-domain-${connection}-${domain}`,
      label: t("domains.confirmOf", { domain }),
      description: organization_name,
      icon: IconWorldCheck,
      run: `/operator/domains?confirm=${encodeURIComponent(domain)}&connection=${connection}`,
    }));
    return matching(commands, query);
  },
};
