import { Button, Text } from "@mantine/core";
import { IconDownload, IconMailPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ButtonLink, TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { useDownload } from "~/components/download";
import { useCursorList } from "~/components/list/cursorList";
import { type ListColumn, ListPage } from "~/components/list/ListPage";
import { NONE, type Selected, type Selection } from "~/components/list/selection";
import { ProblemBeside } from "~/components/ProblemBeside";
import { useCommand } from "~/components/useCommand";
import { WithinClient } from "~/components/WithinClient";
import { type CurrentOrganization, useOrganization } from "~/shell/organization";
import { ResendDialog, StartDialog } from "./BulkDialogs";
import { type InviteFilters, isFiltered, queryOf, sortOf, totalOf, withSort } from "./filters";
import { InviteActions } from "./InviteActions";
import { InviteFilterFields } from "./InviteFilterFields";
import { InviteTabs } from "./InviteTabs";
import { nameOf, whatOf } from "./names";
import { fetchAllInvites, fetchInvites, type Invite, inviteCountsQuery, invitesKey } from "./queries";
import { invitesRoute } from "./routes";
import { StateOfInvite } from "./StateOfInvite";
import { useWithdraw } from "./useWithdraw";

/** All invites to learners, of the organization or of one of its clients. */
export function InvitesScreen() {
  const home = useOrganization();
  const { client } = invitesRoute.useSearch();
  return (
    <WithinClient client={client}>
      <Invites home={home} />
    </WithinClient>
  );
}

/** The invites, and what one can do with one of them or with many. */
function Invites({ home }: { home: CurrentOrganization }) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const filters = invitesRoute.useSearch();
  const navigate = invitesRoute.useNavigate();
  const { client } = filters;
  const query = queryOf(filters);
  const list = useCursorList({
    queryKey: [...invitesKey(organization.id), "list", query],
    fetchPage: (cursor, signal) => fetchInvites(home.id, { ...query, client }, cursor, signal),
  });
  const counts = useQuery(inviteCountsQuery(home.id, client));
  const selection = useSelectionOf(filters);
  const mayInvite = organization.may("invite");
  const download = useDownload(home.id);
  const total = totalOf(filters, counts.data);
  const show = (search: InviteFilters) => void navigate({ search, replace: true });
  const button = mayInvite && (
    <ButtonLink
      leftSection={<IconMailPlus size={18} stroke={1.8} />}
      to="/organizations/$organization/invites/new"
      params={{ organization: organization.id }}
      search={{ license: filters.license, group: filters.group }}
    >
      {t("new.action")}
    </ButtonLink>
  );
  return (
    <ListPage
      title={t("title")}
      lead={client ? t("leadOfClient", { client: organization.name }) : t("lead")}
      actions={
        <>
          {list.rows.length > 0 && (
            <ProblemBeside error={download.error} onClose={download.onClose}>
              <Button
                variant="default"
                leftSection={<IconDownload size={18} stroke={1.8} />}
                loading={download.isPending}
                onClick={() => download.start({ what: "invites", ...query, client })}
              >
                {t("download")}
              </Button>
            </ProblemBeside>
          )}
          {button}
        </>
      }
      name="invites"
      list={list}
      columns={useColumns()}
      rowId={(invite) => invite.id}
      rowName={nameOf}
      rowActions={mayInvite ? (invite) => <InviteActions invite={invite} /> : undefined}
      intro={<InviteTabs filters={filters} home={home.id} />}
      filters={<InviteFilterFields filters={filters} home={home} onChange={show} />}
      filtered={isFiltered(filters)}
      onClearFilters={() => show({})}
      empty={{
        title: t("empty.title"),
        text: mayInvite ? t("empty.text") : t("empty.ofReader"),
        action: button,
      }}
      sort={sortOf(filters)}
      onSort={filters.q ? undefined : (sort) => show(withSort(filters, sort))}
      selection={mayInvite ? selection : undefined}
      selectionActions={(selected, clear) => (
        <BulkActions selected={selected} clear={clear} rows={list.rows} filters={filters} total={total} />
      )}
      total={total}
    />
  );
}

/** A selection of the rows that the filters leave; other filters begin another one. */
function useSelectionOf(filters: InviteFilters): Selection {
  const { sort: _, ...narrowing } = filters;
  const of = JSON.stringify(narrowing);
  const [kept, keep] = useState<{ of: string; selected: Selected }>({ of, selected: NONE });
  return {
    selected: kept.of === of ? kept.selected : NONE,
    change: (selected) => keep({ of, selected }),
    clear: () => keep({ of, selected: NONE }),
  };
}

interface BulkProps {
  selected: Selected;
  clear: () => void;
  rows: readonly Invite[];
  filters: InviteFilters;
  total: number | null;
}

function BulkActions({ selected, clear, rows, filters, total }: BulkProps) {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  const withdraw = useWithdraw();
  const [dialog, setDialog] = useState<"resend" | "start" | null>(null);
  const known = selected.kind === "some" ? rows.filter((row) => selected.ids.has(row.id)) : rows;
  const count = selected.kind === "some" ? selected.ids.size : total;
  const invitesOf = async () =>
    selected.kind === "some" ? known : await fetchAllInvites(organization.id, queryOf(filters));
  const withdrawAll = useCommand({
    run: invitesOf,
    onDone: (invites) => {
      withdraw(invites);
      clear();
    },
  });
  const shared = { count, invitesOf, onClose: () => setDialog(null), onDone: clear };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setDialog("resend")}>
        {t("resend.action")}
      </Button>
      <Button size="xs" variant="default" onClick={() => setDialog("start")}>
        {t("start.action")}
      </Button>
      <ProblemBeside error={withdrawAll.error} onClose={withdrawAll.reset}>
        <Button
          size="xs"
          variant="default"
          loading={withdrawAll.isPending}
          onClick={() => withdrawAll.mutate()}
        >
          {t("withdraw.action")}
        </Button>
      </ProblemBeside>
      <ResendDialog {...shared} opened={dialog === "resend"} />
      <StartDialog {...shared} opened={dialog === "start"} known={known} />
    </>
  );
}

function useColumns(): ListColumn<Invite>[] {
  const { t } = useTranslation("invites");
  const organization = useOrganization();
  return [
    {
      id: "name",
      header: t("column.learner"),
      isName: true,
      sortable: true,
      cell: (invite) => (
        <div>
          <TextLink
            to="/organizations/$organization/invites/$invite"
            params={{ organization: organization.id, invite: invite.id }}
            inherit
            c="inherit"
          >
            {nameOf(invite)}
          </TextLink>
          {nameOf(invite) !== invite.email && (
            <Text size="xs" c="dimmed" fw={400}>
              {invite.email}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: "state",
      header: t("column.state"),
      cell: (invite) => (
        <div>
          <StateOfInvite invite={invite} />
        </div>
      ),
    },
    { id: "what", header: t("column.what"), cell: (invite) => whatOf(invite).join(", ") },
    {
      id: "group",
      header: t("column.group"),
      optional: true,
      cell: (invite) => invite.groups.map((group) => group.name).join(", ") || "–",
    },
    { id: "start", header: t("column.start"), cell: (invite) => <Start invite={invite} /> },
    {
      id: "delivery",
      header: t("column.delivery"),
      optional: true,
      cell: (invite) => t(`delivery.${invite.delivery}`),
    },
    {
      id: "created",
      header: t("column.created"),
      sortable: true,
      cell: (invite) => <DateTime value={invite.created_at} />,
    },
    {
      id: "sent",
      header: t("column.sent"),
      optional: true,
      cell: (invite) => <DateTime value={invite.sent.last_at} style="datetime" />,
    },
    {
      id: "by",
      header: t("column.by"),
      optional: true,
      cell: (invite) => invite.created_by_name ?? invite.created_by,
    },
    {
      id: "email",
      header: t("column.email"),
      optional: true,
      sortable: true,
      cell: (invite) => invite.email,
    },
  ];
}

function Start({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const start = invite.access_start ?? invite.licenses.find((license) => license.starts_at)?.starts_at;
  return start ? <DateTime value={start} /> : t("start.onAcceptance");
}
