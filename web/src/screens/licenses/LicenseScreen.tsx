import { Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { ButtonLink } from "~/components/ButtonLink";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { LicenseCard } from "./LicenseCard";
import { People } from "./People";
import { accessCountsQuery, licenseQuery, seatRequestsQuery } from "./queries";
import { licenseRoute } from "./routes";

/** One license, with all that its card has, and who sits in it. */
export function LicenseScreen() {
  const { t } = useTranslation("licenses");
  useTranslation("learners"); // of its list: whatever loads later would hide what has the focus by then
  const organization = useOrganization();
  const { license: id } = licenseRoute.useParams();
  const license = useQuery(licenseQuery(organization.id, id));
  const counts = useQuery(accessCountsQuery(organization.id, id));
  const requests = useQuery(seatRequestsQuery(organization.id));
  if (license.error instanceof ApiProblem && license.error.status === 404) return <NotFoundScreen />;
  const back = (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/licenses"
      params={{ organization: organization.id }}
    >
      {t("all")}
    </ButtonLink>
  );
  return (
    <Page title={license.data?.product.name ?? t("title")} actions={back}>
      {license.isPending && <Skeleton height={240} radius={12} />}
      {license.error && !license.data && (
        <Stack align="flex-start">
          <ProblemAlert error={license.error} />
          <Button variant="default" onClick={() => void license.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {license.data && (
        <Stack gap="xl">
          <LicenseCard
            license={license.data}
            counts={counts.data}
            requests={(requests.data?.items ?? []).filter(
              (request) => request.license === id && request.state === "open",
            )}
          />
          <People license={license.data} />
        </Stack>
      )}
    </Page>
  );
}
