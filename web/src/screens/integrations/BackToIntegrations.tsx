import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "~/components/ButtonLink";
import { useOrganization } from "~/shell/organization";

export function BackToIntegrations() {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  return (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/integrations"
      params={{ organization: organization.id }}
    >
      {t("all")}
    </ButtonLink>
  );
}
