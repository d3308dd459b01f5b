import { Button, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { EmptyState } from "~/components/EmptyState";
import { SearchField } from "~/components/list/SearchField";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { useOrganization } from "~/shell/organization";
import { LicenseCard } from "./LicenseCard";
import classes from "./LicensesScreen.module.css";
import { foundLicensesQuery, seatRequestsQuery } from "./queries";
import { licensesRoute } from "./routes";

export function LicensesScreen() {
  const { t } = useTranslation("licenses");
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Licenses />
    </Page>
  );
}

function Licenses() {
  const { t } = useTranslation("licenses");
  const organization = useOrganization();
  const { q } = licensesRoute.useSearch();
  const navigate = licensesRoute.useNavigate();
  const licenses = useQuery(foundLicensesQuery(organization.id, q));
  const requests = useQuery(seatRequestsQuery(organization.id));
  if (licenses.isPending) {
    return (
      <div className={classes.grid} role="status" aria-label={t("loading")}>
        <Skeleton height={210} radius={12} />
        <Skeleton height={210} radius={12} />
      </div>
    );
  }
  if (!licenses.data) {
    return (
      <Stack align="flex-start">
        <ProblemAlert error={licenses.error} />
        <Button variant="default" onClick={() => void licenses.refetch()}>
          {t("retry")}
        </Button>
      </Stack>
    );
  }
  const search = (typed: string) => void navigate({ search: typed ? { q: typed } : {}, replace: true });
  if (licenses.data.items.length === 0 && q === undefined) {
    return (
      <EmptyState
        title={t("empty.title")}
        text={organization.provider ? t("empty.ofClient") : t("empty.text")}
      />
    );
  }
  const open = (requests.data?.items ?? []).filter((request) => request.state === "open");
  return (
    <Stack gap="lg">
      <div className={classes.search}>
        <SearchField label={t("search")} value={q ?? ""} onChange={search} />
      </div>
      {licenses.data.items.length === 0 && (
        <EmptyState title={t("components:list.noMatch")} text={t("noMatch")}>
          <Button variant="default" onClick={() => search("")}>
            {t("components:list.clearSearch")}
          </Button>
        </EmptyState>
      )}
      <ul className={classes.grid}>
        {licenses.data.items.map((license) => (
          <li key={license.id}>
            <LicenseCard
              license={license}
              requests={open.filter((request) => request.license === license.id)}
              linked
            />
          </li>
        ))}
      </ul>
    </Stack>
  );
}
