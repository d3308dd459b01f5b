import { Checkbox, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { now } from "~/components/dates";
import { licensesQuery } from "~/components/licenses";
import { useOrganization } from "~/shell/organization";
import { hasWords } from "./find";
import classes from "./LicensePicker.module.css";

interface Props {
  label: string;
  value: readonly string[];
  onChange: (licenses: readonly string[]) => void;
  /** Those that the group has already. */
  without?: readonly string[];
  /** Whether one begins with the search. */
  focused?: boolean;
}

/** Licenses to tick, found by the names of their courses. What has ended is not offered. */
export function LicensePicker({ label, value, onChange, without = [], focused }: Props) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  const [typed, setTyped] = useState("");
  const offered = (licenses.data?.items ?? []).filter(
    (license) => !without.includes(license.id) && new Date(license.valid_until) > now(),
  );
  const found = offered.filter(
    (license) => value.includes(license.id) || hasWords(license.product.name, typed),
  );
  const toggle = (id: string) =>
    onChange(value.includes(id) ? value.filter((one) => one !== id) : [...value, id]);
  const keepForm = (event: KeyboardEvent) => {
    if (event.key === "Enter") event.preventDefault(); // a search sends no form
  };
  return (
    <fieldset className={classes.picker}>
      <legend className={classes.label}>{label}</legend>
      {offered.length > 0 && (
        <TextInput
          type="search"
          aria-label={t("picker.search")}
          placeholder={t("picker.search")}
          leftSection={<IconSearch size={16} stroke={1.8} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={keepForm}
          data-autofocus={focused || undefined}
        />
      )}
      {found.length === 0 && !licenses.isPending && (
        <Text size="sm" c="dimmed">
          {offered.length === 0 ? t("picker.none") : t("picker.noMatch")}
        </Text>
      )}
      <ul className={classes.list}>
        {found.map((license) => (
          <li key={license.id}>
            <Checkbox
              label={license.product.name}
              description={t("picker.left", { count: license.seats.available })}
              checked={value.includes(license.id)}
              onChange={() => toggle(license.id)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
