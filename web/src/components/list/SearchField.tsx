import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const PAUSE_MS = 250;

interface Props {
  label: string;
  /** The value in the address. */
  value: string;
  onChange: (value: string) => void;
}

/** A field that searches once the person stops typing. */
export function SearchField({ label, value, onChange }: Props) {
  const { t } = useTranslation("components");
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const settle = useDebouncedCallback(onChange, PAUSE_MS);
  if (known !== value) {
    // The address changed by other means, such as the browser's back button.
    setKnown(value);
    if (typed.trim() !== value) setTyped(value);
  }
  const change = (next: string) => {
    setTyped(next);
    settle(next.trim());
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} stroke={1.8} />}
      rightSection={
        typed ? <CloseButton size="sm" aria-label={t("list.clearSearch")} onClick={() => change("")} /> : null
      }
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
