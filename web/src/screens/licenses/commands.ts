import { IconCreditCard } from "@tabler/icons-react";
import { licensesQuery } from "~/components/licenses";
import { type CommandSource, matching } from "~/shell/commands";
import { queries } from "~/shell/queries";

export const licensesCommands: CommandSource = {
  area: "licenses",
  search: async (query, { organization, t }) => {
    const { items } = await queries.ensureQueryData(licensesQuery(organization.id));
    const commands = items.map((license) => ({
      id: `license-${license.id}`,
      label: license.product.name,
      description: t("seats.available", { count: license.seats.available }),
      icon: IconCreditCard,
      run: `/organizations/${organization.id}/licenses/${license.id}`,
    }));
    return matching(commands, query);
  },
};
