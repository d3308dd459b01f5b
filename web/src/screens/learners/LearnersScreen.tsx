import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { AccessBadge } from "~/components/AccessBadge";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { type ListColumn, ListPage, type Sort } from "~/components/list/ListPage";
import { ProblemBeside } from "~/components/ProblemBeside";
import { WithinClient } from "~/components/WithinClient";
import { type CurrentOrganization, useOrganization } from "~/shell/organization";
import { isFiltered, type LearnerFilters } from "./filters";
import { LearnersFilters } from "./LearnersFilters";
import classes from "./LearnersScreen.module.css";
import { LearnersTabs } from "./LearnersTabs";
import { nameOf } from "./names";
import { learnerCountQuery, useLearners } from "./queries";
import { learnersRoute } from "./routes";

type Learner = Schema<"ListedLearner">;

/** The learners of the organization, or of one of its clients. */
export function LearnersScreen() {
  const home = useOrganization();
  const { client } = learnersRoute.useSearch();
  return (
    <WithinClient client={client}>
      <Learners home={home} />
    </WithinClient>
  );
}

function Learners({ home }: { home: CurrentOrganization }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const filters = learnersRoute.useSearch();
  const navigate = learnersRoute.useNavigate();
  const list = useLearners(home.id, filters);
  const { data: total } = useQuery(learnerCountQuery(home.id));
  const columns = useColumns();
  const download = useDownload(home.id);
  const change = (part: Partial<LearnerFilters>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <ListPage
      title={t("title")}
      lead={[
        filters.client ? t("leadOfClient", { client: organization.name }) : t("lead"),
        total ? t("total", { count: total }) : "",
      ]
        .filter(Boolean)
        .join(" ")}
      actions={
        <ProblemBeside error={download.error} onClose={download.onClose}>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.8} />}
            loading={download.isPending}
            onClick={() => download.start(exportOf(filters))}
          >
            {t("download")}
          </Button>
        </ProblemBeside>
      }
      intro={<LearnersTabs />}
      name="learners"
      list={list}
      columns={columns}
      rowId={(learner) => learner.id}
      rowName={nameOf}
      filters={<LearnersFilters filters={filters} home={home} onChange={change} />}
      filtered={isFiltered(filters)}
      onClearFilters={() => void navigate({ search: {} })}
      sort={filters.q ? null : sortOf(filters)}
      onSort={
        filters.q
          ? undefined
          : ({ by, descending }) => change({ sort: `${descending ? "-" : ""}${by}` as Schema<"LearnerSort"> })
      }
      empty={{
        title: t("empty.title"),
        text: t("empty.text"),
        action: organization.may("invite") && (
          <ButtonLink to="/organizations/$organization/licenses" params={{ organization: organization.id }}>
            {t("empty.action")}
          </ButtonLink>
        ),
      }}
    />
  );
}

function sortOf({ sort = "name" }: LearnerFilters): Sort {
  return { by: sort.replace("-", ""), descending: sort.startsWith("-") };
}

/** The same filters for the file: what one sees is what one gets. */
function exportOf({ q, license, state, group, client, sort }: LearnerFilters) {
  return {
    what: "learners" as const,
    q,
    client,
    license: license ? [license] : [],
    state: state ? [state] : [],
    group: group ? [group] : [],
    sort: q ? undefined : sort,
  };
}

function useColumns(): ListColumn<Learner>[] {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("column.name"),
      isName: true,
      sortable: true,
      cell: (learner) => (
        <TextLink
          to="/organizations/$organization/learners/$learner"
          params={{ organization: organization.id, learner: learner.id }}
          inherit
        >
          {nameOf(learner)}
        </TextLink>
      ),
    },
    { id: "email", header: t("column.email"), sortable: true, cell: (learner) => learner.email },
    {
      id: "accesses",
      header: t("column.accesses"),
      cell: (learner) => <Accesses accesses={learner.accesses ?? []} />,
    },
    {
      id: "groups",
      header: t("column.groups"),
      cell: (learner) => (learner.groups ?? []).map((group) => group.name).join(", ") || "–",
    },
    {
      id: "joined",
      header: t("column.joined"),
      cell: (learner) => <DateTime value={learner.joined_at} />,
    },
  ];
}

function Accesses({ accesses }: { accesses: readonly Schema<"Access">[] }) {
  if (accesses.length === 0) return "–";
  return (
    <ul className={classes.accesses}>
      {accesses.map((access) => (
        <li key={access.license}>
          {access.product.name} <AccessBadge state={access.state} />
        </li>
      ))}
    </ul>
  );
}
