import { Loader, Modal, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { commandSources } from "~/screens/commands";
import { operatorCommandSources } from "~/screens/operatorCommands";
import { type Command, matching } from "./commands";
import { useIdentity } from "./identity";
import { useOrganizationIfAny } from "./organization";
import classes from "./Palette.module.css";
import { useNavigation } from "./Sidebar";

const PAUSE_MS = 200;
const SHOWN = 8;

interface Section {
  heading: string;
  commands: Command[];
}

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** Finds screens, actions, and what the screens' sources find, by keyboard alone. */
export default function Palette({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      padding={0}
      yOffset="10dvh"
      attributes={{ content: { "aria-label": t("palette.open") } }}
    >
      <Search onClose={onClose} />
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const { sections, searching } = useSections(query);
  const run = useRun(onClose);
  const id = useId();
  const commands = sections.flatMap((section) => section.commands);
  const current = Math.min(chosen, commands.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && commands.length > 0) {
      event.preventDefault();
      setChosen((current + step + commands.length) % commands.length);
    } else if (event.key === "Enter" && commands[current]) {
      event.preventDefault();
      run(commands[current]);
    }
  };

  return (
    <>
      <div className={classes.search}>
        {searching ? <Loader size={20} aria-hidden /> : <IconSearch size={20} stroke={1.8} aria-hidden />}
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog consists of this field
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={commands[current] ? `${id}-${commands[current].id}` : undefined}
          aria-label={t("palette.open")}
          placeholder={t("palette.placeholder")}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={id} role="listbox" aria-label={t("palette.results")} className={classes.results}>
        {sections.map((section) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
          <div key={section.heading} role="group" aria-label={section.heading}>
            <div className={classes.heading} aria-hidden="true">
              {section.heading}
            </div>
            {section.commands.map((command) => (
              <Option
                key={command.id}
                id={`${id}-${command.id}`}
                command={command}
                isCurrent={command === commands[current]}
                onRun={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
      {commands.length === 0 && !searching && <p className={classes.nothing}>{t("palette.nothing")}</p>}
      <VisuallyHidden role="status">{t("palette.count", { count: commands.length })}</VisuallyHidden>
    </>
  );
}

interface OptionProps {
  id: string;
  command: Command;
  isCurrent: boolean;
  onRun: () => void;
}

function Option({ id, command, isCurrent, onRun }: OptionProps) {
  const Icon = command.icon;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      tabIndex={-1}
      className={classes.option}
      ref={(element) => {
        if (isCurrent) element?.scrollIntoView({ block: "nearest" });
      }}
      onClick={onRun}
    >
      {Icon && <Icon size={18} stroke={1.7} />}
      <span>{command.label}</span>
      {command.description && <span className={classes.description}>{command.description}</span>}
    </div>
  );
}

function useRun(onClose: () => void): (command: Command) => void {
  const router = useRouter();
  return (command) => {
    onClose();
    if (typeof command.run === "string") router.history.push(command.run);
    else command.run();
  };
}

function useSections(query: string): { sections: Section[]; searching: boolean } {
  const { t } = useTranslation();
  const organization = useOrganizationIfAny();
  const { organizations } = useIdentity();
  const navigation = useNavigation();
  const [settled] = useDebouncedValue(query.trim(), PAUSE_MS);
  const sources = useSources();
  const found = useQueries({
    queries: sources.map(({ heading, search }) => ({
      queryKey: ["palette", organization?.id, heading, settled],
      queryFn: ({ signal }: { signal: AbortSignal }) => search?.(settled, signal) ?? [],
      enabled: search !== undefined && settled !== "",
    })),
  });

  const screens = navigation.map((entry) => ({
    id: `screen-${entry.name}`,
    label: t(`navigation.${entry.name}`),
    icon: entry.icon,
    run: entry.address,
  }));
  const actions = sources.flatMap((source) => source.actions);
  const others = organizations
    .filter((one) => one.id !== organization?.id)
    .map((one) => ({ id: `organization-${one.id}`, label: one.name, run: `/organizations/${one.id}` }));
  const sections = [
    { heading: t("palette.actions"), commands: matching(actions, query) },
    { heading: t("palette.screens"), commands: matching(screens, query) },
    ...sources.map(({ heading }, index) => ({
      heading,
      commands: settled === query.trim() ? (found[index]?.data ?? []) : [],
    })),
    { heading: t("switcher.organizations"), commands: matching(others, query) },
  ];
  return {
    sections: sections
      .map((section) => ({ ...section, commands: section.commands.slice(0, query ? SHOWN : 20) }))
      .filter((section) => section.commands.length > 0),
    searching: query.trim() !== "" && (settled !== query.trim() || found.some((one) => one.isFetching)),
  };
}

/** What the screens of where one is can do and find. */
interface Source {
  heading: string;
  actions: Command[];
  search?: (query: string, signal: AbortSignal) => Promise<Command[]>;
}

function useSources(): Source[] {
  const { t, i18n } = useTranslation(["shell", "operator", ...commandSources.map((source) => source.area)]);
  const organization = useOrganizationIfAny();
  if (!organization) {
    const texts = i18n.getFixedT(null, "operator");
    return operatorCommandSources.map(({ heading, actions, search }) => ({
      heading: texts(heading),
      actions: actions?.({ t: texts }) ?? [],
      search: search && ((query, signal) => search(query, { t: texts, signal })),
    }));
  }
  return commandSources.map(({ area, actions, search }) => {
    const context = { organization, t: i18n.getFixedT(null, area) };
    return {
      heading: t(`${area}:commands.heading`),
      actions: actions?.(context) ?? [],
      search: search && ((query, signal) => search(query, { ...context, signal })),
    };
  });
}
