import { Text } from "@mantine/core";
import { IconFile, IconUpload } from "@tabler/icons-react";
import { type DragEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FileDrop.module.css";

interface Props {
  label: string;
  /** What kind of file, and how large it may be. */
  hint: string;
  /** The endings of its name, as an `accept` of the field. */
  accept: string;
  file: File | null;
  onChange: (file: File) => void;
  error?: string;
}

/** A field for one file, which is chosen or dropped on it. */
export function FileDrop({ label, hint, accept, file, onChange, error }: Props) {
  const { t } = useTranslation("components");
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const first = files?.item(0);
    if (first) onChange(first);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const Icon = file ? IconFile : IconUpload;
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the field within is the first */}
      <div
        className={classes.area}
        data-over={over || undefined}
        data-invalid={error ? true : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon size={28} stroke={1.6} aria-hidden="true" />
        <label className={classes.label} htmlFor={id}>
          {file ? file.name : label}
        </label>
        <Text size="xs" c="dimmed" id={`${id}-hint`}>
          {file ? t("file.another") : hint}
        </Text>
        <input
          id={id}
          className={classes.input}
          type="file"
          accept={accept}
          aria-label={label}
          aria-describedby={error ? `${id}-error` : `${id}-hint`}
          aria-invalid={error ? true : undefined}
          data-autofocus
          onChange={(event) => take(event.currentTarget.files)}
        />
      </div>
      {error && (
        <Text size="xs" c="var(--mantine-color-error)" mt={5} id={`${id}-error`} role="alert">
          {error}
        </Text>
      )}
    </div>
  );
}
