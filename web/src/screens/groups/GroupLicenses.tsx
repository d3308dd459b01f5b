import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { License, Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { SeatBar } from "~/components/SeatBar";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { ApplyLicenseDialog } from "./ApplyLicenseDialog";
import classes from "./GroupLicenses.module.css";
import { useGroupsChanged } from "./queries";

/** The licenses of a group, with the seats that are left of each. */
export function GroupLicenses({ group }: { group: Schema<"Group"> }) {
  const { t } = useTranslation("groups");
  if (group.licenses.length === 0) return <Text className={classes.none}>{t("licenses.none")}</Text>;
  return (
    <ul className={classes.list}>
      {group.licenses.map((license) => (
        <li key={license.id}>
          <Entry group={group} license={license} />
        </li>
      ))}
    </ul>
  );
}

interface EntryProps {
  group: Schema<"Group">;
  license: License;
}

function Entry({ group, license }: EntryProps) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"apply" | "remove" | null>(null);
  const close = () => setDialog(null);
  return (
    <article className={classes.license} aria-label={license.product.name}>
      <TextLink
        to="/organizations/$organization/licenses/$license"
        params={{ organization: organization.id, license: license.id }}
        fw={600}
        c="inherit"
      >
        {license.product.name}
      </TextLink>
      <SeatBar seats={license.seats} />
      {organization.may("manage_groups") && (
        <Group gap="xs">
          {group.members > 0 && (
            <Button variant="default" size="xs" onClick={() => setDialog("apply")}>
              {t("apply.action")}
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => setDialog("remove")}>
            {t("remove.action")}
          </Button>
          <ApplyLicenseDialog group={group} license={license} opened={dialog === "apply"} onClose={close} />
          <RemoveDialog group={group} license={license} opened={dialog === "remove"} onClose={close} />
        </Group>
      )}
    </article>
  );
}

interface RemoveProps extends EntryProps {
  opened: boolean;
  onClose: () => void;
}

function RemoveDialog({ group, license, opened, onClose }: RemoveProps) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const changed = useGroupsChanged(organization.id);
  const product = license.product.name;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("remove.title", { product, group: group.name })}
      confirmLabel={t("remove.action")}
      danger
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/groups/{group}/licenses/{license}", {
            params: { path: { organization: organization.id, group: group.id, license: license.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("remove.done", { product }));
        void changed();
      }}
    >
      {t("remove.text", { product })}
    </ConfirmDialog>
  );
}
