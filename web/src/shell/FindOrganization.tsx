import { Modal, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clientsQuery, openOf } from "./clients";
import { matching } from "./commands";
import { useIdentity } from "./identity";
import { OrganizationMark } from "./OrganizationMark";
import classes from "./Sidebar.module.css";

const PAUSE_MS = 250;
const SHOWN = 20;

interface Props {
  /** The organization whose clients are found, too. */
  provider: string | undefined;
  opened: boolean;
  onClose: () => void;
  onChosen: (organization: string) => void;
}

/** Finds one of the person's organizations, or a client, by name, where there are more than a menu can show. */
export default function FindOrganization(props: Props) {
  const { t } = useTranslation(["shell", "components"]);
  const { opened, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("switcher.find")}
      closeButtonProps={{ "aria-label": t("components:dialog.close") }}
    >
      <Search {...props} />
    </Modal>
  );
}

function Search({ provider, onClose, onChosen }: Props) {
  const { t } = useTranslation();
  const { organizations } = useIdentity();
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const clients = useQuery({ ...clientsQuery(provider, asked), enabled: provider !== undefined });
  const own = matching(
    organizations.map(({ id, name }) => ({ id, label: name, run: "" })),
    typed,
  ).map(({ id, label }) => ({ id, name: label }));
  const found = [...own, ...openOf(clients.data?.items, organizations)].slice(0, SHOWN);
  const isSettled = asked === typed.trim() && !clients.isFetching;
  const choose = (id: string | undefined) => {
    if (id === undefined) return;
    onClose();
    onChosen(id);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSettled) choose(found[0]?.id);
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="search"
          aria-label={t("switcher.search")}
          placeholder={t("switcher.search")}
          leftSection={<IconSearch size={16} stroke={1.8} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
        <ul className={classes.found}>
          {found.map(({ id, name }) => (
            <li key={id}>
              <UnstyledButton type="button" className={classes.switcher} onClick={() => choose(id)}>
                <OrganizationMark name={name} size={22} />
                {name}
              </UnstyledButton>
            </li>
          ))}
        </ul>
        <Text role="status" size="sm" c="dimmed">
          {isSettled && found.length === 0 ? t("switcher.none") : ""}
        </Text>
      </Stack>
    </form>
  );
}
