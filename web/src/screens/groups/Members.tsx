import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { SearchField } from "~/components/list/SearchField";
import { ScreenLink } from "~/components/ScreenLink";
import { undoable } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import classes from "./Members.module.css";
import { useGroupsChanged, useMembers } from "./queries";
import { groupRoute } from "./routes";

type Member = Schema<"Member">;

const nameOf = ({ first_name, last_name, email }: Member) =>
  [first_name, last_name].filter(Boolean).join(" ") || email;

/** The members of a group; whoever is taken out is gone at once, and can be put back for ten seconds. */
export function Members({ group }: { group: Schema<"Group"> }) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const { q } = groupRoute.useSearch();
  const navigate = groupRoute.useNavigate();
  const list = useMembers(organization.id, group.id, q);
  const removal = useRemoval(group);
  const rows = list.rows.filter((member) => !removal.removed.has(member.id));
  const columns = useColumns();
  const search = (typed: string | undefined) =>
    void navigate({
      search: ({ q: _, ...before }) => (typed ? { ...before, q: typed } : before),
      replace: true,
    });
  return (
    <ListSection
      title={t("members.title")}
      name="members"
      list={{ ...list, rows }}
      columns={columns}
      rowId={(member) => member.id}
      rowName={nameOf}
      rowActions={
        organization.may("manage_groups")
          ? (member) => (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={t("members.removeOne", { name: nameOf(member) })}
                onClick={() => removal.remove(member)}
              >
                {t("members.remove")}
              </Button>
            )
          : undefined
      }
      filters={
        (group.members > 0 || q) && (
          <SearchField label={t("members.search")} value={q ?? ""} onChange={search} />
        )
      }
      filtered={q !== undefined}
      onClearFilters={() => search(undefined)}
      empty={{ title: t("members.emptyTitle"), text: t("members.emptyText") }}
    />
  );
}

function useRemoval(group: Schema<"Group">) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const restore = (id: string) =>
    setRemoved((before) => new Set([...before].filter((other) => other !== id)));
  const remove = (member: Member) => {
    setRemoved((before) => new Set([...before, member.id]));
    undoable({
      message: t("members.removed", { name: nameOf(member), group: group.name }),
      run: async () => {
        await unwrap(
          api.DELETE("/v1/organizations/{organization}/groups/{group}/members/{member}", {
            params: { path: { organization: organization.id, group: group.id, member: member.id } },
          }),
        );
        await changed();
        restore(member.id); // put into the group again, they are shown again
      },
      onUndone: () => restore(member.id),
      onFailed: () => restore(member.id),
    });
  };
  return { removed, remove };
}

function useColumns(): ListColumn<Member>[] {
  const { t } = useTranslation("groups");
  return [
    {
      id: "name",
      header: t("members.name"),
      isName: true,
      cell: (member) => (
        <ScreenLink to={`learners/${member.id}`} className={classes.name}>
          {nameOf(member)}
        </ScreenLink>
      ),
    },
    {
      id: "email",
      header: t("members.email"),
      cell: (member) => <Text size="sm">{member.email}</Text>,
    },
    {
      id: "joined",
      header: t("members.joined"),
      cell: (member) => <DateTime value={member.joined_at} />,
    },
  ];
}
