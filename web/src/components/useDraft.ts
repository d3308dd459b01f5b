import i18next from "i18next";
import { useState } from "react";
import { ApiProblem } from "~/api/problems";
import { changesOf, conflictsOf, differing, rebase } from "./drafts";

interface Options<Thing, Draft> {
  /** As it is loaded; it may be loaded anew while the form is open. */
  thing: Thing;
  opened: boolean;
  /** The fields of the form, by the names that the request has for them. */
  draftOf: (thing: Thing) => Draft;
  /** Load the thing as it is now. */
  reload: () => Promise<Thing>;
  /** Say what somebody else has set a field to, where the value is not said as it is; "" for what has no words. */
  describe?: (field: keyof Draft & string, theirs: Draft) => string | undefined;
}

interface State<Thing, Draft> {
  seen: Thing;
  /** What the form began with, or has taken over since. */
  known: Draft;
  draft: Draft;
  /** Of what the person was shown: a change is refused where there is a newer one. */
  version: number;
}

/** What is sent: the fields that were changed, and the version that they were changed in. */
export interface Change<Draft> {
  changes: Partial<Draft>;
  known: Draft;
  draft: Draft;
  version: number;
}

export interface KeptDraft<Thing, Draft> {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  isChanged: boolean;
  /** Send the change; one that somebody else's is in the way of is said before it overwrites that. */
  save: <Result>(send: (change: Change<Draft>) => Promise<Result>) => Promise<Result>;
  /** That somebody else has changed a field that was changed here, as soon as that is loaded. */
  noteFor: (field: keyof Draft & string) => string | undefined;
  /** Begin anew with the thing as it is. */
  begin: (from?: Thing) => void;
}

/**
 * The draft of a form that changes a thing with a `version` (decision 0075). It begins with each opening; what is
 * loaded while it is open goes under what was changed here and takes nothing from it.
 */
export function useDraft<Thing extends { version: number }, Draft extends object>(
  options: Options<Thing, Draft>,
): KeptDraft<Thing, Draft> {
  const { thing, opened, draftOf, reload } = options;
  const [state, setState] = useState(() => beginning(thing, draftOf));
  const [wasOpened, setWasOpened] = useState(opened);
  const begin = (from = thing) => setState(beginning(from, draftOf));
  if (opened !== wasOpened) {
    setWasOpened(opened);
    begin();
  } else if (opened && thing !== state.seen) {
    const theirs = draftOf(thing);
    const isInTheWay = conflictsOf(state.known, theirs, state.draft).length > 0;
    setState({
      seen: thing,
      ...rebase(state.known, theirs, state.draft),
      version: isInTheWay ? state.version : thing.version,
    });
  }
  const describe = (field: keyof Draft & string, theirs: Draft) => {
    const value = (options.describe?.(field, theirs) ?? String(theirs[field] ?? "")).trim();
    return value ? i18next.t("components:stale.field", { value }) : i18next.t("components:stale.fieldAlone");
  };
  async function save<Result>(send: (change: Change<Draft>) => Promise<Result>): Promise<Result> {
    let { known, draft, version } = state;
    for (;;) {
      try {
        return await send({ changes: changesOf(known, draft), known, draft, version });
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== "changed_meanwhile") throw error;
        const now = await reload();
        const theirs = draftOf(now);
        const conflicts = conflictsOf(known, theirs, draft);
        const rebased = rebase(known, theirs, draft);
        if (conflicts.length === 0 && now.version !== version) {
          // Somebody else changed other fields: both changes stand.
          ({ known, draft } = rebased);
          version = now.version;
          continue;
        }
        // Saved again, the form replaces what the person was told of, and nothing that was saved after that.
        setState({ seen: now, known: theirs, draft: rebased.draft, version: now.version });
        throw staleProblem(
          error,
          conflicts.map((field) => ({ field, reason: describe(field, theirs) })),
        );
      }
    }
  }
  const present = draftOf(thing);
  const conflicts = conflictsOf(state.known, present, state.draft);
  return {
    draft: state.draft,
    set: (change) => setState((before) => ({ ...before, draft: { ...before.draft, ...change } })),
    isChanged: differing(state.known, state.draft).length > 0,
    save,
    noteFor: (field) => (opened && conflicts.includes(field) ? describe(field, present) : undefined),
    begin,
  };
}

function beginning<Thing extends { version: number }, Draft>(
  thing: Thing,
  draftOf: (thing: Thing) => Draft,
): State<Thing, Draft> {
  const draft = draftOf(thing);
  return { seen: thing, known: draft, draft, version: thing.version };
}

/** Say that what was entered is still there, and, by the facts of the refusal, whose change is in the way. */
function staleProblem(refusal: ApiProblem, fields: ApiProblem["fields"]): ApiProblem {
  return new ApiProblem(
    refusal.status,
    "stale",
    i18next.t("components:stale.title"),
    i18next.t("components:stale.detail"),
    i18next.t("components:stale.nextAction"),
    fields,
    null,
    refusal.requestId,
    refusal.facts,
  );
}
