const KEY = "usher.organization";

/** The id of the organization that was open last in this browser; an id is nobody's secret. */
export const lastOrganization = {
  read: (): string | null => localStorage.getItem(KEY),
  write: (id: string): void => localStorage.setItem(KEY, id),
};
